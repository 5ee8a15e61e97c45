// Why a field is refused, and the choice between two people: beside the field or, in the grid, in the
// strip below.

import { element } from "./element.js";
import { cellOf } from "./fields.js";
import { fill, texts, time } from "./words.js";

const below = document.querySelector("[data-entry-strip]");

export function explain(entry, name) {
  const input = entry.fields.get(name);
  const beside = (entry.blocks.get(name) ?? entry.root).querySelector(
    `[data-said-of="${CSS.escape(name)}"]`,
  );
  if (beside) return place(beside, reasons(entry, name));
  if (below && document.activeElement === input) showBelow(entry, name);
}

// What the page said of the field when it was sent whole: by now it is said anew, or not true.
export function silence(root, name) {
  const said = `e-${CSS.escape(name)}`;
  for (const each of root.querySelectorAll(`p#${said}, #${said} .field-error`)) each.textContent = "";
}

function place(target, said) {
  target.replaceChildren(...said);
  target.hidden = !said.length;
}

function showBelow(entry, name) {
  const [of, why, doubts] = below.children;
  const input = entry.fields.get(name);
  of.textContent = input.getAttribute("aria-label");
  place(why, [...remarked(input), ...reasons(entry, name)]);
  const blocks = entry.findings
    .filter((each) => each.figures.includes(name))
    .map((each) => entry.blocks.get(each.name));
  doubts.replaceChildren(...blocks);
  below.hidden = why.hidden && !blocks.length;
  if (!below.hidden) makeRoom(input);
}

// What a cell has no room for. The row itself does not grow: whatever is pressed below it would move
// away under the finger.
function remarked(input) {
  const remark = cellOf(input).querySelector(".remark");
  const isCut = remark && remark.scrollWidth > remark.clientWidth;
  return isCut ? [element("p", remark.textContent, { class: "remark" })] : [];
}

// The grid gives way to the strip, as long as both are in the window: a phone shows one team anyway.
function makeRoom(input) {
  const form = below.closest("form").getBoundingClientRect();
  if (form.height > innerHeight) return;
  scrollBy(0, Math.max(0, form.bottom - innerHeight));
  input.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function reasons(entry, name) {
  const answer = entry.pending[name]?.answer;
  const why = answer?.why?.length ? answer.why : entry.problems[name] ?? [];
  const said = why.map((text) => element("p", text, { class: "field-error" }));
  if (answer?.state !== "conflict") return said;
  const theirs = { "": texts.empty, x: texts.notApplicable }[answer.value] ?? answer.value;
  const sentence = fill(texts.conflictOf, { by: answer.by, at: time(answer.at), theirs });
  const mine = element("button", texts.keepMine, { type: "button", class: "btn btn-sm" });
  const other = element("button", texts.takeTheirs, { type: "button", class: "btn btn-sm" });
  mine.addEventListener("click", () => entry.keepMine(name));
  other.addEventListener("click", () => entry.takeTheirs(name));
  const choice = element("p", "", { class: "choices" });
  choice.append(mine, " ", other);
  return [element("p", sentence, { class: "field-error" }), choice];
}
