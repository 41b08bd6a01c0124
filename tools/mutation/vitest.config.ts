// An area's tests alone, as mutation testing runs them; which ones, the environment says (see run.ts).

import { defineConfig } from "vitest/config";
import { EVERY_RUN } from "../property-runs.ts";

const source = { conditions: ["syncline-source"] };
const include: unknown = JSON.parse(process.env["MUTATION_TESTS"] ?? "[]");

export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  test: {
    include: Array.isArray(include) ? include.map(String) : [],
    exclude: ["**/*.browser.test.ts", "**/*.pg.test.ts", "**/node_modules/**"],
    env: { [EVERY_RUN]: "yes" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
