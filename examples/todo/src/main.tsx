// The page: opens the client, and shows the app around it.

import { type UnsyncedEntry, writeAgain } from "@syncline/client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { open, SynclineProvider } from "./sync.ts";
import "./style.css";

const root = createRoot(document.getElementById("app") ?? document.body);

/** @param lost what the page still has of data that somebody removed from the device */
async function start(lost: readonly UnsyncedEntry[] = []): Promise<void> {
  try {
    // `/?devtools` shows what passes between this page and the server.
    const inspect = new URLSearchParams(location.search).has("devtools");
    const again = (unsynced: readonly UnsyncedEntry[]) => void start(unsynced);
    const client = await (inspect ? (await import("./devtools.ts")).openInspected() : open(again));
    Object.assign(window, { client }); // for the browser's console
    root.render(
      <StrictMode>
        <SynclineProvider client={client}>
          <App />
        </SynclineProvider>
      </StrictMode>,
    );
    await writeAgain(client, lost);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    root.render(<main role="alert">This list cannot be opened here. {reason}</main>);
  }
}

await start();

// Without a network, the page itself comes from the device, too.
if (import.meta.env.PROD) await navigator.serviceWorker?.register("/sw.js");
