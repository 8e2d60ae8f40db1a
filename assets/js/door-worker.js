// Keeps the page of one door, and the files it is made of, so that it opens without a network. Served below the door, so that
// no other page of the site is in its reach. What it keeps has names in it: for twelve hours, and only while staff are let in.
const SCOPE = new URL(self.registration.scope);
const CACHE = `door ${SCOPE.pathname}`;
const KEPT = 12 * 60 * 60 * 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const all = event.data.map(async (address) => keep(new Request(address), await fetch(address, { credentials: "same-origin" })));
  event.waitUntil(Promise.all(all).then(() => event.source.postMessage("kept")));
});

const isDoor = (url) => url.pathname === SCOPE.pathname;
const isFile = (url) => url.origin === SCOPE.origin && url.pathname.startsWith("/static/");

async function keep(request, answer) {
  const url = new URL(request.url);
  const isRefused = answer.redirected || answer.type === "opaqueredirect" || [403, 404].includes(answer.status);
  if (isDoor(url) && isRefused) return caches.delete(CACHE);
  if (!answer.ok || !(isDoor(url) || isFile(url))) return;
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", String(Date.now()));
  const cache = await caches.open(CACHE);
  await cache.put(request.url, new Response(await answer.blob(), { headers }));
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  const url = new URL(request.url);
  const found = (await cache.match(request.url)) ?? (isDoor(url) && (await cache.match(request.url, { ignoreSearch: true })));
  if (!found) return Response.error();
  if (isDoor(url) && Date.now() - Number(found.headers.get("X-Kept-At")) > KEPT) {
    await caches.delete(CACHE);
    return Response.error();
  }
  return found;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !(isDoor(url) || isFile(url))) return;
  event.respondWith(
    fetch(request).then(
      (answer) => {
        event.waitUntil(keep(request, answer.clone()));
        return answer;
      },
      () => kept(request),
    ),
  );
});
