// How the page is built: from the workspace's sources, with a service worker.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { serviceWorker } from "../todo/service-worker.ts";

export default defineConfig({
  root: fileURLToPath(new URL("./", import.meta.url)),
  plugins: [serviceWorker()],
  resolve: { conditions: ["syncline-source", "browser", "module", "import", "default"] },
  // That a machine is slow is no news to whoever starts this.
  build: { target: "es2023", rolldownOptions: { checks: { bundlerTimings: false } } },
});
