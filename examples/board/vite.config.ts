// How the app is built: React, and the workspace's sources.

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL("./", import.meta.url)),
  plugins: [react()],
  resolve: { conditions: ["syncline-source", "browser", "module", "import", "default"] },
  // That a machine is slow is no news to whoever starts this.
  build: { target: "es2023", rolldownOptions: { checks: { bundlerTimings: false } } },
});
