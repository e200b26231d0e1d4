// Side-by-side correction: the field in hand shows where on the page its value was read, and a
// strip of the page enlarged.

export function readHere(place) {
  const boxes = () => [...place.querySelectorAll("rect[data-field]")];
  const show = (name, { scroll }) => {
    const all = boxes();
    const wanted = all.filter((box) => box.dataset.field === name);
    all.forEach((box) => box.classList.toggle("current", wanted.includes(box)));
    if (scroll && wanted.length) bring(wanted[0]);
  };
  place.addEventListener("focusin", (event) => {
    const field = event.target.closest("[data-proposed]");
    if (field) show(field.dataset.proposed, { scroll: true });
  });
  place.addEventListener("click", (event) => {
    const link = event.target.closest("[data-show]");
    if (!link) return;
    const drawn = boxes().some((box) => box.dataset.field === link.dataset.show);
    if (drawn) event.preventDefault();
    show(link.dataset.show, { scroll: true });
  });
  place.addEventListener("change", (event) => {
    if (event.target.name === "likely") place.querySelector("[name=dossier]").value = event.target.value;
  });
  place.querySelectorAll(".paper img").forEach((picture) => {
    if (picture.complete) fit(place, picture);
    else picture.addEventListener("load", () => fit(place, picture), { once: true });
  });
}

// The server takes a page for A4; now its true height is known.
function fit(place, picture) {
  const number = picture.closest(".paper")?.dataset.page;
  if (!picture.naturalWidth) return;
  const tall = picture.naturalHeight / picture.naturalWidth;
  for (const strip of place.querySelectorAll(`svg[data-strip][data-page="${number}"]`)) {
    const [x, y, width, height] = strip.dataset.strip.split(" ").map(Number);
    strip.setAttribute("viewBox", [x, y * tall, width, height * tall].join(" "));
    strip.querySelector("image").setAttribute("height", tall);
  }
}

// Scroll the column of pages, never the field out of sight.
function bring(box) {
  const column = box.closest(".held-in-view");
  if (!column || column.scrollHeight <= column.clientHeight) return;
  const [line, frame] = [box.getBoundingClientRect(), column.getBoundingClientRect()];
  if (line.top < frame.top + 40 || line.bottom > frame.bottom) {
    column.scrollTop += line.top - frame.top - frame.height / 3;
  }
  if (line.left < frame.left || line.right > frame.right) {
    column.scrollLeft += line.left - frame.left - 40;
  }
}
