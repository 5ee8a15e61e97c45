// Beside each field a box for “not applicable”: the keys with which a phone takes figures have no x.

import { element } from "../entry/element.js";
import { texts } from "../entry/words.js";
import { change, grid, isCell, rows } from "./cells.js";

const boxes = new Map(rows.flat().filter(isCell).map((cell) => [cell, boxFor(cell)]));

function boxFor(cell) {
  const name = `${texts.notApplicable}: ${cell.getAttribute("aria-label")}`;
  const box = element("input", "", { type: "checkbox", "aria-label": name });
  const label = element("label", "", { class: "figure-na" });
  let before = "";
  box.addEventListener("change", () => {
    const typed = cell.value;
    change(cell, box.checked ? "x" : before);
    before = box.checked ? typed : "";
  });
  label.append(box, " ", texts.notApplicable);
  cell.after(label);
  return box;
}

function follow(cell) {
  const box = boxes.get(cell);
  if (box) box.checked = cell.value.trim().toLowerCase() === "x";
}

grid.addEventListener("input", ({ target }) => follow(target));
grid.addEventListener("entry:restored", ({ target }) => follow(target));
for (const cell of boxes.keys()) follow(cell);
