// How far the form of a team's month is, and the way to the next field that is empty.

{
  const form = document.querySelector("[data-counted]");
  const said = form.querySelector("[data-given]");
  const empty = form.querySelector("[data-while-empty]");
  const next = form.querySelector("[data-next-empty]");
  const rows = [...form.querySelectorAll(".figure-row")];
  const inputOf = (row) => row.querySelector(".figure-input input");
  const boxOf = (row) => row.querySelector(".figure-na input");
  const isGiven = (row) => boxOf(row).checked || inputOf(row).value.trim() !== "";
  const count = (some) => some.filter(isGiven).length;

  function tell() {
    const given = count(rows);
    said.textContent = said.dataset.given.replace("{given}", given).replace("{all}", rows.length);
    next.hidden = empty.hidden = given === rows.length;
    for (const told of form.querySelectorAll("[data-given-in]")) {
      const inside = rows.filter((row) => row.closest("fieldset").id === told.dataset.givenIn);
      told.textContent = `${count(inside)}/${inside.length}`;
    }
  }

  next.addEventListener("click", () => {
    const at = rows.findLastIndex(
      (row) => row.contains(document.activeElement) || row.contains(last),
    );
    const ordered = [...rows.slice(at + 1), ...rows.slice(0, at + 1)];
    const input = inputOf(ordered.find((row) => !isGiven(row)));
    input.focus({ preventScroll: true });
    input.scrollIntoView({ block: "center" });
  });
  // The button takes the focus away from where somebody is.
  let last = null;
  form.addEventListener("focusin", ({ target }) => {
    if (target.closest(".figure-row")) last = target;
  });
  for (const name of ["input", "change", "entry:restored"]) form.addEventListener(name, tell);
  tell();
}
