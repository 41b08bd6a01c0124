// Tests run the source directly; the projects share one configuration.

import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { findEngines } from "./tools/browsers/find.ts";
import { providerOf } from "./tools/browsers/vitest-provider.ts";
import { CHROMIUM_ARGUMENTS, findChromium } from "./tools/chromium.ts";
import { EVERY_RUN } from "./tools/property-runs.ts";

// What many tests start again and again, processes of their own, is compiled once.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(
  new URL("./node_modules/.cache/compiled", import.meta.url),
);

const source = { conditions: ["syncline-source"] };
/**
 * Deadlines mean "never": on a machine that is busy with other things everything takes many times as long. How long
 * something takes is no test's matter.
 */
const hookTimeout = 300_000;
const patient = { testTimeout: 900_000, hookTimeout };
const setupFiles = [fileURLToPath(new URL("./tools/patience.ts", import.meta.url))];
/** Web apps in a browser: built once, before the first of their files. */
const WEB = "tests/browser/**/*.test.ts";
/** Not beside anything else: a page must stay responsive. */
const TIMED = ["tests/browser/*.test.ts"];
const web = { ...patient, globalSetup: "tests/browser/global-setup.ts" };
/** What `npm run test:long` runs, and `npm test` does not. */
const LONG = "**/*.long.test.ts";
/** Run by both: in part, and with all of their examples. */
const PROPERTIES = "**/*.property.test.ts";
const LONG_WEB = "tests/browser/**/*.long.test.ts";
/** Many wait for a process or a disk: one more at a time than a small machine has cores keeps those busy. */
const together = { maxWorkers: 3, sequence: { groupOrder: 0 } };
/**
 * To read the sources anew for each file took half of the time. Files leave nothing behind in their process; a hook that
 * a fixture registers while it is loaded would be there for the first of them only.
 */
const shared = { isolate: false };
/** Browsers keep the cores busy by themselves. */
const inPairs = { maxWorkers: 2, sequence: { groupOrder: 1 } };
/** The files of the lane `browser` share one browser, in which one page has the focus. */
const alone = (groupOrder: number) => ({ maxWorkers: 1, sequence: { groupOrder } });

/** What every browser has to do alike, in those that the lane `browser` is not of. */
const otherEngines = findEngines()
  .filter(({ name }) => name !== "Chromium")
  .map((engine, at) => ({
    extends: true as const,
    test: {
      name: `browser-${engine.name.toLowerCase()}`,
      ...alone(4 + at),
      ...patient,
      include: ["packages/client/src/store/**/*.browser.test.ts"],
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: providerOf(engine),
        instances: [{ browser: engine.name.toLowerCase() as "firefox" | "webkit" }],
      },
    },
  }));

export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  test: {
    setupFiles,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          ...together,
          ...shared,
          hookTimeout,
          testTimeout: 300_000,
          include: [
            "packages/**/*.test.ts",
            "apps/**/*.test.ts",
            "tools/**/*.test.ts",
            "examples/**/*.test.ts",
          ],
          exclude: ["**/*.browser.test.ts", LONG, "**/node_modules/**", "**/template/**"],
          globalSetup: "tests/shared-postgres.ts",
        },
      },
      {
        extends: true,
        // What must be found at once: a dependency that is found later reloads the page under its tests.
        optimizeDeps: {
          include: [
            ...["react", "react-dom/client", "temporal-polyfill", "typebox", "svelte", "vue"],
            ...["solid-js", "solid-js/h", "solid-js/web", "svelte/store"],
          ],
        },
        plugins: [svelte({ configFile: false })],
        // As a bundler for browsers has them: Svelte has another half for servers.
        resolve: { conditions: ["browser", "module"] },
        define: {
          ...{ __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false },
          __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
        },
        test: {
          name: "browser",
          ...alone(2),
          ...patient,
          include: ["packages/**/*.browser.test.{ts,tsx}", "apps/**/*.browser.test.ts"],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { ...findChromium(), args: [...CHROMIUM_ARGUMENTS] },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      ...otherEngines,
      {
        extends: true,
        test: {
          name: "system",
          ...together,
          include: ["tests/**/*.test.ts"],
          globalSetup: "tests/shared-postgres.ts",
          exclude: [WEB, LONG, "**/node_modules/**"],
          ...patient,
        },
      },
      {
        extends: true,
        test: {
          name: "web",
          ...inPairs,
          include: [WEB],
          exclude: [...TIMED, LONG, "**/node_modules/**"],
          ...web,
        },
      },
      {
        extends: true,
        test: { name: "pages", ...alone(3), include: TIMED, exclude: [LONG], ...web },
      },
      {
        extends: true,
        test: {
          name: "long",
          ...inPairs,
          include: [LONG, PROPERTIES],
          exclude: [WEB, "**/node_modules/**"],
          env: { [EVERY_RUN]: "yes" },
          globalSetup: ["tests/shared-postgres.ts", "tests/packaging/shared-tarballs.ts"],
          testTimeout: 1_800_000,
          hookTimeout,
        },
      },
      {
        extends: true,
        test: { name: "long-web", ...inPairs, include: [LONG_WEB], ...web },
      },
    ],
  },
});
