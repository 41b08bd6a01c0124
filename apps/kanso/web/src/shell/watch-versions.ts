// The service worker that keeps the app on the device: installed however often it takes, in charge of every page, renewed.

const SCRIPT = "/service-worker.js";
const LOOK_MS = 60 * 60_000;
/** After a failed installation, as where the network goes away in the middle; each further one waits twice as long. */
const RETRY_MS = 5_000;

/**
 * Keeps the app on the device.
 * @param onReady a new version waits; it takes over when it is told so, and the page is loaded anew
 * @returns ends it
 */
export function watchVersions(onReady: (worker: ServiceWorker) => void): () => void {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined) return () => {}; // browsers have none in insecure places
  const stop = new AbortController();
  const { signal } = stop;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isControlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener(
    "controllerchange",
    () => {
      if (isControlled) location.reload();
      isControlled = true; // the first one came for a page that was loaded without
    },
    { signal },
  );

  const register = (retryMs: number) => {
    // Until there is one, the app works as long as there is a network.
    const again = () => {
      clearTimeout(timer);
      if (!signal.aborted) timer = setTimeout(register, retryMs, Math.min(2 * retryMs, LOOK_MS));
    };
    serviceWorker.register(SCRIPT).then((registration) => {
      if (!signal.aborted) watch(registration, again);
    }, again);
  };

  const watch = (registration: ServiceWorkerRegistration, again: () => void) => {
    const look = () => {
      const { installing, waiting, active } = registration;
      if (waiting !== null && serviceWorker.controller !== null) onReady(waiting);
      if (active === null) {
        if (installing === null && waiting === null) again();
      } else if (serviceWorker.controller === null) {
        // A page that was still loading when the worker took over its pages, or was reloaded past it.
        active.postMessage("claim");
      }
    };
    const follow = () => registration.installing?.addEventListener("statechange", look, { signal });
    look();
    follow();
    registration.addEventListener("updatefound", follow, { signal });
    const renew = () => registration.update().catch(() => undefined); // offline: the next time
    timer = setInterval(renew, LOOK_MS);
  };

  register(RETRY_MS);
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}
