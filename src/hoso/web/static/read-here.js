// Side-by-side correction: the field in hand shows where on the page its value was read.

export function readHere(place) {
  const boxes = [...place.querySelectorAll("rect[data-field]")];
  const show = (name, { scroll }) => {
    const wanted = boxes.filter((box) => box.dataset.field === name);
    boxes.forEach((box) => box.classList.toggle("current", wanted.includes(box)));
    if (scroll && wanted.length) bring(wanted[0]);
  };
  place.addEventListener("focusin", (event) => {
    const field = event.target.closest("[data-proposed]");
    if (field) show(field.dataset.proposed, { scroll: true });
  });
  place.addEventListener("click", (event) => {
    const link = event.target.closest("[data-show]");
    if (!link) return;
    event.preventDefault();
    show(link.dataset.show, { scroll: true });
  });
  place.addEventListener("change", (event) => {
    if (event.target.name === "likely") place.querySelector("[name=dossier]").value = event.target.value;
  });
}

// Scroll the column of pages, never the field out of sight.
function bring(box) {
  const column = box.closest(".held-in-view");
  if (!column || column.scrollHeight <= column.clientHeight) return;
  const [line, frame] = [box.getBoundingClientRect(), column.getBoundingClientRect()];
  if (line.top < frame.top || line.bottom > frame.bottom) {
    column.scrollTop += line.top - frame.top - frame.height / 3;
  }
}
