// One team's month: what was typed, what is sent, and what became of it.

import { boxOf, cellOf, restored, textOf, write } from "./fields.js";
import { find } from "./findings.js";
import { keep, keyOf, recalled } from "./kept.js";
import { explain, silence } from "./reasons.js";
import { send } from "./sending.js";
import { report } from "./status.js";
import { texts } from "./words.js";

const SOON = 500;
const AGAIN = 5000;
const found = JSON.parse(document.getElementById("entry-findings")?.textContent ?? "{}");

export class Entry {
  constructor(root) {
    this.root = root;
    this.address = root.dataset.entry;
    this.key = keyOf(root);
    this.version = Number(root.dataset.version);
    this.fields = new Map(
      [...root.querySelectorAll("[data-field]")].map((input) => [input.dataset.field, input]),
    );
    this.pending = recalled(this.key);
    this.kept = Object.keys(this.pending);
    this.problems = {};
    this.findings = [];
    // Where it is explained what looks wrong, by the name of its field.
    this.blocks = new Map(
      [...root.querySelectorAll("[data-finding]")].map((block) => [block.dataset.finding, block]),
    );
    this.refusal = "";
    this.sending = null;
    this.savedAt = "";
    for (const [name, input] of this.fields) this.listen(name, input);
    if (root.dataset.team in found) find(this, found[root.dataset.team]);
    this.restore();
    this.catchUp();
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
      restored(input);
    }
    if (Object.keys(this.pending).length) this.send();
  }

  // What was typed before this script had come. What the browser fills in by itself is left alone.
  catchUp() {
    for (const [name, input] of this.fields) {
      const isTyped = input.autocomplete === "off" && input.value !== input.defaultValue;
      if (isTyped && !this.pending[name]) this.type(name);
    }
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

  keep() {
    this.kept = keep(this.key, this.pending, this.kept);
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
    const { told, trouble, refusal } = await send(this.address, sent);
    if (trouble) return this.wait(typed, trouble);
    if (!told) return this.refuse(typed, refusal);
    this.refusal = this.trouble = "";
    this.savedAt = told.at;
    this.version = told.version;
    this.problems = told.problems;
    find(this, told.findings);
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
    restored(input);
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
    restored(input);
    report();
  }

  show(name, state) {
    const input = this.fields.get(name);
    if (!input) return;
    input.dataset.state = cellOf(input).dataset.state = state;
    if (state === "invalid") input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    input.title = state === "saved" ? "" : texts[state] ?? "";
    if (["saved", "invalid"].includes(state)) silence(this.root, name);
    explain(this, name);
  }
}
