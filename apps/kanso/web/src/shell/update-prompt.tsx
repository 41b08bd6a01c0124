// Keeps the app on the device, and says when a new version of it is there.

import { useEffect } from "react";
import { useMessages } from "../i18n/index.tsx";
import { useToast } from "../ui/toast.tsx";

const LOOK_MS = 60 * 60_000;

export function UpdatePrompt() {
  const text = useMessages("shell");
  const show = useToast();
  useEffect(() => {
    if (!import.meta.env.PROD) return;
    return watchVersions((worker) =>
      show({
        text: text.updateReady,
        stays: true,
        action: { label: text.update, run: () => worker.postMessage("take-over") },
      }),
    );
  }, [show, text]);
  return null;
}

/** @param onReady a new version waits; it takes over when it is told so, and the page is loaded anew */
function watchVersions(onReady: (worker: ServiceWorker) => void): () => void {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined) return () => {}; // browsers have none in insecure places
  const stop = new AbortController();
  const { signal } = stop;
  let timer: ReturnType<typeof setInterval> | undefined;
  let isControlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener(
    "controllerchange",
    () => {
      if (isControlled) location.reload();
      isControlled = true; // the first one came for a page that was loaded without
    },
    { signal },
  );
  serviceWorker.register("/service-worker.js").then(
    (registration) => {
      if (signal.aborted) return;
      const look = () => {
        if (registration.waiting !== null && serviceWorker.controller !== null)
          onReady(registration.waiting);
      };
      look();
      registration.addEventListener(
        "updatefound",
        () => registration.installing?.addEventListener("statechange", look, { signal }),
        { signal },
      );
      timer = setInterval(() => registration.update().catch(() => undefined), LOOK_MS); // offline: the next time
    },
    () => undefined, // without it the app works as long as there is a network
  );
  return () => {
    stop.abort();
    clearInterval(timer);
  };
}
