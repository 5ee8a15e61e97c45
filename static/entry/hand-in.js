// Nothing is handed in before all that was typed is saved.

import { element } from "./element.js";
import { entries } from "./entries.js";
import { report } from "./status.js";

// A form is sent whole at the end.
export async function handIn(entry, form, submitter) {
  await entry.send();
  const waiting = Object.keys(entry.pending);
  if (waiting.length && !waiting.every((name) => entry.pending[name].answer?.state === "invalid")) {
    delete form.dataset.sent;
    entry.fields.get(waiting[0])?.focus();
    return report();
  }
  form.elements.version.value = entry.version;
  // A form that a script sends does not say which button was pressed.
  const value = submitter?.value ?? "submit";
  form.append(element("input", "", { type: "hidden", name: "action", value }));
  form.submit();
}

// What is asked of the server after all entries: it has to know them first.
export async function handInTeams(form) {
  await Promise.all(entries.map((entry) => entry.send()));
  const waits = entries.find((entry) => Object.keys(entry.pending).length);
  if (waits) {
    waits.root.dispatchEvent(new Event("entry:wanted", { bubbles: true }));
    return waits.fields.get(Object.keys(waits.pending)[0])?.focus();
  }
  for (const entry of entries) entry.root.querySelector("[name^=version-]").value = entry.version;
  form.submit();
}
