// How the page is as a whole: saved, saving, waiting, or refused.

import { element } from "./element.js";
import { entries } from "./entries.js";
import { fill, texts, time } from "./words.js";

const status = document.querySelector("[data-entry-status]");

export function report() {
  if (!status) return;
  const waiting = entries.flatMap((entry) => Object.values(entry.pending));
  const troubles = entries.map((entry) => entry.trouble).filter(Boolean);
  const refusal = entries.map((entry) => entry.refusal).find(Boolean);
  const held = waiting.filter((each) => each.held).length;
  const saved = entries.map((entry) => entry.savedAt).sort().at(-1);
  const wrong = entries.flatMap((entry) => Object.keys(entry.problems)).length;
  const at = saved && time(saved);
  let [state, said] = saved ? ["saved", fill(texts.allSaved, { at })] : ["", ""];
  if (saved && wrong) [state, said] = ["invalid", fill(texts.savedBut, { at, count: wrong })];
  if (refusal) [state, said] = ["invalid", refusal];
  else if (troubles.includes("signedOut")) [state, said] = ["invalid", texts.signedOut];
  else if (troubles.length) [state, said] = ["waiting", fill(texts.offline, { count: waiting.length })];
  else if (waiting.length > held) [state, said] = ["saving", texts.saving];
  else if (held) [state, said] = ["invalid", fill(texts.held, { count: held })];
  // A link must not be made anew under the finger that presses it.
  if (status.dataset.state === state && status.firstChild?.textContent === said) return;
  status.dataset.state = state;
  status.textContent = said;
  if (state === "invalid" && troubles.includes("signedOut")) {
    const link = element("a", texts.signIn, { href: status.dataset.signIn });
    status.append(" ", link);
  }
}
