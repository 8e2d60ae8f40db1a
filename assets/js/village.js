// All the script of the village. Every page works without it.

// A form that came back with mistakes: begin at the list of them.
document.querySelector(".nhsuk-error-summary")?.focus();

// ---- suggestions ----------------------------------------------------------------------------------------------------
// A field with data-suggest becomes a combobox: while one types, what may be meant is listed below it, each a link that can be
// opened like any other. data-suggest="organisation cohort" narrows the kinds; with data-suggest-fill the name is written into
// the field instead. Without script Enter searches, and the results are the same links.
const WAIT = 120;
const SHORTEST = 2;

const news = document.createElement("div"); // says to screen readers how many there are
news.className = "v-vh";
news.setAttribute("aria-live", "polite");

function suggestTo(field, index) {
  const list = document.createElement("div");
  Object.assign(list, { id: `suggestions-${index}`, className: "v-suggest__list", role: "listbox", hidden: true });
  list.ariaLabel = "Suggestions";
  field.closest(".v-search, .v-suggest").append(list);
  field.type = "text"; // ARIA knows no combobox of the type search
  const combobox = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(combobox)) field.setAttribute(name, value);

  const kinds = field.dataset.suggest.split(" ").filter(Boolean);
  let timer;
  let asking;
  let listed = ""; // the words that the list answers
  let active = -1; // the place of the option that the arrow keys are on; -1 is the field itself
  const words = () => field.value.trim();

  function activate(place) {
    active = place;
    for (const [number, option] of [...list.children].entries()) option.ariaSelected = String(number === place);
    const option = list.children[place];
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function open(isOpen) {
    list.hidden = !isOpen;
    field.ariaExpanded = String(isOpen);
    activate(-1);
  }

  function stop() {
    clearTimeout(timer);
    asking?.abort();
  }

  function close() {
    stop();
    open(false);
    news.textContent = "";
  }

  function show(suggestions) {
    const options = suggestions.map(({ title, url, label }, number) => {
      const option = document.createElement("a");
      Object.assign(option, { id: `${list.id}-${number}`, href: url, role: "option", tabIndex: -1 });
      const [name, kind] = [title, label].map((text) =>
        Object.assign(document.createElement("span"), { textContent: text }),
      );
      option.append(...(kinds.length === 1 ? [name] : [name, " ", kind])); // where all are of one kind, nobody asks which
      return option;
    });
    list.replaceChildren(...options);
    open(options.length > 0);
    const many = options.length === 1 ? "1 suggestion" : `${options.length} suggestions`;
    news.textContent = options.length ? `${many}, arrow keys to choose` : "No suggestions";
  }

  async function ask() {
    stop();
    const asked = words();
    if (asked.length < SHORTEST) return close();
    asking = new AbortController();
    const query = new URLSearchParams({ q: asked });
    for (const kind of kinds) query.append("type", kind);
    try {
      const answer = await fetch(`/api/v1/suggest?${query}`, { signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok) return close();
      const { suggestions } = await answer.json();
      listed = asked;
      show(suggestions);
    } catch {
      // Something else was typed meanwhile, or there is no answer: searching still works.
    }
  }

  field.addEventListener("input", () => {
    stop();
    activate(-1);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const places = list.children.length + 1; // with the field
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden && (listed !== words() || places === 1)) return ask();
      if (list.hidden) open(true);
      activate(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      list.children[active].click();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // the first closes the list, the next may empty the field
      close();
    } else if (event.key === "Enter") close();
    else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) activate(-1);
  });

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
  list.addEventListener("click", (event) => {
    const option = event.target.closest("a");
    if (!option || !("suggestFill" in field.dataset)) return;
    event.preventDefault();
    field.value = option.firstChild.textContent;
    close();
  });
}

const suggesting = document.querySelectorAll("input[data-suggest]");
if (suggesting.length) document.body.append(news);
for (const [index, field] of suggesting.entries()) suggestTo(field, index);

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
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-shortlist]");
  if (button) toggle(button);
  const remove = target.closest("a[data-shortlist-remove]");
  if (remove && isMine()) keep(kept().filter((slug) => slug !== remove.dataset.shortlistRemove));
  if (offer && target.closest("[data-shortlist-shown] button")) keep(shown);
});
// ---- share ----------------------------------------------------------------------------------------------------------
// Above each such row stands a field with an address or code. The first button copies it; the second, for an address that
// has a title, hands it to whatever this device shares with.
function offerToShare() {
  for (const row of all("[data-share]")) {
    row.hidden = !navigator.clipboard;
    const second = row.querySelector("button + button");
    if (second) second.hidden = !navigator.share;
  }
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-share] button");
  if (!button) return;
  const row = button.closest("[data-share]");
  const field = row.closest("div").querySelector("[readonly]");
  const answer = row.querySelector("[role=status]");
  try {
    if (button.matches("button + button")) return await navigator.share({ title: row.dataset.share, url: field.value });
    await navigator.clipboard.writeText(field.value);
    answer.textContent = "Copied";
  } catch (error) {
    if (error.name === "AbortError") return;
    field.select();
    answer.textContent = "Copy it from the field above";
  }
});

for (const event of ["htmx:afterSettle", "htmx:historyRestore"]) {
  document.addEventListener(event, show);
  document.addEventListener(event, offerToShare);
}
for (const event of ["storage", "pageshow"]) addEventListener(event, show);
show();
offerToShare();
