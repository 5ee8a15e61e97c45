// What the page says, in its own language: the scripts have no words of their own.

export const texts = JSON.parse(document.getElementById("entry-texts").textContent);

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// The portal's own clock, as the pages write it: 09:05 10/06/2024 for 2024-06-10T09:05:00+07:00.
export const time = (at) => at.replace(/^(\d+)-(\d+)-(\d+)T(\d+:\d+).*$/, "$4 $3/$2/$1");
