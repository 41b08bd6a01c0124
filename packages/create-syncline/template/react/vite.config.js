import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { serviceWorker } from "./service-worker.js";

export default defineConfig({
  plugins: [react(), serviceWorker(["/app.webmanifest", "/icon.svg"])],
  build: { target: "es2023" },
});
