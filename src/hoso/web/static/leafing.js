// Keys on the pages of a scan. Every key does what a control beside the page does.
const TURNS = ["0", "90", "180", "270"];

export const leafing = (form) => {
  const cards = [...form.querySelectorAll(".leaf-card")];
  const number = () => {
    // Which paper a page begins, counted as it is ticked; what is left out begins none.
    let fresh = true;
    cards.forEach((card) => {
      const start = card.querySelector("[data-start]");
      const dropped = Boolean(card.querySelector("[data-drop-page]")?.value);
      fresh ||= Boolean(start?.checked);
      card.classList.toggle("dropped", dropped);
      card.classList.toggle("begins", Boolean(start) && fresh && !dropped);
      if (!dropped) fresh = false;
    });
  };
  const turn = (card, by) => {
    const held = card.querySelector("[data-turn]");
    const face = card.querySelector(".face");
    const before = TURNS.findIndex((one) => face.classList.contains(`turned-${one}`));
    held.value = String((Number(held.value) + by) % 360);
    face.classList.replace(`turned-${TURNS[before]}`, `turned-${TURNS[(before + by / 90) % 4]}`);
  };
  const press = (card, selector) => card.querySelector(selector)?.click();

  const deeds = {
    ArrowRight: (card, at) => cards[at + 1]?.focus(),
    ArrowDown: (card, at) => cards[at + 1]?.focus(),
    ArrowLeft: (card, at) => cards[at - 1]?.focus(),
    ArrowUp: (card, at) => cards[at - 1]?.focus(),
    s: (card) => press(card, "[data-start]"),
    l: (card) => turn(card, 270),
    r: (card) => turn(card, 90),
    d: (card) => {
      const drop = card.querySelector("[data-drop-page]");
      if (!drop) return;
      drop.value = drop.value ? "" : "dropped";
      number();
    },
    "[": (card) => press(card, "button[value^='earlier:']"),
    "]": (card) => press(card, "button[value^='later:']"),
    a: (card) => press(card, "[data-key-of=a]"),
    x: (card) => press(card, "[data-key-of=x]"),
  };

  form.addEventListener("keydown", (event) => {
    const card = event.target.closest(".leaf-card");
    if (event.target !== card || event.ctrlKey || event.altKey || event.metaKey) return;
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed(card, cards.indexOf(card));
  });
  form.addEventListener("change", number);
  form.querySelectorAll("button[value^='left:'], button[value^='right:'], button[value^='half:']").forEach((button) =>
    button.addEventListener("click", (event) => {
      event.preventDefault();
      turn(button.closest(".leaf-card"), { left: 270, right: 90, half: 180 }[button.value.split(":")[0]]);
    }));
  // After a page was moved or judged: the reader is where the page is.
  const here = location.hash && form.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`);
  here?.focus?.();
};

// Beside the page of a paper: a and x answer to what was found on it.
export const gate = (box) => {
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const button = box.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
};
