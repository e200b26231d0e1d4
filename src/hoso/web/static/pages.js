// The pages beside the fields: turned over with Page Up and Page Down, enlarged with F8 and F9,
// and looked for again while their pictures are being made.

const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3];
const AGAIN = 3000; // ms

export function pages(column) {
  const tools = column.querySelector(".page-tools");
  if (!tools) return;
  tools.hidden = false;
  const leaves = () => [...column.querySelectorAll(".paper")];
  const zoomed = tools.querySelector("[data-zoomed]");
  let step = STEPS.indexOf(1);

  const zoom = (by) => {
    step = by ? Math.min(STEPS.length - 1, Math.max(0, step + by)) : STEPS.indexOf(1);
    const [x, y] = [column.scrollLeft / column.scrollWidth, column.scrollTop / column.scrollHeight];
    column.style.setProperty("--zoom", STEPS[step]);
    column.scrollTo(x * column.scrollWidth, y * column.scrollHeight);
    zoomed.textContent = `${STEPS[step] * 100}%`;
  };
  const here = () => {
    const top = column.getBoundingClientRect().top + tools.offsetHeight + 8;
    const at = leaves().findIndex((leaf) => leaf.getBoundingClientRect().bottom > top);
    return at < 0 ? 0 : at;
  };
  const turn = (by) => {
    const all = leaves();
    const leaf = all[Math.min(all.length - 1, Math.max(0, here() + by))];
    if (!leaf) return;
    // Where the pages are not in a frame of their own, the window is moved.
    if (column.scrollHeight > column.clientHeight + 1) {
      const shift = leaf.getBoundingClientRect().top - column.getBoundingClientRect().top;
      column.scrollTop += shift - tools.offsetHeight - 6;
    } else leaf.scrollIntoView();
  };
  column.addEventListener("scroll", () => {
    const said = tools.querySelector("[data-turned]");
    if (said) said.textContent = here() + 1;
  });
  tools.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.turn) turn(Number(button.dataset.turn));
    else zoom(Number(button.dataset.zoom));
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = event.target.matches("input, textarea, select");
    const act = {
      PageDown: () => turn(1), PageUp: () => turn(-1), F8: () => zoom(-1), F9: () => zoom(1),
      ...(typing ? {} : { "+": () => zoom(1), "=": () => zoom(1), "-": () => zoom(-1), 0: () => zoom(0) }),
    }[event.key];
    if (!act || event.target.closest("[role=listbox]")) return;
    event.preventDefault();
    act();
  });
  if ("making" in column.dataset) setTimeout(() => lookAgain(column), AGAIN);
}

// Each page that has its picture by now is put in place of its text; nothing typed is touched.
async function lookAgain(column) {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const now of page.querySelectorAll("[data-pages] .paper")) {
        const before = column.querySelector(`#${now.id}`);
        if (before && now.querySelector("img") && !before.querySelector("img")) {
          before.replaceWith(document.adoptNode(now));
        }
      }
      if (!page.querySelector("[data-making]")) return;
    } catch { /* the server is away; look again */ }
  }
  setTimeout(() => lookAgain(column), AGAIN);
}
