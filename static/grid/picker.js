// On a phone one team stands on the page at a time.

import { grid } from "./cells.js";

const lines = [...grid.querySelectorAll("tbody tr, tfoot tr")];
const picker = document.querySelector("[data-grid-picker]");
const choice = picker.querySelector("select");

function show() {
  lines.forEach((line, at) => line.toggleAttribute("data-aside", at !== choice.selectedIndex));
}

choice.addEventListener("change", show);
// Where something stops the sending, it has to be seen.
grid.addEventListener("entry:wanted", ({ target }) => {
  choice.selectedIndex = lines.indexOf(target);
  show();
});
// A link to a cell leads to its team.
document.addEventListener("click", ({ target }) => {
  const line = document.getElementById(target.closest("a")?.hash.slice(1) ?? "")?.closest("tr");
  if (!lines.includes(line)) return;
  choice.selectedIndex = lines.indexOf(line);
  show();
});
picker.hidden = false;
choice.selectedIndex = Math.max(0, lines.findIndex((line) => "entry" in line.dataset));
show();
