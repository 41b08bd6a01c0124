// How the app is built: React, the workspace's sources, and a service worker.

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { serviceWorker } from "./service-worker.ts";

export default defineConfig({
  root: fileURLToPath(new URL("./", import.meta.url)),
  plugins: [react(), serviceWorker(["/app.webmanifest", "/icon.svg"])],
  resolve: { conditions: ["syncline-source", "browser", "module", "import", "default"] },
  // That a machine is slow is no news to whoever starts this.
  build: { target: "es2023", rolldownOptions: { checks: { bundlerTimings: false } } },
});
