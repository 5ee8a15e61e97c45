// The row of totals, which follows what is typed.

import { grid, isCell, placeOf, rows } from "./cells.js";

const number = new Intl.NumberFormat(document.documentElement.lang);

const mark = number.formatToParts(10_000).find(({ type }) => type === "group").value;
const grouped = new RegExp(`^[1-9]\\d{0,2}([${mark} '])\\d{3}(\\1\\d{3})*$`);

// As the portal reads it, see reports/figures.py: what it refuses is in no total.
function read(cell) {
  const text = (isCell(cell) ? cell.value : cell.dataset.value).trim();
  return /^\d+$/.test(text) || grouped.test(text) ? Number(text.replace(/\D/g, "")) : null;
}

function addUp(column) {
  const given = rows.map((row) => read(row[column])).filter((value) => value !== null);
  const total = grid.querySelector(`tfoot [data-total="${column}"]`);
  total.textContent = given.length ? number.format(given.reduce((a, b) => a + b, 0)) : "–";
  const words = total.closest("tr").dataset.ofTeams;
  total.nextElementSibling.textContent = words.replace("{given}", number.format(given.length));
}

function addUpOf({ target }) {
  if (isCell(target)) addUp(placeOf(target)[1]);
}

grid.addEventListener("input", addUpOf);
grid.addEventListener("entry:restored", addUpOf);
rows[0]?.forEach((_, column) => addUp(column));
