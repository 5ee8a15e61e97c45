// Saves figures while somebody types. What cannot be sent yet is kept in the browser's own storage,
// and is sent when the network, the session or the page comes back. Pages without this script are
// sent whole.

const SOON = 500;
const AGAIN = 5000;
const texts = JSON.parse(document.getElementById("entry-texts").textContent);
const status = document.querySelector("[data-entry-status]");
const found = JSON.parse(document.getElementById("entry-findings")?.textContent ?? "{}");
const below = document.querySelector("[data-entry-strip]");
const entries = [];

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const time = (at) =>
  new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" })
    .format(at);

// -- What a field says ----------------------------------------------------------------------------

const boxOf = (input) => input.closest(".figure-entry")?.querySelector(".figure-na input");

function textOf(input) {
  return boxOf(input)?.checked ? "x" : input.value;
}

function write(input, text) {
  const box = boxOf(input);
  if (box) box.checked = input.disabled = text === "x";
  input.value = box && text === "x" ? "" : text;
}

// Where it is shown how a field is, and why.
const cellOf = (input) => input.closest("[data-cell]") ?? input;

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// -- One team's month -----------------------------------------------------------------------------

class Entry {
  constructor(root) {
    this.root = root;
    this.address = root.dataset.entry;
    this.key = keyOf(root);
    this.version = Number(root.dataset.version);
    this.fields = new Map(
      [...root.querySelectorAll("[data-field]")].map((input) => [input.dataset.field, input]),
    );
    this.pending = recalled(this.key);
    // What of the browser's storage is this page's.
    this.own = Object.keys(this.pending);
    this.problems = {};
    this.findings = [];
    // Where it is explained what looks wrong, by the name of its field.
    this.blocks = new Map(
      [...root.querySelectorAll("[data-finding]")].map((block) => [block.dataset.finding, block]),
    );
    this.refusal = "";
    this.sending = null;
    this.savedAt = 0;
    for (const [name, input] of this.fields) this.listen(name, input);
    if (root.dataset.team in found) this.find(found[root.dataset.team]);
    this.restore();
  }

  listen(name, input) {
    input.addEventListener("input", () => this.type(name));
    input.addEventListener("change", () => this.send());
    boxOf(input)?.addEventListener("change", () => this.type(name, 0));
  }

  // What was typed before the page was closed, or before the network came back.
  restore() {
    for (const [name, { text }] of Object.entries(this.pending)) {
      const input = this.fields.get(name);
      if (!input) continue;
      write(input, text);
      this.show(name, "waiting");
      input.dispatchEvent(new Event("entry:restored", { bubbles: true }));
    }
    if (Object.keys(this.pending).length) this.send();
  }

  type(name, delay = SOON) {
    const input = this.fields.get(name);
    const before = this.pending[name];
    // A conflict is decided by its buttons; whoever types on has not seen less for it.
    this.pending[name] = { text: textOf(input), seen: before?.seen ?? input.dataset.seen };
    this.keep();
    this.show(name, "waiting");
    report();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), delay);
  }

  // The same report may be open in another tab, which keeps what was typed there in the same place.
  keep() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key)) ?? {};
      for (const name of this.own) delete kept[name];
      this.own = Object.keys(this.pending);
      Object.assign(kept, this.pending);
      if (Object.keys(kept).length) localStorage.setItem(this.key, JSON.stringify(kept));
      else localStorage.removeItem(this.key);
    } catch {
      // A browser that keeps nothing still sends.
    }
  }

  // One request at a time: an answer says what the next one has seen.
  async send() {
    clearTimeout(this.timer);
    while (this.sending) await this.sending;
    const typed = Object.fromEntries(
      Object.entries(this.pending).filter(([, each]) => !each.held),
    );
    if (!Object.keys(typed).length) return report();
    for (const name of Object.keys(typed)) this.show(name, "saving");
    report();
    this.sending = this.exchange(typed);
    await this.sending;
    this.sending = null;
    report();
  }

  async exchange(typed) {
    const sent = Object.fromEntries(
      Object.entries(typed).map(([name, { text, seen }]) => [name, { text, seen }]),
    );
    let response;
    try {
      response = await fetch(this.address, {
        method: "PATCH",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({ typed: sent }),
      });
    } catch {
      return this.wait(typed, "offline");
    }
    if (response.status >= 500 || response.status === 429) return this.wait(typed, "offline");
    if (response.status === 401 || response.status === 403) return this.wait(typed, "signedOut");
    const told = await response.json().catch(() => ({}));
    if (!response.ok) return this.refuse(typed, told.detail ?? "");
    this.refusal = this.trouble = "";
    this.savedAt = Date.now();
    this.version = told.version;
    this.problems = told.problems;
    this.find(told.findings);
    for (const [name, answer] of Object.entries(told.answers)) this.take(name, answer, sent[name]);
    for (const [name, value] of Object.entries(told.stored)) this.follow(name, value);
    for (const name of this.fields.keys()) this.judge(name);
    this.keep();
    this.root.dispatchEvent(new CustomEvent("entry:saved", { bubbles: true, detail: told }));
  }

  take(name, answer, sent) {
    const input = this.fields.get(name);
    const waits = this.pending[name];
    const typedOn = waits && waits.text !== sent.text;
    if (answer.state === "saved") {
      if (input) input.dataset.seen = answer.value;
      if (typedOn) waits.seen = answer.value;
      else delete this.pending[name];
    } else if (!typedOn && waits) {
      // Until somebody decides, or types something else, it would be refused again.
      waits.held = true;
      waits.answer = answer;
    }
  }

  // Fields that somebody else has changed: what is handed in has to be what the page shows.
  follow(name, value) {
    const input = this.fields.get(name);
    if (!input || this.pending[name] || input.dataset.seen === value) return;
    input.dataset.seen = value;
    write(input, value);
    this.show(name, "changed");
    input.dispatchEvent(new Event("entry:restored", { bubbles: true }));
  }

  // What looks wrong by now; what was written of something else stays in its field, out of sight.
  find(findings) {
    this.findings = findings;
    for (const block of this.blocks.values()) block.hidden = true;
    for (const input of this.fields.values()) delete cellOf(input).dataset.doubt;
    for (const each of findings) {
      const block = this.blocks.get(each.name) ?? this.ask(each);
      block.hidden = false;
      block.querySelector("span").textContent = each.said;
      const input = this.fields.get(each.name);
      input.dataset.seen = each.explanation;
      if (!this.pending[each.name] && input.value !== each.explanation) input.value = each.explanation;
      for (const code of each.figures) {
        cellOf(this.fields.get(code)).dataset.doubt = each.explanation ? "explained" : "open";
      }
    }
  }

  ask({ name, figures }) {
    const block = element("div", "", { class: "finding", "data-cell": "", "data-finding": name });
    const label = element("label", "");
    const input = element("input", "", {
      class: "form-control", id: `f-${name}`, maxlength: 300, autocomplete: "off",
      placeholder: texts.explain, "data-field": name,
    });
    // A form is sent whole at the end; in the grid the enter key must not send the teams.
    if (this.root.tagName === "FORM") input.name = name;
    else input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    label.append(element("span", ""), " ", input);
    block.append(label, element("div", "", { "data-said-of": name, role: "status", hidden: "" }));
    this.root.querySelector(`[data-findings-of="${CSS.escape(figures[0])}"]`)?.append(block);
    this.blocks.set(name, block);
    this.fields.set(name, input);
    this.listen(name, input);
    if (this.pending[name]) write(input, this.pending[name].text);
    return block;
  }

  // What a field is by now, whatever it was sent for.
  judge(name) {
    const waits = this.pending[name];
    if (waits?.held) this.show(name, waits.answer.state);
    else if (waits) this.show(name, "waiting");
    else if (this.problems[name]) this.show(name, "invalid");
    else if (["waiting", "saving", "invalid"].includes(this.fields.get(name).dataset.state)) {
      this.show(name, "saved");
    }
  }

  wait(typed, trouble) {
    this.trouble = trouble;
    for (const name of Object.keys(typed)) this.show(name, "waiting");
    if (trouble === "offline") this.timer = setTimeout(() => this.send(), AGAIN);
  }

  refuse(typed, why) {
    this.refusal = why || texts.refused;
    for (const name of Object.keys(typed)) this.show(name, "waiting");
  }

  // The person has seen what the other one gave, and decides.
  keepMine(name) {
    const waits = this.pending[name];
    this.pending[name] = { text: waits.text, seen: waits.answer.value };
    this.keep();
    this.send();
  }

  takeTheirs(name) {
    const input = this.fields.get(name);
    const { value } = this.pending[name].answer;
    delete this.pending[name];
    input.dataset.seen = value;
    write(input, value);
    this.keep();
    this.show(name, "saved");
    input.dispatchEvent(new Event("entry:restored", { bubbles: true }));
    report();
  }

  show(name, state) {
    const input = this.fields.get(name);
    if (!input) return;
    input.dataset.state = cellOf(input).dataset.state = state;
    if (state === "invalid") input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    input.title = state === "saved" ? "" : texts[state] ?? "";
    explain(this, name);
  }
}

function keyOf(root) {
  return `entry ${root.dataset.owner} ${root.dataset.entry ?? root.dataset.entryClosed}`;
}

function recalled(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key)) ?? {};
    // What was refused is asked once more: the page may be another by now.
    for (const each of Object.values(kept)) {
      delete each.held;
      delete each.answer;
    }
    return kept;
  } catch {
    return {};
  }
}

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

// -- Why a field is refused, beside it or, in the grid, in the strip below --------------------------

function explain(entry, name) {
  const input = entry.fields.get(name);
  const beside = (entry.blocks.get(name) ?? entry.root).querySelector(
    `[data-said-of="${CSS.escape(name)}"]`,
  );
  if (beside) return place(beside, reasons(entry, name));
  if (below && document.activeElement === input) showBelow(entry, name);
}

function place(target, said) {
  target.replaceChildren(...said);
  target.hidden = !said.length;
}

function showBelow(entry, name) {
  const [why, doubts] = below.children;
  place(why, reasons(entry, name));
  const blocks = entry.findings
    .filter((each) => each.figures.includes(name))
    .map((each) => entry.blocks.get(each.name));
  doubts.replaceChildren(...blocks);
  below.hidden = why.hidden && !blocks.length;
}

function reasons(entry, name) {
  const answer = entry.pending[name]?.answer;
  const why = answer?.why?.length ? answer.why : entry.problems[name] ?? [];
  const said = why.map((text) => element("p", text, { class: "field-error" }));
  if (answer?.state !== "conflict") return said;
  const theirs = { "": texts.empty, x: texts.notApplicable }[answer.value] ?? answer.value;
  const sentence = fill(texts.conflictOf, { by: answer.by, at: time(new Date(answer.at)), theirs });
  const mine = element("button", texts.keepMine, { type: "button", class: "btn btn-sm" });
  const other = element("button", texts.takeTheirs, { type: "button", class: "btn btn-sm" });
  mine.addEventListener("click", () => entry.keepMine(name));
  other.addEventListener("click", () => entry.takeTheirs(name));
  const choice = element("p", "", { class: "choices" });
  choice.append(mine, " ", other);
  return [element("p", sentence, { class: "field-error" }), choice];
}

document.addEventListener("focusin", ({ target }) => {
  const entry = entries.find((each) => each.root.contains(target));
  if (entry && target.dataset.field) explain(entry, target.dataset.field);
});

// -- How it is as a whole -------------------------------------------------------------------------

function report() {
  if (!status) return;
  const waiting = entries.flatMap((entry) => Object.values(entry.pending));
  const troubles = entries.map((entry) => entry.trouble).filter(Boolean);
  const refusal = entries.map((entry) => entry.refusal).find(Boolean);
  const held = waiting.filter((each) => each.held).length;
  const saved = Math.max(0, ...entries.map((entry) => entry.savedAt));
  let [state, said] = saved
    ? ["saved", fill(texts.allSaved, { at: time(new Date(saved)) })]
    : ["", ""];
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

// -- The form is sent whole at the end ------------------------------------------------------------

async function handIn(entry, form, submitter) {
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
// What is asked of the server after all entries: it has to know them first.
document.querySelector("[data-entry-after]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await Promise.all(entries.map((entry) => entry.send()));
  const waits = entries.find((entry) => Object.keys(entry.pending).length);
  if (!waits) {
    for (const entry of entries) entry.root.querySelector("[name^=version-]").value = entry.version;
    return event.target.submit();
  }
  waits.fields.get(Object.keys(waits.pending)[0])?.focus();
});
for (const each of document.querySelectorAll("[data-without-script]")) each.hidden = true;
addEventListener("online", () => entries.forEach((entry) => entry.send()));

// -- What could not be sent before the report was closed ------------------------------------------

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
