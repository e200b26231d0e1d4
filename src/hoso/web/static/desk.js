// Correcting by keys: Enter accepts a field and goes to the next that wants a look, Ctrl+Enter
// sends, Escape undoes.  Without this script the same form is filled in by Tab and sent by hand.

const CONTROL = "input:not([type=hidden], [type=radio]), select, textarea";

export function desk(form) {
  const slots = [...form.querySelectorAll("[data-proposed]")];
  const main = form.querySelector("[data-main]");
  const done = []; // what was changed, the last one last: [control, value before]
  const control = (slot) => slot.querySelector(CONTROL);
  const stops = () => slots.filter((slot) => ["open", "look"].includes(slot.dataset.state));
  let entered = null; // [control, value when it got the focus]

  const mark = (slot, state) => {
    slot.dataset.state = state;
    slot.classList.remove("open", "look");
  };
  const go = (slot) => {
    const to = slot ? control(slot) : main;
    to.focus();
    to.select?.();
  };
  const next = (slot) => {
    const left = stops();
    go(left.find((one) => slots.indexOf(one) > slots.indexOf(slot)) ?? left[0]);
  };
  const note = () => {
    if (entered && entered[0].value !== entered[1]) done.push(entered);
    entered = null;
  };
  const put = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  form.addEventListener("focusin", ({ target }) => {
    note();
    if (target.matches(CONTROL)) entered = [target, target.value];
  });
  form.addEventListener("focusout", note);

  const accept = (target) => {
    const slot = target.closest("[data-proposed]");
    // One of the likely dossiers: it belongs to the field above.
    if (!slot) { mark(slots[0], "accepted"); next(slots[0]); return; }
    // What must be there and is not stays open; the server says so as well.
    const needed = slot.querySelector("[required]");
    if (!(needed && !needed.value)) mark(slot, "accepted");
    note();
    entered = [target, target.value];
    next(slot);
  };
  const undo = () => {
    if (entered && entered[0].value !== entered[1]) { put(...entered); return true; }
    const last = done.pop();
    if (!last) return false;
    entered = null;
    put(...last);
    last[0].focus();
    return true;
  };
  // The machine's reading and what stood there, one for the other.
  const swap = (slot) => {
    const offer = slot?.querySelector("[data-take]");
    if (!offer) return;
    const field = slot.querySelector("select, textarea, input:not([name=day])");
    const before = field.value;
    put(field, offer.dataset.take);
    offer.dataset.take = before;
    if (document.activeElement !== field) done.push([field, before]);
  };

  form.querySelectorAll("[data-take]").forEach((offer) => {
    offer.hidden = false;
    offer.addEventListener("click", () => {
      const slot = offer.closest("[data-proposed]");
      swap(slot);
      control(slot).focus();
    });
  });

  form.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
    if (key === "Enter" && (ctrlKey || metaKey)) {
      event.preventDefault();
      form.requestSubmit(main);
    } else if (key === "Enter" && !altKey && !shiftKey && target.matches("input, select, textarea")) {
      event.preventDefault();
      accept(target);
    } else if (key === "ArrowDown" && !ctrlKey && target.name === "dossier") {
      const likely = form.querySelector("[name=likely]");
      if (likely) { event.preventDefault(); likely.click(); likely.focus(); }
    } else if (key === "ArrowDown" && ctrlKey) {
      event.preventDefault();
      swap(target.closest("[data-proposed]"));
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && undo()) event.preventDefault();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented
        && !document.activeElement.form) {
      event.preventDefault();
      form.requestSubmit(main);
    }
  });

  // One sending: a key that is held down files one paper.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => { delete form.dataset.sent; });

  if (!form.querySelector("[aria-invalid=true]") && !location.hash) go(stops()[0]);
}

// What was filed a moment ago is taken back by Escape, Enter, where nothing else is to be undone.
export function undoFiling(button) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) button.focus();
  });
}

// The list of keys opens with "?", and with Ctrl+/ also inside of a field.
export function keys(list) {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select");
    if ((event.key === "?" && !typing) || (event.key === "/" && event.ctrlKey)) {
      event.preventDefault();
      list.open = !list.open;
      if (list.open) list.scrollIntoView({ block: "nearest" });
    }
  });
}
