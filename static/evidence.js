// Sends photos and files as they are chosen, each with its progress. What cannot be sent stays in
// the list, to be tried again. Without this script they are sent with the form.

{
  const box = document.querySelector("[data-evidence]");
  const texts = JSON.parse(document.getElementById("evidence-texts").textContent);
  const coming = box.querySelector("[data-files-coming]");
  const said = box.querySelector("[data-files-said]");
  const acts = document.getElementById("file-acts");
  const token = acts.elements.csrfmiddlewaretoken.value;
  // A photo of more bytes is drawn smaller first: the server keeps no more of it, and the signal in
  // a hamlet is weak.
  const LARGE = 1_000_000;
  const SIDE = 2560;
  const waiting = [];
  let isSending = false;

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  function show(html) {
    box.querySelector("[data-files]").outerHTML = html;
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
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    body.append("evidence", await smaller(item.file), item.file.name);
    const answer = await exchange(body, item.bar);
    if (answer.status === 200) {
      item.line.remove();
      show(answer.text);
      said.textContent = texts.attached.replace("{name}", item.file.name);
      return;
    }
    const isRefused = [403, 409, 422].includes(answer.status) && answer.isPlain;
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
        // Whoever was signed out is led to another page.
        const isOurs = request.responseURL.endsWith(box.dataset.evidence);
        done({
          status: isOurs ? request.status : 0,
          text: request.responseText,
          isPlain: kind.startsWith("text/plain"),
        });
      });
      request.send(body);
    });
  }

  function fail(item, reason, isRefused) {
    item.bar.hidden = true;
    item.why.className = "field-error";
    item.why.textContent = reason;
    said.textContent = `${item.file.name}: ${reason}`;
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
    if (!file.type.startsWith("image/") || file.size < LARGE) return file;
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
      return drawn && drawn.size < file.size ? drawn : file;
    } catch {
      // What this browser cannot draw, the server looks at.
      return file;
    }
  }

  // -- What people do -------------------------------------------------------------------------------

  box.classList.add("is-scripted");
  for (const input of box.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      waiting.push(...[...input.files].map(choose));
      input.value = "";
      sendAll();
    });
  }
  // The network is back.
  addEventListener("online", () => {
    for (const again of coming.querySelectorAll("[data-again]")) again.click();
  });
  addEventListener("beforeunload", (event) => {
    // What could not be sent is in the memory of this page alone.
    if (coming.querySelector("[data-waits]")) event.preventDefault();
  });
  box.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-file-act]");
    if (!button) return;
    event.preventDefault();
    button.disabled = true;
    try {
      const answer = await fetch(button.formAction, {
        method: "POST",
        body: new FormData(acts),
        headers: { "HX-Request": "true" },
      });
      if (answer.ok && !answer.redirected) return show(await answer.text());
      // The page says why it is not possible any more.
      location.reload();
    } catch {
      button.disabled = false;
      said.textContent = texts.failed;
    }
  });
}
