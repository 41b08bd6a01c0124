import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { serviceWorker } from "./service-worker.js";

export default defineConfig({
  plugins: [svelte({ configFile: false }), serviceWorker(["/app.webmanifest", "/icon.svg"])],
  build: { target: "es2023" },
});
