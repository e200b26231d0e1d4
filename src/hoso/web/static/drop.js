// Files dropped or chosen are sent one by one, each with its own line and its own answer.
// Where scripts do not run, the same form sends them all together.

export function drop(form) {
  const zone = form.querySelector(".drop");
  const input = form.querySelector("input[type=file]");
  const sent = form.querySelector("[data-sent]");
  form.querySelector("[data-drop-hint]").hidden = false;

  const over = (event) => { event.preventDefault(); zone.classList.add("over"); };
  zone.addEventListener("dragenter", over);
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    sendAll([...event.dataTransfer.files]);
  });
  form.addEventListener("submit", (event) => {
    if (input.files.length < 2) return;
    event.preventDefault();
    sendAll([...input.files]);
  });

  let failed = 0;
  async function sendAll(files) {
    failed = 0;
    sent.replaceChildren();
    form.setAttribute("aria-busy", "true");
    for (const file of files) await send(file);
    form.removeAttribute("aria-busy");
    input.value = "";
    const after = form.dataset.after || location.pathname;
    if (!failed) { location.assign(`${after}${after.includes("?") ? "&" : "?"}done=received`); return; }
    const look = document.createElement("a");
    look.href = after;
    look.textContent = sent.dataset.wordsLook;
    const line = document.createElement("li");
    line.append(look);
    sent.append(line);
  }

  async function send(file) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const outcome = document.createElement("span");
    name.textContent = file.name;
    outcome.textContent = sent.dataset.wordsSending;
    line.append(name, outcome);
    sent.append(line);
    const body = new FormData(form);
    body.delete("files");
    body.append("files", file, file.name);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const [{ outcome: said, reason, good, tone }] = await answer.json();
      outcome.textContent = reason ? `${said} – ${reason}` : said;
      if (!good) { failed += 1; outcome.className = tone === "bad" ? "fault" : "told"; }
    } catch {
      failed += 1;
      outcome.className = "fault";
      outcome.textContent = sent.dataset.wordsFailed;
    }
  }
}
