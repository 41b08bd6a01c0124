// Keeps the app on the device: it starts without a network, and changes to a new version when the person says so.

declare const self: ServiceWorkerGlobalScope & {
  /** Put in by the build. */
  readonly BUILD: { readonly FILES: readonly string[]; readonly VERSION: string };
};

const { FILES, VERSION } = self.BUILD;
const CACHE = `kanso-${VERSION}`;
/** What is the server's own: never from here. */
const SERVER = /^\/(v1|api|accounts|docs|swagger|openapi\.json|health|metrics)(\/|$)/;

self.addEventListener("install", (event) => {
  // Not from the browser's own cache: that may hold the version before.
  const fresh = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(self.skipWaiting());
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { pathname, origin } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin || SERVER.test(pathname)) return;
  const path = mode === "navigate" ? "/" : pathname;
  if (FILES.includes(path)) event.respondWith(kept(path, event.request));
});

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? (await fetch(request));
}
