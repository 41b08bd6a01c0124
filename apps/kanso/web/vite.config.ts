// How the app is built: React, the workspace's sources, and a service worker that knows all of it.

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { serviceWorker } from "./service-worker-plugin.ts";

/** Not what few pages have and much is needed for: charts, calendars of years, texts of a language. */
const SHARED = /web\/src\/(?:data|i18n|reminders|shell|theme|ui)\/(?!plot|year|messages)[^/]+$/;

export default defineConfig({
  root: fileURLToPath(new URL("./", import.meta.url)),
  plugins: [react(), serviceWorker()],
  resolve: {
    conditions: ["syncline-source", "browser", "module", "import", "default"],
    alias: [
      {
        find: /^temporal-polyfill$/,
        replacement: fileURLToPath(new URL("./temporal.ts", import.meta.url)),
      },
    ],
  },
  worker: { format: "es" },
  build: {
    target: "es2023",
    outDir: "dist",
    emptyOutDir: true,
    rolldownOptions: {
      // Whoever starts the app reads what this prints: that a machine is slow is no news to them.
      checks: { bundlerTimings: false },
      // What pages share comes in one piece: each file more that a page needs keeps a phone busy before the page is there.
      output: { codeSplitting: { groups: [{ name: "shared", test: SHARED, minShareCount: 2 }] } },
    },
  },
});
