// What looks wrong, and the field in which it is explained.

import { element } from "./element.js";
import { cellOf, write } from "./fields.js";
import { texts } from "./words.js";

// What looks wrong by now; what was written of something else stays in its field, out of sight.
export function find(entry, findings) {
  entry.findings = findings;
  for (const block of entry.blocks.values()) block.hidden = true;
  for (const input of entry.fields.values()) delete cellOf(input).dataset.doubt;
  for (const each of findings) {
    const block = entry.blocks.get(each.name) ?? ask(entry, each);
    block.hidden = false;
    block.querySelector("span").textContent = each.said;
    const input = entry.fields.get(each.name);
    input.dataset.seen = each.explanation;
    if (!entry.pending[each.name] && input.value !== each.explanation) input.value = each.explanation;
    for (const code of each.figures) {
      cellOf(entry.fields.get(code)).dataset.doubt = each.explanation ? "explained" : "open";
    }
  }
}

function ask(entry, { name, figures }) {
  const block = element("div", "", { class: "finding", "data-cell": "", "data-finding": name });
  const label = element("label", "");
  const input = element("input", "", {
    class: "form-control", id: `f-${name}`, maxlength: 300, autocomplete: "off",
    placeholder: texts.explain, "data-field": name,
  });
  // A form is sent whole at the end; in the grid the enter key must not send the teams.
  if (entry.root.tagName === "FORM") input.name = name;
  else input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  label.append(element("span", ""), " ", input);
  block.append(label, element("div", "", { "data-said-of": name, role: "status", hidden: "" }));
  entry.root.querySelector(`[data-findings-of="${CSS.escape(figures[0])}"]`)?.append(block);
  entry.blocks.set(name, block);
  entry.fields.set(name, input);
  entry.listen(name, input);
  if (entry.pending[name]) write(input, entry.pending[name].text);
  return block;
}
