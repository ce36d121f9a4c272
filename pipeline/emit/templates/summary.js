"use strict";
const rows = document.querySelectorAll("#coverage tbody tr");
document.getElementById("filter").addEventListener("input", (event) => {
  for (const row of rows) {
    row.hidden = !row.firstElementChild.textContent.includes(event.target.value.trim());
  }
});
