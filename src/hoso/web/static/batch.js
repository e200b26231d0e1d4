// The page of a batch stays open beside the scanner: ask whether anything changed, and take the
// parts that say so anew. Without scripts the same page is reloaded by hand.
import { freshen } from "./progress.js";

const OFTEN = 3000; // ms, while papers are being read
const SELDOM = 8000; // ms, while nothing is

export function watch(place) {
  let mark = place.dataset.mark;
  let timer = 0;
  const ask = async () => {
    clearTimeout(timer);
    let pause = SELDOM;
    try {
      const answer = document.hidden ? null
        : await fetch(place.dataset.batch, { headers: { Accept: "application/json" } });
      if (answer?.ok) {
        const now = await answer.json();
        if (now.mark !== mark) {
          await freshen(place.dataset.page);
          mark = now.mark;
        }
        if (now.left) pause = OFTEN;
      }
    } catch { /* the server is away; ask again */ }
    timer = setTimeout(ask, pause);
  };
  // A file that was just sent is shown at once.
  place.addEventListener("batch-changed", ask);
  timer = setTimeout(ask, OFTEN);
}
