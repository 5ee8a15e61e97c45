// Before the first paint, so that a dark page does not flash white.
document.documentElement.dataset.bsTheme =
  localStorage.getItem("theme") ??
  (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
