// The door on a phone. Every tap is a form without this; with it, the list works without a network too: what was tapped is
// kept in this browser with its time, and sent when it can be. Who is there is worked out by the server, from all phones.
const door = document.querySelector("[data-door]");
const HERE = door.dataset.door;
const PART = door.dataset.part;
const QUEUE = `door-queue ${HERE}`;
const DEVICE = "door-device";
const EVERY = 15000; // looks for what other phones did
const KEPT = 12 * 60 * 60 * 1000; // after the event ended this phone forgets the list

const find = (selector, from = door) => from.querySelector(selector);
const rows = () => [...door.querySelectorAll("[data-person]")];
const words = (row) => find("h2", row).textContent.trim();
const news = find("[data-news]");
const field = find("#q");

// ---- what this phone has not sent yet: keys and times, no names ----------------------------------------------------------
function stored(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}
let queue = stored(QUEUE, []);
function keep() {
  try {
    localStorage.setItem(QUEUE, JSON.stringify(queue));
  } catch {
    // It lasts as long as the page; the line below the count says that it is not sent.
  }
}
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
const device = stored(DEVICE, "") || uuid();
try {
  localStorage.setItem(DEVICE, JSON.stringify(device));
} catch {
  // A new one for each page does no harm.
}

// ---- what is shown -------------------------------------------------------------------------------------------------------
function tell(...lines) {
  news.replaceChildren(
    ...lines.map((line) => {
      const notice = document.createElement("p");
      notice.className = "v-notice v-notice--wait";
      notice.textContent = line;
      return notice;
    }),
  );
}

function show(row, { came, left, others = [] }) {
  row.classList.toggle("is-in", Boolean(came));
  const elsewhere = others.length ? `. On another phone too: ${others.join(", ")}` : "";
  find("[data-state]", row).textContent = came ? `In since ${came}${left ? `, left at ${left}` : ""}${elsewhere}` : "";
  find("[data-do=in]", row).hidden = Boolean(came) && !left;
  find("[data-do=out]", row).hidden = !came || Boolean(left);
  find("[data-do=undo]", row).hidden = !came;
}

function count({ arrived, expected, walked_in: walkedIn }) {
  find("[data-arrived]").textContent = arrived;
  find("[data-expected]").textContent = expected;
  const others = find("[data-walk-ins]");
  others.hidden = !walkedIn;
  others.querySelector("b").textContent = walkedIn;
}

function isOffline(why) {
  const line = find("[data-offline]");
  const waiting = queue.length === 1 ? "1 tap waits" : `${queue.length} taps wait`;
  line.textContent = `${why} ${queue.length ? `${waiting} on this phone and will be sent.` : "The list works all the same."}`;
  line.hidden = false;
}

// ---- sending -------------------------------------------------------------------------------------------------------------
let sending = false;
async function send() {
  if (sending) return;
  sending = true;
  const records = queue.slice(0, 200);
  try {
    const answer = await fetch(`${HERE}records/`, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": find("[name=csrfmiddlewaretoken]").value },
      body: JSON.stringify({ device, part: PART, sent_at: new Date().toISOString(), records }),
    });
    if (!answer.ok) return isOffline("You are no longer signed in, or the server says no. Load this page again; nothing is lost.");
    const found = await answer.json();
    const sent = new Set(records.map(({ key }) => key));
    queue = queue.filter(({ key }) => !sent.has(key));
    keep();
    const newer = new Set(queue.map(({ person }) => person)); // tapped while this was on its way
    const known = new Map(rows().map((row) => [row.dataset.person, row]));
    for (const state of found.people) if (known.has(state.key) && !newer.has(state.key)) show(known.get(state.key), state);
    count(found);
    find("[data-offline]").hidden = true;
    if (found.told.length) tell(...found.told);
  } catch {
    isOffline("No network.");
  } finally {
    sending = false;
  }
}

// What a tap changes on this page, before the server has heard of it.
function apply(row, what, at) {
  const came = /In since ([\d:]+)/.exec(find("[data-state]", row).textContent)?.[1];
  const now = at.toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", timeZone: "Europe/London" });
  const wasIn = row.classList.contains("is-in");
  if (what === "in") show(row, { came: came ?? now });
  if (what === "out") show(row, { came, left: now });
  if (what === "undo") show(row, {});
  if (!row.dataset.person.startsWith("a")) return;
  const arrived = find("[data-arrived]");
  arrived.textContent = Number(arrived.textContent) + Number(row.classList.contains("is-in")) - Number(wasIn);
}

function tap(row, what) {
  const at = new Date();
  queue.push({ key: uuid(), person: row.dataset.person, what, at: at.toISOString(), part: PART });
  keep();
  apply(row, what, at);
  send();
}

door.addEventListener("submit", (event) => {
  if (event.target.matches("[data-tap]") && event.submitter) {
    event.preventDefault();
    const row = event.submitter.closest("[data-person]");
    tap(row, event.submitter.dataset.do);
    find("button:not([hidden])", row).focus();
  }
  if (event.target.matches("[data-find]")) {
    event.preventDefault();
    present(field.value.trim());
  }
});

// ---- finding: by name, or by the code of a ticket that the list has ------------------------------------------------------
function narrow() {
  const asked = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows()) {
    const text = find("div", row).textContent.toLowerCase();
    row.hidden = !asked.every((word) => text.includes(word)) && row.dataset.code !== field.value.trim();
  }
}
field.addEventListener("input", narrow);

function present(code) {
  const row = rows().find((one) => one.dataset.code === code);
  for (const one of rows()) one.classList.remove("is-found");
  if (!row) {
    const left = rows().filter((one) => !one.hidden);
    if (code && !left.length) tell("Nobody on the list has this name or code. It opens nothing: look for the name, or ask.");
    return Boolean(row);
  }
  field.value = "";
  narrow();
  row.classList.add("is-found");
  row.scrollIntoView({ block: "center" });
  if (row.classList.contains("is-in") && find("[data-do=in]", row).hidden) {
    tell(`${words(row)} is in already. ${find("[data-state]", row).textContent}.`);
  } else {
    tap(row, "in");
    tell(`${words(row)} is checked in.`);
  }
  return true;
}

// ---- the camera, where the browser reads codes itself --------------------------------------------------------------------
const scan = find("[data-scan]");
const camera = find("[data-camera]");
let stream;
function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  camera.hidden = true;
}
async function look() {
  const video = find("video", camera);
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    return tell("The camera can’t be used. Type the code or the name instead.");
  }
  camera.hidden = false;
  video.srcObject = stream;
  await video.play();
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let last = "";
  while (stream) {
    const [found] = await detector.detect(video).catch(() => []);
    if (found && found.rawValue !== last) {
      last = found.rawValue;
      if (!present(last)) tell("This code is not on the list. It opens nothing: look for the name, or ask.");
      navigator.vibrate?.(60);
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  scan.hidden = false;
  scan.addEventListener("click", look);
  find("[data-stop]").addEventListener("click", stop);
  addEventListener("pagehide", stop);
}

// ---- without a network ---------------------------------------------------------------------------------------------------
// The worker keeps this page on this phone, for its own address only. It forgets it twelve hours after the page was made,
// when staff are no longer let in, and when one says so.
const forget = find("[data-forget]");
async function forgetAll() {
  for (const name of (await globalThis.caches?.keys()) ?? []) if (name.startsWith("door ")) await caches.delete(name);
  for (const worker of await navigator.serviceWorker.getRegistrations()) {
    if (worker.scope.endsWith(HERE)) await worker.unregister();
  }
}
if ("serviceWorker" in navigator) {
  if (Date.now() - new Date(door.dataset.ended) > KEPT) forgetAll();
  else {
    navigator.serviceWorker.register(`${HERE}worker.js`, { scope: HERE }).then(async () => {
      const { active } = await navigator.serviceWorker.ready;
      // The page came before its worker: hand it what it will need.
      const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=preload], script[src]")];
      active.postMessage([location.href, ...files.map((file) => file.href || file.src)]);
    });
    navigator.serviceWorker.addEventListener("message", () => (find("[data-ready]").hidden = false));
    forget.hidden = false;
    forget.addEventListener("click", async () => {
      await forgetAll();
      forget.hidden = true;
      find("[data-ready]").hidden = true;
      tell("Forgotten. Without a network this page does not open on this phone any more.");
    });
  }
}

addEventListener("online", send);
addEventListener("offline", () => isOffline("No network."));
document.addEventListener("visibilitychange", () => document.hidden || send());
setInterval(() => document.hidden || send(), EVERY);
for (const { person, what, part, at } of queue) {
  const row = part === PART && rows().find((one) => one.dataset.person === person);
  if (row) apply(row, what, new Date(at));
}
send();
