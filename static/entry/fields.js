// What a field says.

export const boxOf = (input) =>
  input.closest(".figure-entry")?.querySelector(".figure-na input");

export function textOf(input) {
  return boxOf(input)?.checked ? "x" : input.value;
}

export function write(input, text) {
  const box = boxOf(input);
  if (box) box.checked = input.disabled = text === "x";
  input.value = box && text === "x" ? "" : text;
}

// A field that a script has filled in: what is computed of it follows.
export function restored(input) {
  input.dispatchEvent(new Event("entry:restored", { bubbles: true }));
}

// Where it is shown how a field is, and why.
export const cellOf = (input) => input.closest("[data-cell]") ?? input;
