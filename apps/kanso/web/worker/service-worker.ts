// Keeps the app on the device: it starts without a network, and changes to a new version when the person says so.
// Shows reminders while no page is open, as far as the browser wakes it up, and keeps what was answered to them.

declare const self: ServiceWorkerGlobalScope & {
  /** Put in by the build. */
  readonly BUILD: { readonly FILES: readonly string[]; readonly VERSION: string };
};

const { FILES, VERSION } = self.BUILD;
const CACHE = `kanso-${VERSION}`;
/** What is the server's own: never from here. */
const SERVER = /^\/(v1|api|accounts|console|docs|swagger|openapi\.json|health|metrics)(\/|$)/;

/** What pages and this worker leave for each other: see reminders/worker-mail.ts. */
const MAIL = "kanso-reminders";

interface Planned {
  readonly title: string;
  readonly tag: string;
  readonly body: string;
  readonly atMs: number;
  readonly untilMs: number;
  readonly data: { readonly habitId: string; readonly day: string };
  readonly actions: readonly object[];
}

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
  if (event.data === "claim") event.waitUntil(self.clients.claim());
});

self.addEventListener("notificationclick", (event) => {
  const { notification, action } = event;
  notification.close();
  event.waitUntil(
    action === "done" || action === "later" ? keepAnswer(action, notification) : showApp(),
  );
});

interface PeriodicSyncEvent extends ExtendableEvent {
  readonly tag: string;
}
self.addEventListener("periodicsync", (event) => {
  const periodic = event as PeriodicSyncEvent; // TypeScript does not know of it
  if (periodic.tag === "reminders") periodic.waitUntil(remind());
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
  const others = names.filter((name) => name !== CACHE && name !== MAIL);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? (await fetch(request));
}

/** Open pages remind by themselves; here it is for the time when there is none. */
async function remind(): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window" });
  const mail = await caches.open(MAIL);
  const left = await mail.match("/reminders/plan");
  if (pages.length > 0 || left === undefined) return;
  const plan = (await left.json()) as readonly Planned[]; // as pages write it
  const now = Date.now();
  const due = plan.filter(({ atMs, untilMs }) => atMs <= now && now < untilMs);
  for (const { title, body, tag, data, actions } of due) {
    const options = { body, tag, data, actions, icon: "/icon-192.png", badge: "/icon-192.png" };
    await self.registration.showNotification(title, options);
  }
  // Once each: whoever closes one does not want to see it again.
  const later = plan.filter(({ atMs }) => atMs > now);
  await mail.put("/reminders/plan", new Response(JSON.stringify(later)));
}

/** A page writes it down: at once where one is open, else the next time that one is opened. */
async function keepAnswer(action: string, { data }: Notification): Promise<void> {
  const mail = await caches.open(MAIL);
  const left = await mail.match("/reminders/answers");
  const answers: unknown[] = left === undefined ? [] : await left.json();
  const all = JSON.stringify([...answers, { ...data, action }]);
  await mail.put("/reminders/answers", new Response(all));
  const [page] = await self.clients.matchAll({ type: "window" });
  page?.postMessage("reminder-answered");
}

async function showApp(): Promise<void> {
  const [page] = await self.clients.matchAll({ type: "window" });
  if (page === undefined) await self.clients.openWindow("/");
  else await page.focus();
}
