import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, SynclineProvider } from "./app.tsx";
import { start } from "./start.ts";

await start((client, target) =>
  createRoot(target).render(
    <StrictMode>
      <SynclineProvider client={client}>
        <App />
      </SynclineProvider>
    </StrictMode>,
  ),
);
