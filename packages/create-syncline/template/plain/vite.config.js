import { defineConfig } from "vite";
import { serviceWorker } from "./service-worker.js";

export default defineConfig({
  plugins: [serviceWorker(["/app.webmanifest", "/icon.svg"])],
  build: { target: "es2023" },
});
