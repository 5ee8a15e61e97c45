// What makes pages quicker to use. Every page works without it.

// What is picked with the mouse is asked for at once. With the keyboard each arrow key picks, on the
// way to what is wanted: that is asked for with Enter, or once the list is left.
for (const picker of document.querySelectorAll("[data-picker]")) {
  let key = "";
  let waits = false;
  const ask = (next) => {
    waits = false;
    sessionStorage.setItem("picking", next?.id ?? "");
    picker.closest("form").requestSubmit();
  };
  picker.addEventListener("pointerdown", () => (key = ""));
  picker.addEventListener("keydown", (event) => {
    key = event.key;
    if (key !== "Enter" || !waits) return;
    event.preventDefault();
    ask(event.target);
  });
  picker.addEventListener("change", ({ target }) => {
    if (key && key !== "Enter") waits = true;
    else ask(target);
  });
  picker.addEventListener("focusout", ({ relatedTarget: next }) => {
    if (!waits || !document.hasFocus()) return;
    // Whoever clicks on something else wants that.
    if (key === "Tab" || !next?.closest("a, button")) ask(next);
  });
}
// Whoever picked goes on from there.
const picking = sessionStorage.getItem("picking");
sessionStorage.removeItem("picking");
if (picking) document.getElementById(picking)?.focus();

// The browser's own button for files speaks the browser's language: ours lies below it.
for (const place of document.querySelectorAll("[data-file-field]")) {
  const input = place.querySelector("input");
  const name = place.querySelector("[data-file-name]");
  const none = name.textContent;
  const tell = () => {
    name.textContent = input.title = [...input.files].map((each) => each.name).join(", ") || none;
  };
  place.classList.add("is-scripted");
  input.addEventListener("change", tell);
  // A page that comes back may still hold the file.
  addEventListener("pageshow", tell);
}

// Of what is wider than the window, the newest stands at the end.
for (const frame of document.querySelectorAll("[data-at-end]")) frame.scrollLeft = frame.scrollWidth;

// Filters stand open where there is room for them; a phone folds them away.
const narrow = matchMedia("(max-width: 40rem)");
const fold = () => {
  for (const each of document.querySelectorAll("[data-unfolded]")) each.open = !narrow.matches;
};
narrow.addEventListener("change", fold);
fold();

const themeSwitch = document.querySelector("[data-theme-switch]");
if (themeSwitch) {
  themeSwitch.hidden = false;
  themeSwitch.addEventListener("click", () => {
    const root = document.documentElement;
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.bsTheme);
    root.dispatchEvent(new Event("themechange"));
  });
}

// One menu open at a time, and Escape closes it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Whoever follows a link to a field wants to write there.
const aimed = location.hash && document.getElementById(location.hash.slice(1));
const first = aimed || document.querySelector("[data-focus]");
first?.focus();
// In a frame that scrolls, the whole of it.
if (first?.closest(".entry-frame")) first.scrollIntoView({ block: "nearest", inline: "start" });

// What has a reason is returned: it cannot be approved as well. What is for somebody else to approve
// has no box.
for (const reason of document.querySelectorAll("[data-unticks]")) {
  const box = reason.closest("tr").querySelector("[type=checkbox]");
  reason.addEventListener("input", () => {
    if (!reason.value.trim() || !box?.checked) return;
    box.checked = false;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// The button says how many it approves, and how many it returns.
for (const button of document.querySelectorAll("[data-decides]")) {
  const unset = button.textContent;
  const count = () => {
    let approved = 0;
    let returned = 0;
    for (const reason of button.form.querySelectorAll("[data-unticks]")) {
      if (reason.value.trim()) returned += 1;
      else if (reason.closest("tr").querySelector("[type=checkbox]")?.checked) approved += 1;
    }
    button.textContent =
      approved + returned
        ? button.dataset.decides.replace("{approved}", approved).replace("{returned}", returned)
        : unset;
  };
  button.form.addEventListener("input", count);
  button.form.addEventListener("change", count);
  // A page that comes back may still hold ticks.
  addEventListener("pageshow", count);
}

for (const label of document.querySelectorAll("[data-tick-all]")) {
  const boxes = label.closest("[data-ticks]").querySelectorAll("[name=report]");
  label.hidden = false;
  label.addEventListener("change", ({ target }) => {
    for (const box of boxes) box.checked = target.checked;
  });
}

// On a phone the tasks go on beside the screen: neither the present one nor the one that the
// keyboard has reached may be among those.
const tasks = document.querySelector(".tasks");
const bringIntoView = (task) => {
  const box = task.getBoundingClientRect();
  tasks.scrollLeft += box.left + box.width / 2 - innerWidth / 2;
};
tasks?.querySelectorAll("[aria-current]").forEach(bringIntoView);
tasks?.addEventListener("focusin", (event) => bringIntoView(event.target));

for (const form of document.querySelectorAll("[data-guard]")) {
  let unsaved = false;
  // What is saved while it is typed is not lost with the page.
  form.addEventListener("input", () => (unsaved = !("entry" in form.dataset)));
  // The server lets one of two identical submissions in; this spares the second one.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    unsaved = false;
  });
  addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
  // A page that comes back from the browser's memory can be sent again.
  addEventListener("pageshow", () => delete form.dataset.sent);
  for (const box of form.querySelectorAll(".figure-na input")) {
    const text = box.closest(".figure-entry").querySelector(".form-control");
    const follow = () => text.toggleAttribute("disabled", box.checked);
    box.addEventListener("change", follow);
    follow();
  }
}

// Without a clipboard, or without leave to use it, the text is chosen and Ctrl-C does the rest.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    text.select();
    await navigator.clipboard?.writeText(text.value).then(
      () => (button.parentElement.querySelector("[data-copied]").textContent = button.dataset.said),
      () => text.focus(),
    );
  });
}
