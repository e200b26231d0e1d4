// Small comforts on top of pages that work without them. No framework, no build step.
import { watch } from "./batch.js";
import { desk, keys, undoFiling } from "./desk.js";
import { drop } from "./drop.js";
import { finder } from "./finder.js";
import { hits } from "./hits.js";
import { gate, leafing } from "./leafing.js";
import { pages } from "./pages.js";
import { passkeys } from "./passkeys.js";
import { follow } from "./progress.js";
import { readHere } from "./read-here.js";
import { typeahead } from "./typeahead.js";
import { upload } from "./upload.js";

document.querySelectorAll("[data-batch]").forEach(watch);
document.querySelectorAll("[data-drop]").forEach(drop);
document.querySelectorAll("[data-upload]").forEach(upload);
passkeys();
document.querySelectorAll("[data-progress]").forEach(follow);
document.querySelectorAll("[data-read-here]").forEach(readHere);
document.querySelectorAll("[data-pages]").forEach(pages);
document.querySelectorAll("[data-keys]").forEach(keys);
document.querySelectorAll("[data-hits]").forEach(hits);
document.querySelectorAll("[data-leafing]").forEach(leafing);
document.querySelectorAll(".findings[data-mark]").forEach(gate);
document.querySelectorAll("form.finder").forEach(finder);
document.querySelectorAll("[data-typeahead]").forEach((form) =>
  typeahead(form.querySelector("input[type=search]"), form.dataset.typeahead, {
    chosen: (choice) => { if (choice.url) location.assign(choice.url); else form.requestSubmit(); },
  }));
document.querySelectorAll("[data-chooser]").forEach((box) =>
  typeahead(box.querySelector("input"), box.dataset.chooser, {}));
document.querySelectorAll("[data-desk]").forEach(desk);
document.querySelectorAll("[data-undo-filing]").forEach(undoFiling);

// A refused form: the reader lands on what must be corrected.
(document.querySelector("[aria-invalid=true]") ?? document.getElementById("refusal"))?.focus();
