// The state of the report, wherever the page tells it: with the first figure a draft begins.

document.addEventListener("entry:saved", ({ target, detail }) => {
  const pill = target.querySelector(".state") ?? document.querySelector(".lead .state");
  if (!pill || !detail.status) return;
  pill.className = `state state-${detail.status}`;
  pill.textContent = detail.status_label;
});
