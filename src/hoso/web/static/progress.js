// Reading goes on behind the page: ask how far it is, and show it.

const EVERY = 3000; // ms

export function follow(place) {
  const bar = place.querySelector("progress");
  const said = place.querySelector("[data-said]");
  let before = bar.value;
  const ask = async () => {
    if (document.hidden) { setTimeout(ask, EVERY); return; }
    try {
      const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const { done, total, left, said: words } = await answer.json();
        bar.max = total || 1;
        bar.value = total ? done : 1;
        said.textContent = words;
        if (done !== before) place.dispatchEvent(new CustomEvent("hoso:read", { bubbles: true }));
        before = done;
        if (!left) return;
      }
    } catch { /* the server is away; ask again */ }
    setTimeout(ask, EVERY);
  };
  setTimeout(ask, EVERY);
}
