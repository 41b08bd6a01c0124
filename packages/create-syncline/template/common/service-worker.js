// A service worker that knows what was built, so that the page itself comes from the device, too.

const SOURCE = `
const FILES = __FILES__;
const CACHE = "app-__VERSION__";
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  const path = event.request.mode === "navigate" ? "/" : pathname;
  if (!FILES.includes(path)) return;
  const kept = () => caches.match(path).then((found) => found ?? fetch(event.request));
  // The page itself from the network where there is one; everything else bears its version in its name.
  event.respondWith(path === "/" ? fetch(event.request).catch(kept) : kept());
});
`;

/** @param others files of public/ that the app needs without a network */
export function serviceWorker(others) {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle(_options, bundle) {
      const built = Object.keys(bundle).filter((name) => !name.endsWith(".html"));
      const files = ["/", ...others, ...built.map((name) => `/${name}`)];
      const version = built.join().replaceAll(/[^\w]/g, "").slice(-40);
      const source = SOURCE.replace("__FILES__", JSON.stringify(files)).replace("__VERSION__", version);
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  };
}
