// Many cells at once: a block copied from Excel, or what stood a month before; and taken back.

import { change, grid, isCell, placeOf, rows } from "./cells.js";

const strip = document.querySelector("[data-grid-said]");
const back = document.querySelector("[data-grid-back]");
let lastPasted = [];

grid.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
  if (!isCell(event.target) || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const [top, left] = placeOf(event.target);
  const block = text.split("\n").map((line) => line.split("\t"));
  const changed = [];
  const lost = { outside: 0, closed: 0 };
  block.forEach((line, down) =>
    line.forEach((said, right) => {
      const cell = rows[top + down]?.[left + right];
      if (isCell(cell)) changed.push([cell, cell.value, said.trim()]);
      else if (said.trim()) lost[cell ? "closed" : "outside"] += 1;
    }),
  );
  for (const [cell, , said] of changed) change(cell, said);
  tell(changed, lost);
});

function tell(changed, lost = {}) {
  lastPasted = changed;
  const counts = { filled: changed.length, ...lost };
  const said = Object.keys(counts).filter((name) => name === "filled" || counts[name]);
  strip.textContent = said
    .map((name) => strip.dataset[name].replace(`{${name}}`, counts[name]))
    .join(" ");
  back.hidden = !changed.length;
}

back?.addEventListener("click", () => {
  for (const [cell, before] of lastPasted) change(cell, before);
  strip.textContent = "";
  back.hidden = true;
});

// What stands as of a month's end is mostly what stood a month before; what is counted is not, and
// what a reviewer sent back wants a look.
document.querySelector("[data-grid-copy]")?.addEventListener("click", () => {
  const empty = rows.flat().filter((cell) => isCell(cell) && cell.dataset.stock && !cell.value)
    .filter((cell) => !("returned" in cell.dataset));
  const changed = empty
    .filter((cell) => cell.dataset.last)
    .map((cell) => [cell, "", cell.dataset.last]);
  for (const [cell, , said] of changed) change(cell, said);
  tell(changed);
});
