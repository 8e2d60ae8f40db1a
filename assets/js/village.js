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

// A list that searched for words says so when the first of its results is opened: which place, and nothing of who.
// See docs/privacy.md. Links stay links; where there is no script, nothing is counted.
for (const event of ["click", "auxclick"]) {
  document.addEventListener(event, ({ target, button }) => {
    const list = document.querySelector("#results [data-asked]");
    const place = [...document.querySelectorAll("#results h3 a")].indexOf(target.closest("h3 a"));
    if (!list || place < 0 || button > 1) return;
    const { asked, first } = list.dataset;
    navigator.sendBeacon?.("/search/clicked", new URLSearchParams({ asked, place: Number(first) + place }));
    delete list.dataset.asked;
  });
}

// ---- shortlist ------------------------------------------------------------------------------------------------------
// It is remembered in this browser. Without script “Shortlist” is a link, and the address of the page is the list.
const KEY = "village-shortlist";
const PAGE = "/directory/shortlist/";
const MOST = 12;

const all = (selector) => document.querySelectorAll(selector);
const address = (slugs) => `${PAGE}?${new URLSearchParams(slugs.map((slug) => ["o", slug]))}`;

let unkept = []; // where the browser keeps nothing, the list lasts as long as the page
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((slug) => typeof slug === "string").slice(0, MOST) : [];
  } catch {
    return unkept;
  }
}
function keep(slugs) {
  unkept = slugs;
  try {
    localStorage.setItem(KEY, JSON.stringify(slugs));
  } catch {
    // Private windows may refuse.
  }
  show();
}

// Each “Shortlist” becomes a button, and the link to the list says how many are on it.
function show() {
  const slugs = kept();
  for (const link of all("a[data-shortlist]")) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: link.className });
    button.dataset.shortlist = link.dataset.shortlist;
    button.append(...link.childNodes);
    link.replaceWith(button);
  }
  for (const button of all("button[data-shortlist]")) {
    const isOn = slugs.includes(button.dataset.shortlist);
    const words = button.querySelector("span").firstChild;
    button.dataset.add ??= words.data;
    words.data = isOn ? "Take off shortlist" : button.dataset.add;
    button.classList.toggle("is-on", isOn);
  }
  for (const link of all("a[data-shortlist-count]")) {
    link.href = address(slugs);
    link.lastElementChild.textContent = `${link.dataset.shortlistCount || "Shortlist"} (${slugs.length})`;
    link.hidden = !slugs.length;
  }
  if (!offer) return;
  offer.hidden = isMine();
  if (slugs.length) offer.querySelector("button span").textContent = "Replace my shortlist with this one";
}

function toggle(button) {
  const slug = button.dataset.shortlist;
  const slugs = kept();
  if (slugs.includes(slug)) keep(slugs.filter((one) => one !== slug));
  else if (slugs.length < MOST) keep([...slugs, slug]);
  else location.assign(address([...slugs, slug])); // the page says that it is full
}

// On the page of the list.
const offer = document.querySelector("[data-shortlist-shown]");
const shown = offer?.dataset.shortlistShown.split(" ") ?? [];
const isMine = () => kept().join() === shown.join();

if (location.pathname === PAGE) {
  // One's own and one more was added here. Any other list, such as one that somebody sent, is kept when one says so.
  if (shown.length === kept().length + 1 && shown.slice(0, -1).join() === kept().join()) keep(shown);
  if (!location.search && kept().length) location.replace(address(kept()));
  const share = document.querySelector("[data-share]");
  const field = document.getElementById("address");
  if (share && (navigator.share || navigator.clipboard)) {
    const [button, answer] = share.children;
    share.hidden = false;
    if (navigator.share) button.lastElementChild.textContent = "Share";
    button.addEventListener("click", async () => {
      try {
        if (navigator.share) return await navigator.share({ title: document.title, url: field.value });
        await navigator.clipboard.writeText(field.value);
        answer.textContent = "Copied";
      } catch (error) {
        if (error.name === "AbortError") return;
        field.select();
        answer.textContent = "Copy it from the field above";
      }
    });
  }
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-shortlist]");
  if (button) toggle(button);
  const remove = target.closest("a[data-shortlist-remove]");
  if (remove && isMine()) keep(kept().filter((slug) => slug !== remove.dataset.shortlistRemove));
  if (offer && target.closest("[data-shortlist-shown] button")) keep(shown);
});
for (const event of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(event, show);
for (const event of ["storage", "pageshow"]) addEventListener(event, show);
show();
