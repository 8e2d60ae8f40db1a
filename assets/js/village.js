// All the script of the village. Every page works without it.

// A form that came back with mistakes: begin at the list of them.
document.querySelector(".nhsuk-error-summary")?.focus();

// Search boxes with data-suggest offer names while one types; data-suggest="organisation cohort" narrows the kinds.
const WAIT = 150;
const SHORTEST = 2;

for (const [index, field] of document.querySelectorAll("input[data-suggest]").entries()) {
  const list = field.list ?? document.createElement("datalist");
  if (!list.id) {
    list.id = `suggestions-${index}`;
    field.after(list);
    field.setAttribute("list", list.id);
  }
  let timer;
  let asking;
  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    asking?.abort();
    const words = field.value.trim();
    // Choosing from the list is an input too, of another kind: there is nothing left to suggest.
    if (words.length < SHORTEST || event.inputType === "insertReplacementText" || !(event instanceof InputEvent)) return;
    timer = setTimeout(async () => {
      asking = new AbortController();
      const query = new URLSearchParams({ q: words });
      for (const kind of field.dataset.suggest.split(" ").filter(Boolean)) query.append("type", kind);
      try {
        const answer = await fetch(`/api/v1/suggest?${query}`, { signal: asking.signal, credentials: "same-origin" });
        if (!answer.ok) return;
        const { suggestions } = await answer.json();
        list.replaceChildren(
          ...suggestions.map(({ title }) => Object.assign(document.createElement("option"), { value: title })),
        );
      } catch {
        // No suggestions: searching still works.
      }
    }, WAIT);
  });
}

// htmx gives the focus back to the field that had it, by its id; where that is folded away now, to what unfolds it.
let focused = "";
document.addEventListener("htmx:beforeSwap", () => (focused = document.activeElement?.id));
document.addEventListener("htmx:afterSettle", () => {
  if (!focused || document.activeElement !== document.body) return;
  for (let box = document.getElementById(focused)?.parentElement; box; box = box.parentElement) {
    if (box instanceof HTMLDetailsElement && !box.open) box.querySelector("summary").focus();
  }
});
