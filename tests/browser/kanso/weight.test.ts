// What a first visit costs somebody on a slow network.

import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { newContext, useBrowser } from "../fixture.ts";
import { startKanso } from "./kanso-app.ts";

useBrowser();

const LIMIT_BYTES = 175_000;

test("a first visit loads less than 175 kB, compressed", async () => {
  const { url } = await startKanso();
  // What is put aside for later, once the page is there, is not part of it.
  const page = await (await newContext({ serviceWorkers: "block" })).newPage();
  const loaded: Promise<readonly [string, number]>[] = [];
  page.on("response", (response) => {
    if (response.request().method() !== "GET") return; // it has no body
    const weigh = async () => gzipSync(await response.body()).length;
    loaded.push(weigh().then((bytes) => [new URL(response.url()).pathname, bytes] as const));
  });
  await page.goto(url);
  await page.getByText("Start with one small habit").waitFor();
  await page.waitForLoadState("networkidle");
  const files = await Promise.all(loaded);
  expect(files.some(([path]) => path.endsWith(".js"))).toBe(true);
  const bytes = files.reduce((sum, [, one]) => sum + one, 0);
  expect(bytes, JSON.stringify(files)).toBeLessThan(LIMIT_BYTES);
  // And not less than there can be: something was measured.
  expect(bytes).toBeGreaterThan(50_000);
});
