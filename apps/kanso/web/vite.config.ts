// How the app is built: React, the workspace's sources, and a service worker that knows all of it.

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { serviceWorker } from "./service-worker-plugin.ts";

export default defineConfig({
  root: fileURLToPath(new URL("./", import.meta.url)),
  plugins: [react(), serviceWorker()],
  resolve: { conditions: ["syncline-source", "browser", "module", "import", "default"] },
  build: { target: "es2023", outDir: "dist", emptyOutDir: true },
});
