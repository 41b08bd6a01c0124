// Opens the household's history on this device, and shows it.

import { openIndexedDbSimpleStore, openSimpleClient } from "@syncline/client/simple";
import { EVENTS } from "./household.ts";
import { showPage } from "./page.ts";
import { askWho, keptMember } from "./sign-in.ts";
import "./style.css";

const app = document.getElementById("app") ?? document.body;
try {
  const { user, apiKey } = keptMember() ?? (await askWho(app));
  const client = await openSimpleClient({
    url: location.origin,
    apiKey,
    user,
    store: await openIndexedDbSimpleStore({ name: `chores ${user}` }),
    events: EVENTS,
    autoSync: true,
    pollMs: 3_000,
  });
  Object.assign(window, { client }); // for the browser's console
  showPage(app, client);
} catch (thrown) {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  app.textContent = `The chores cannot be opened here. ${reason}`;
}

// Without a network, the page itself comes from the device, too.
if (import.meta.env.PROD) await navigator.serviceWorker?.register("/sw.js");
