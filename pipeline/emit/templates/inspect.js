"use strict";
(() => {
  for (const box of document.querySelectorAll("[data-layer]")) {
    const show = () => document.getElementById(box.dataset.layer).classList.toggle("off", !box.checked);
    box.addEventListener("change", show);
    show();
  }
  const every = [...document.querySelectorAll("[data-c]")];
  document.addEventListener("click", (event) => {
    const node = event.target.closest("[data-c]");
    if (!node) return;
    for (const other of every) {
      const same = other.dataset.c === node.dataset.c;
      other.classList.toggle("hit", same);
      if (same && other !== node) other.scrollIntoView({ block: "center", behavior: "smooth" });
    }
  });
})();
