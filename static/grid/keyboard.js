// Arrows, Enter and Esc, as in a spreadsheet.

import { change, grid, isCell, placeOf, rows } from "./cells.js";

// Cells of reports that are handed in are passed over.
function step(cell, down, right) {
  let [row, column] = placeOf(cell);
  do {
    row += down;
    column += right;
  } while (rows[row]?.[column] && !isCell(rows[row][column]));
  const next = rows[row]?.[column];
  if (!next) return false;
  next.focus();
  next.select();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

const all = (cell) => cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
const atStart = (cell) => all(cell) || (cell.selectionStart === 0 && cell.selectionEnd === 0);
const atEnd = (cell) => all(cell) || cell.selectionStart === cell.value.length;

grid.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!isCell(cell) || event.ctrlKey || event.metaKey || event.altKey) return;
  const moves = {
    ArrowDown: () => step(cell, 1, 0),
    ArrowUp: () => step(cell, -1, 0),
    ArrowRight: () => atEnd(cell) && step(cell, 0, 1),
    ArrowLeft: () => atStart(cell) && step(cell, 0, -1),
    Enter: () => step(cell, event.shiftKey ? -1 : 1, 0) || true,
    // Back to what the portal has of it.
    Escape: () => change(cell, cell.dataset.seen) ?? true,
  };
  if (moves[event.key]?.()) event.preventDefault();
});

grid.addEventListener("focusin", ({ target }) => isCell(target) && target.select());
