// The page around the app: opens what the device has, and says why where it cannot.

import { account } from "./session.ts";
import { type Client, open } from "./sync.ts";

/** @param show shows the app of whoever is signed in */
export async function start(show: (client: Client, target: HTMLElement) => void): Promise<void> {
  const page = document.getElementById("app") ?? document.body;
  try {
    const client = await open(account().userId);
    page.replaceChildren(document.createElement("div"));
    show(client, page.firstChild as HTMLElement);
  } catch (thrown) {
    page.innerHTML = '<main role="alert">The app cannot be opened here. </main>';
    page.firstElementChild?.append(thrown instanceof Error ? thrown.message : String(thrown));
  }
  // Without a network, the page itself comes from the device, too.
  if (import.meta.env.PROD) await navigator.serviceWorker?.register("/sw.js");
}
