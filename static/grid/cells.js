// The cells of the commune's grid.

export const grid = document.querySelector("[data-grid]");

export const rows = [...grid.querySelectorAll("tbody tr")].map((row) => [
  ...row.querySelectorAll("[data-column]"),
]);

export const isCell = (cell) => cell?.matches("input[data-column]");

export function placeOf(cell) {
  const down = rows.findIndex((row) => row.includes(cell));
  return [down, rows[down]?.indexOf(cell)];
}

export function change(cell, text) {
  if (cell.value === text) return;
  cell.value = text;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}
