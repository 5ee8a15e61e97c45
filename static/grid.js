// The commune's grid by keyboard and paste, as in a spreadsheet, with its totals. Saving is
// entry.js's: it hears of every cell that changes here.

const grid = document.querySelector("[data-grid]");
const rows = [...grid.querySelectorAll("tbody tr")].map((row) => [
  ...row.querySelectorAll("[data-column]"),
]);
const strip = document.querySelector("[data-grid-said]");
const back = document.querySelector("[data-grid-back]");
let lastPasted = [];

const isCell = (cell) => cell?.matches("input[data-column]");

function placeOf(cell) {
  const down = rows.findIndex((row) => row.includes(cell));
  return [down, rows[down]?.indexOf(cell)];
}

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

function change(cell, text) {
  if (cell.value === text) return;
  cell.value = text;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

// -- Keyboard -------------------------------------------------------------------------------------

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

// -- Paste ----------------------------------------------------------------------------------------

grid.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
  if (!isCell(event.target) || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const [top, left] = placeOf(event.target);
  const block = text.split("\n").map((line) => line.split("\t"));
  const changed = [];
  let outside = 0;
  block.forEach((line, down) =>
    line.forEach((said, right) => {
      const cell = rows[top + down]?.[left + right];
      if (isCell(cell)) changed.push([cell, cell.value, said.trim()]);
      else if (said.trim()) outside += 1;
    }),
  );
  for (const [cell, , said] of changed) change(cell, said);
  tell(changed, outside);
});

function tell(changed, outside) {
  lastPasted = changed;
  const counts = { filled: changed.length, outside };
  const text = outside ? strip.dataset.outside : strip.dataset.filled;
  strip.textContent = text.replace(/\{(\w+)\}/g, (_, name) => counts[name]);
  back.hidden = !changed.length;
}

back?.addEventListener("click", () => {
  for (const [cell, before] of lastPasted) change(cell, before);
  strip.textContent = "";
  back.hidden = true;
});

// -- Last month -----------------------------------------------------------------------------------

// What stands as of a month's end is mostly what stood a month before; what is counted is not.
document.querySelector("[data-grid-copy]")?.addEventListener("click", () => {
  const empty = rows.flat().filter((cell) => isCell(cell) && cell.dataset.stock && !cell.value);
  const changed = empty
    .filter((cell) => cell.dataset.last)
    .map((cell) => [cell, "", cell.dataset.last]);
  for (const [cell, , said] of changed) change(cell, said);
  tell(changed, 0);
});

// -- Totals ---------------------------------------------------------------------------------------

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
}

function addUpOf({ target }) {
  if (isCell(target)) addUp(placeOf(target)[1]);
}

grid.addEventListener("input", addUpOf);
grid.addEventListener("entry:restored", addUpOf);
rows[0]?.forEach((_, column) => addUp(column));
