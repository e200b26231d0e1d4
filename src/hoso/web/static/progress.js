// Reading goes on behind the page: ask how far it is, and show it and what it changes.

const EVERY = 3000; // ms

export function follow(place) {
  const bar = place.querySelector("progress");
  const said = place.querySelector("[data-said]");
  let before = "";
  const ask = async () => {
    if (document.hidden) { setTimeout(ask, EVERY); return; }
    try {
      const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const { done, total, left, said: words } = await answer.json();
        bar.max = total || 1;
        bar.value = total ? done : 1;
        said.textContent = words;
        const told = `${done}/${left}`;
        if (told !== before) await freshen(place.dataset.page);
        before = told;
        if (!left) return;
      }
    } catch { /* the server is away; ask again */ }
    setTimeout(ask, EVERY);
  };
  setTimeout(ask, EVERY);
}

// Lists that say so are taken anew from the page's own address, save where the reader is in one.
export async function freshen(address) {
  const parts = [...document.querySelectorAll("[data-fresh]")];
  if (!address || !parts.length) return;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) {
    const now = page.querySelector(`[data-fresh="${part.dataset.fresh}"]`);
    if (now && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(now));
  }
}
