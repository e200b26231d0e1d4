// Suggestions under a text field: arrow keys, Enter, Escape; a combobox to screen readers.
// The endpoint answers [{value, label, note, url}]; without it the field is a plain field.

const PAUSE = 160; // ms without a key before asking

export function typeahead(input, address, { chosen = () => {} }) {
  if (!input || !address) return;
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${input.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  const box = document.createElement("div");
  box.className = "chooser";
  const active = document.activeElement === input;
  input.replaceWith(box);
  box.append(input, list);
  if (active) input.focus();
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let choices = [];
  let current = -1;
  let timer;
  let asking;

  const close = () => {
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (choice) => {
    input.value = choice.value;
    close();
    chosen(choice);
  };
  const point = (index) => {
    current = (index + choices.length) % choices.length;
    [...list.children].forEach((line, n) => line.setAttribute("aria-selected", String(n === current)));
    input.setAttribute("aria-activedescendant", list.children[current].id);
    list.children[current].scrollIntoView({ block: "nearest" });
  };
  const show = (found) => {
    choices = found;
    list.replaceChildren(...found.map((choice, n) => {
      const line = document.createElement("li");
      line.id = `${list.id}-${n}`;
      line.setAttribute("role", "option");
      line.append(choice.label);
      if (choice.note) {
        const note = document.createElement("span");
        note.className = "soft small";
        note.textContent = ` ${choice.note}`;
        line.append(note);
      }
      line.addEventListener("mousedown", (event) => { event.preventDefault(); take(choice); });
      return line;
    }));
    current = -1;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
  };
  const ask = async () => {
    asking?.abort();
    if (input.value.trim().length < 2) { close(); return; }
    asking = new AbortController();
    try {
      const url = new URL(address, location.href);
      url.searchParams.set("q", input.value);
      const answer = await fetch(url, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (answer.ok) show(await answer.json()); else close();
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); point(current + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); point(current < 0 ? -1 : current - 1); }
    else if (event.key === "Enter" && current >= 0) { event.preventDefault(); take(choices[current]); }
    else if (event.key === "Escape") { event.preventDefault(); close(); }
  });
}
