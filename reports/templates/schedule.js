"use strict";
// A long grid gets a field that hides the nodes in whose names and verdicts a word does not occur.
(() => {
  for (const grid of document.querySelectorAll(".grid")) {
    const rows = [...grid.querySelectorAll("tbody tr")];
    if (rows.length < 16) continue;
    const find = document.createElement("input");
    Object.assign(find, { type: "search", className: "find", placeholder: "Filter by node or verdict" });
    find.setAttribute("aria-label", find.placeholder);
    find.addEventListener("input", () => {
      const word = find.value.toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(word);
    });
    grid.before(find);
  }
})();
