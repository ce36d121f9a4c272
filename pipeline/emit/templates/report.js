"use strict";
(() => {
  const every = [...document.querySelectorAll("[data-c]")];
  const of = (mark) => every.filter((node) => node.dataset.c === mark);
  const find = (node) => {
    const same = of(node.dataset.c);
    every.forEach((other) => other.classList.remove("hit"));
    same.forEach((other) => other.classList.add("hit"));
    const cell = same.find((other) => other.tagName === "TD");
    const drawn = same.find((other) => other.tagName === "rect");
    const there = node === drawn ? cell : drawn || cell;
    if (there) there.scrollIntoView({ block: "center", inline: "nearest", behavior: "smooth" });
  };
  document.addEventListener("click", (event) => {
    const row = event.target.closest(".doubts tr");
    const node = event.target.closest("[data-c]") || (row && row.querySelector("[data-c]"));
    if (!node) return;
    event.preventDefault();
    find(node);
  });
  document.addEventListener("keydown", (event) => {
    const node = event.target.closest("td[data-c]");
    if (node && event.key === "Enter") find(node);
  });
  const toggle = (id, name, on) => document.getElementById(id).addEventListener("change", (event) => {
    document.body.classList.toggle(name, event.target.checked === on);
  });
  toggle("overlay", "bare", false);
  toggle("wide", "wide", true);
})();
