// Saves figures while somebody types. What cannot be sent yet is kept in the browser's own storage,
// and is sent when the network, the session or the page comes back. Pages without this script are
// sent whole.

import "./entry/closed.js";
import { entries } from "./entry/entries.js";
import { Entry } from "./entry/entry.js";
import { handIn, handInTeams } from "./entry/hand-in.js";
import { explain } from "./entry/reasons.js";
import "./entry/state.js";

for (const root of document.querySelectorAll("[data-entry]")) {
  const entry = new Entry(root);
  entries.push(entry);
  if (root.tagName === "FORM") {
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      handIn(entry, root, event.submitter);
    });
  }
}
document.querySelector("[data-entry-after]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  handInTeams(event.target);
});
document.addEventListener("focusin", ({ target }) => {
  const entry = entries.find((each) => each.root.contains(target));
  if (entry && target.dataset.field) explain(entry, target.dataset.field);
});
for (const each of document.querySelectorAll("[data-without-script]")) each.hidden = true;
addEventListener("online", () => entries.forEach((entry) => entry.send()));
