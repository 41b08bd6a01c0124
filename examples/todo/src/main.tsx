// The page: opens the client, and shows the app around it.

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { open, SynclineProvider } from "./sync.ts";
import "./style.css";

const root = createRoot(document.getElementById("app") ?? document.body);

try {
  // `/?devtools` shows what passes between this page and the server.
  const inspect = new URLSearchParams(location.search).has("devtools");
  const client = await (inspect ? (await import("./devtools.ts")).openInspected() : open());
  Object.assign(window, { client }); // for the browser's console
  root.render(
    <StrictMode>
      <SynclineProvider client={client}>
        <App />
      </SynclineProvider>
    </StrictMode>,
  );
} catch (thrown) {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  root.render(<main role="alert">This list cannot be opened here. {reason}</main>);
}

// Without a network, the page itself comes from the device, too.
if (import.meta.env.PROD) await navigator.serviceWorker?.register("/sw.js");
