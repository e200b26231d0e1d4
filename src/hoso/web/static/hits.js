// Where the sought words stand: "n" leads to the next place, "p" to the one before.

export function hits(nav) {
  const places = [...document.querySelectorAll("rect.hit")];
  if (!places.length) return;
  const keys = nav.querySelector("[data-hits-keys]");
  if (keys) keys.hidden = false;
  let at = -1;
  const show = (to) => {
    at = (to + places.length) % places.length;
    places.forEach((place, number) => place.classList.toggle("current", number === at));
    places[at].scrollIntoView({ block: "center" });
  };
  nav.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#hit-']");
    if (!link) return;
    event.preventDefault();
    show(places.findIndex((place) => `#${place.id}` === link.getAttribute("href")));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("input, textarea, select")) return;
    if (event.key === "n") show(at + 1);
    else if (event.key === "p") show(at < 0 ? -1 : at - 1);
  });
}
