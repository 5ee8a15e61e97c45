// What could not be sent before the report was closed.

import { element } from "./element.js";
import { keyOf, recalled } from "./kept.js";

for (const box of document.querySelectorAll("[data-entry-closed]")) {
  const key = keyOf(box);
  const kept = Object.entries(recalled(key));
  if (!kept.length) continue;
  const labels = JSON.parse(box.dataset.labels);
  const list = box.querySelector("ul");
  list.append(...kept.map(([name, { text }]) => element("li", `${labels[name] ?? name}: ${text}`)));
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    localStorage.removeItem(key);
    box.hidden = true;
  });
}
