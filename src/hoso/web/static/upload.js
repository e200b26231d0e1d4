// Many files, a folder, anything dropped: each is sent in pieces (tus 1.0), three at a time, and
// goes on where it stopped after a broken line or a reload; what was taken in before a reload is
// not sent once more, but its answer asked for. Without scripts the same form sends them all
// together.

const AT_ONCE = 3;
const PIECE = 8 * 1024 * 1024; // bytes
const READ = 1024 * 1024; // bytes looked at together
const FIRST_PAUSE = 1000; // ms
const LONGEST_PAUSE = 10000; // ms
const BUSY = 1000; // ms until somebody else's piece is asked after again
const A_WEEK = 7 * 24 * 3600 * 1000; // ms, the server keeps what was begun
const ALMOST_A_DAY = 23 * 3600 * 1000; // ms, it tells a day long what became of a file
const OURS = "hoso-upload:";
const DONE = "done";

// What the server will not change its mind about.
class Refused extends Error {}
class SignedOut extends Error {}
// Another request, of a page that was left, still adds to the same file.
class Busy extends Error {}

export function upload(form) {
  const { upload: address, uid, words } = form.dataset;
  const say = JSON.parse(words);
  const token = form.querySelector("[name=csrf_token]").value;
  const zone = form.querySelector(".drop");
  const list = form.querySelector("[data-sent]");
  const summary = form.querySelector("[data-summary]");
  const prefix = `${OURS}${uid}:`;
  const waiting = [];
  const asleep = new Set(); // who waits for the line to come back
  const here = new Map(); // what this page sends or sent: the same chosen once more is told so
  const counts = { all: 0, good: 0, told: 0 };
  let busy = 0;

  for (const part of form.querySelectorAll("[data-scripted]")) part.hidden = false;
  form.querySelector("button").hidden = true;
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => { add([...input.files]); input.value = ""; });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  const over = (event) => { event.preventDefault(); zone.classList.add("over"); };
  zone.addEventListener("dragenter", over);
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    add(await dropped(event.dataTransfer));
  });
  addEventListener("beforeunload", (event) => { if (busy || waiting.length) event.preventDefault(); });
  addEventListener("online", wake);
  const left = unfinished(prefix);
  if (left) summary.textContent = fill(say.left, { n: left });

  function add(files) {
    for (const file of files) {
      counts.all += 1;
      waiting.push({ file, line: lineFor(file) });
    }
    told();
    while (busy < AT_ONCE && waiting.length) next();
  }

  async function next() {
    const one = waiting.shift();
    if (!one) return;
    busy += 1;
    try {
      await send(one.file, one.line);
    } finally {
      busy -= 1;
      told();
      form.closest("[data-batch]")?.dispatchEvent(new Event("batch-changed"));
      next();
    }
  }

  function told() {
    const done = counts.good + counts.told;
    summary.textContent = fill(say.sum, { done, n: counts.all, good: counts.good, told: counts.told });
    form.setAttribute("aria-busy", String(done < counts.all));
  }

  function lineFor(file) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const outcome = document.createElement("span");
    name.textContent = file.name;
    bar.max = Math.max(file.size, 1);
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    outcome.textContent = say.waits;
    line.append(name, bar, outcome);
    list.append(line);
    return { line, bar, outcome };
  }

  async function send(file, { line, bar, outcome }) {
    outcome.textContent = say.sending;
    let pause = FIRST_PAUSE;
    for (;;) {
      try {
        const { outcome: said, reason, good, tone } = await whole(file, bar, () => {
          pause = FIRST_PAUSE;
          wake();
        });
        if (good) {
          counts.good += 1;
          line.remove(); // what wants nobody is only counted
        } else {
          counts.told += 1;
          outcome.textContent = reason ? `${said} – ${reason}` : said;
          outcome.className = tone === "bad" ? "fault" : "told";
          bar.remove();
        }
        return;
      } catch (error) {
        if (error instanceof Refused || error instanceof SignedOut) {
          counts.told += 1;
          outcome.className = "fault";
          outcome.textContent = error instanceof SignedOut ? say.signedOut : error.message || say.failed;
          bar.remove();
          return;
        }
        if (error instanceof Busy) {
          await new Promise((go) => setTimeout(go, BUSY));
          continue;
        }
        outcome.textContent = say.broken;
        await sleep(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
        outcome.textContent = say.sending;
      }
    }
  }

  // Wait; less long where the line is found to be back.
  function sleep(pause) {
    return new Promise((go) => {
      const up = () => { clearTimeout(timer); asleep.delete(up); go(); };
      const timer = setTimeout(up, pause);
      asleep.add(up);
    });
  }

  function wake() {
    for (const up of [...asleep]) up();
  }

  // Send a file to its end, from wherever it is; return what became of it.
  async function whole(file, bar, moved) {
    const key = `${prefix}${file.name}:${file.size}:${await fingerprint(file)}`;
    const mine = !here.has(key) || here.get(key) === file;
    if (mine) here.set(key, file);
    let place = mine ? kept(key) : null;
    let offset = place ? await howFar(place) : -1;
    if (offset < 0) {
      place = await create(file);
      offset = 0;
      if (mine) keep(key, place);
    }
    // Also what is whole is sent to its end: with an empty piece the server takes it in, if it
    // did not before.
    do {
      bar.value = offset;
      const piece = file.slice(offset, offset + PIECE);
      const answer = await ask(place, "PATCH", {
        "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream",
      }, piece);
      if (answer.status === 409 || answer.status === 423) throw new Busy();
      offset = Number(answer.headers.get("Upload-Offset"));
      moved();
    } while (offset < file.size);
    bar.value = file.size;
    const answer = await ask(place, "GET", { Accept: "application/json" });
    const became = await answer.json();
    if (!became.outcome) throw new Busy();
    if (mine) keep(key, place, DONE);
    return became;
  }

  async function howFar(place) {
    const answer = await ask(place, "HEAD", {}, undefined, [404]);
    return answer.ok ? Number(answer.headers.get("Upload-Offset")) : -1;
  }

  async function create(file) {
    const answer = await ask(address, "POST", {
      "Upload-Length": String(file.size),
      "Upload-Metadata": `filename ${base64(file.name)},batch ${base64(uid)}`,
    });
    return answer.headers.get("Location");
  }

  // Ask; a server that cannot answer now is asked again, one that says no is not.
  async function ask(place, method, headers, body, fine = [409, 423]) {
    const answer = await fetch(place, {
      method, body, redirect: "manual",
      headers: { "Tus-Resumable": "1.0.0", "X-CSRF-Token": token, ...headers },
    });
    if (answer.type === "opaqueredirect") throw new SignedOut();
    if (answer.ok || fine.includes(answer.status)) return answer;
    if (answer.status >= 500 || answer.status === 408 || answer.status === 429) throw new Error("again");
    let reason = "";
    try { ({ reason } = await answer.json()); } catch { /* a page, not an answer of ours */ }
    throw new Refused(reason);
  }
}

// Where each file is on its way, or that it is there, for a page that is loaded anew.
function keep(key, place, state = "") {
  try {
    localStorage.setItem(key, `${Date.now()} ${place} ${state}`);
  } catch { /* only a reload costs more */ }
}

function look(key) {
  const [at, place, state] = (localStorage.getItem(key) ?? "").split(" ");
  const age = Date.now() - Number(at);
  if (place && age < (state === DONE ? ALMOST_A_DAY : A_WEEK)) return { place, state };
  localStorage.removeItem(key);
  return null;
}

function kept(key) {
  try { return look(key)?.place ?? null; } catch { return null; /* the browser keeps nothing here */ }
}

// How many files of this batch are on their way; what the server forgot is forgotten here too.
function unfinished(prefix) {
  try {
    const known = Object.keys(localStorage).filter((key) => key.startsWith(OURS));
    const fresh = known.map((key) => [key, look(key)]);
    return fresh.filter(([key, is]) => key.startsWith(prefix) && is && is.state !== DONE).length;
  } catch { return 0; }
}

// Two files of one name and one size are told apart by all their bytes: folders are full of
// pages called 0001. (FNV-1a in two lanes, since plain HTTP has no crypto.subtle; it guards
// against confusion, the server's SHA-256 against everything else.)
async function fingerprint(file) {
  let one = 0x811c9dc5;
  let two = 0x9e3779b9;
  for (let at = 0; at < file.size; at += READ) {
    const bytes = new Uint8Array(await file.slice(at, at + READ).arrayBuffer());
    for (let n = 0; n < bytes.length; n += 1) {
      one = Math.imul(one ^ bytes[n], 0x01000193);
      two = Math.imul(two ^ bytes[n], 0x85ebca6b);
      two ^= two >>> 13;
    }
  }
  return `${(one >>> 0).toString(36)}${(two >>> 0).toString(36)}`;
}

function fill(words, facts) {
  return words.replace(/\{(\w+)\}/g, (all, name) => facts[name] ?? all);
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

// Files of everything that was dropped, folders with all below them.
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const files = [];
  for (const entry of entries) await gather(entry, files);
  return files;
}

async function gather(entry, files) {
  if (entry.isFile) {
    files.push(await new Promise((go, no) => entry.file(go, no)));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A reader gives a hundred at a time, and none at the end.
    const some = await new Promise((go, no) => reader.readEntries(go, no));
    if (!some.length) return;
    for (const one of some.sort((a, b) => a.name.localeCompare(b.name))) await gather(one, files);
  }
}
