import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { serviceWorker } from "./service-worker.js";

export default defineConfig({
  plugins: [vue(), serviceWorker(["/app.webmanifest", "/icon.svg"])],
  build: { target: "es2023" },
});
