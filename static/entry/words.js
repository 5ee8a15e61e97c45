// What the page says, in its own language: the scripts have no words of their own.

export const texts = JSON.parse(document.getElementById("entry-texts").textContent);

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export const time = (at) =>
  new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" })
    .format(at);

export function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
