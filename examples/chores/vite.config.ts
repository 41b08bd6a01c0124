// How the page is built: from the workspace's sources.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL("./", import.meta.url)),
  resolve: { conditions: ["syncline-source", "browser", "module", "import", "default"] },
  build: { target: "es2023" },
});
