// Sends photos and files as they are chosen, each with its progress. What cannot be sent stays in
// the list, to be tried again. Without this script they are sent with the form.

import { element } from "./entry/element.js";

const box = document.querySelector("[data-evidence]");
const texts = JSON.parse(document.getElementById("evidence-texts").textContent);
const coming = box.querySelector("[data-files-coming]");
const said = box.querySelector("[data-files-said]");
const acts = document.getElementById("file-acts");
const signIn = new URL(box.dataset.signIn, location.href);
// A photo of more bytes is drawn smaller first: the server keeps no more of it, and the signal in
// a hamlet is weak.
const LARGE = 1_000_000;
const SIDE = 2560;
const waiting = [];
let isSending = false;

const leadsToSignIn = (address) => address && new URL(address).pathname === signIn.pathname;

async function asksToSignIn(address) {
  if (address) return leadsToSignIn(address);
  const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
  return leadsToSignIn(answer?.url);
}

// Whether the token of the page may be that of a session which has ended.
let isStale = false;

// Says so, with the way to sign in beside this page, which would forget the files.
function tellSignedOut(place) {
  isStale = true;
  place.append(" ", element("a", texts.signIn, { href: signIn.href, target: "_blank" }));
}

// Whoever has signed in again has another token. That of somebody else is not taken: what one
// person chose would be sent in the name of another.
async function comeBack() {
  if (!isStale) return;
  const answer = await fetch(location.href).catch(() => null);
  const page = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
  if (page.querySelector("[data-evidence]")?.dataset.owner !== box.dataset.owner) return;
  isStale = false;
  const { value } = page.querySelector("#file-acts [name=csrfmiddlewaretoken]");
  for (const each of document.querySelectorAll("[name=csrfmiddlewaretoken]")) each.value = value;
}

// What went well is read out; what did not is seen as well.
function tell(sentence, isTrouble = false) {
  said.className = isTrouble ? "field-error" : "visually-hidden";
  said.textContent = sentence;
}

function show(html) {
  const wasOpen = box.querySelector("[data-removed]")?.open;
  box.querySelector("[data-files]").outerHTML = html;
  const removed = box.querySelector("[data-removed]");
  if (wasOpen && removed) removed.open = true;
}

// -- What waits to be sent ----------------------------------------------------------------------

function choose(file) {
  const line = element("li", "", { class: "file", "data-waits": "" });
  const name = element("span", "", { class: "file-said" });
  const bar = element("progress", "", { max: "1", value: "0", "aria-label": file.name });
  const why = element("small", texts.waiting);
  const words = element("span", "");
  words.append(element("b", file.name), why, bar);
  name.append(words);
  line.append(name);
  coming.append(line);
  return { file, line, bar, why };
}

async function sendAll() {
  if (isSending) return;
  isSending = true;
  while (waiting.length) await send(waiting.shift());
  isSending = false;
}

async function send(item) {
  item.line.querySelectorAll("button").forEach((each) => each.remove());
  item.why.className = "";
  item.why.textContent = texts.sending;
  item.bar.hidden = false;
  await comeBack();
  const body = new FormData();
  body.append("csrfmiddlewaretoken", acts.elements.csrfmiddlewaretoken.value);
  body.append("evidence", await smaller(item.file), item.file.name);
  const answer = await exchange(body, item.bar);
  if (answer.status === 200) {
    item.line.remove();
    show(answer.text);
    return tell(texts.attached.replace("{name}", item.file.name));
  }
  // A large file may be cut off before the answer is heard.
  if (!answer.status && (await asksToSignIn(answer.address))) {
    fail(item, texts.signedOut);
    return tellSignedOut(item.why);
  }
  const isRefused = [403, 409, 422].includes(answer.status) && answer.isPlain;
  isStale ||= answer.status === 403 && !isRefused;
  fail(item, isRefused ? answer.text : texts.failed, isRefused);
}

function exchange(body, bar) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", box.dataset.evidence);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => {
      const kind = request.getResponseHeader("Content-Type") ?? "";
      done({
        status: request.responseURL.endsWith(box.dataset.evidence) ? request.status : 0,
        address: request.responseURL,
        text: request.responseText,
        isPlain: kind.startsWith("text/plain"),
      });
    });
    request.send(body);
  });
}

function fail(item, reason, isRefused = false) {
  item.bar.hidden = true;
  item.why.className = "field-error";
  item.why.textContent = reason;
  tell(`${item.file.name}: ${reason}`);
  if (isRefused) delete item.line.dataset.waits;
  else {
    const again = element("button", texts.again, { type: "button", class: "btn", "data-again": "" });
    again.addEventListener("click", () => {
      waiting.push(item);
      sendAll();
    });
    item.line.append(again);
  }
  const drop = element("button", texts.drop, { type: "button", class: "btn" });
  drop.addEventListener("click", () => item.line.remove());
  item.line.append(drop);
}

async function smaller(file) {
  // Safari alone can draw HEIC, which the portal does not take.
  const isHeic = /^image\/hei[cf]/.test(file.type);
  if (!isHeic && (!file.type.startsWith("image/") || file.size < LARGE)) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return drawn && (isHeic || drawn.size < file.size) ? drawn : file;
  } catch {
    // What this browser cannot draw, the server looks at.
    return file;
  }
}

// -- What people do -------------------------------------------------------------------------------

box.classList.add("is-scripted");
for (const input of box.querySelectorAll("input[type=file]")) {
  // Else the browser says in its own language that no file is chosen.
  input.title = input.closest("label").textContent.trim();
  input.addEventListener("change", () => {
    waiting.push(...[...input.files].map(choose));
    input.value = "";
    sendAll();
  });
}
function sendAgain() {
  for (const again of coming.querySelectorAll("[data-again]")) again.click();
}
// The network is back, or who has signed in again in another tab.
addEventListener("online", sendAgain);
document.addEventListener("visibilitychange", () => document.hidden || sendAgain());
addEventListener("beforeunload", (event) => {
  // What could not be sent is in the memory of this page alone.
  if (coming.querySelector("[data-waits]")) event.preventDefault();
});
box.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-file-act]");
  if (!button) return;
  event.preventDefault();
  button.disabled = true;
  await comeBack();
  try {
    const answer = await fetch(button.formAction, {
      method: "POST",
      body: new FormData(acts),
      headers: { "HX-Request": "true" },
    });
    if (answer.ok && !answer.redirected) return show(await answer.text());
    if (leadsToSignIn(answer.url)) {
      button.disabled = false;
      tell(texts.signedOut, true);
      return tellSignedOut(said);
    }
    // The page says why it is not possible any more.
    location.reload();
  } catch {
    button.disabled = false;
    tell(texts.failed, true);
  }
});
