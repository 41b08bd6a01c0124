// The built web app as the server serves it: its pages run under the server's policy, and open without the server.

import { createKanso, kansoApp } from "@syncline/kanso-server";
import { buildWeb } from "@syncline/kanso-web/build";
import { startTestServer } from "@syncline/server/testing";
import { type Browser, chromium } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../tools/chromium.ts";

let browser: Browser;
let site = "";

beforeAll(async () => {
  site = await buildWeb();
  browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS] });
}, 120_000);
afterAll(() => browser.close());

test("the app runs under the server's policy, is kept on the device, and opens without the server", async () => {
  const server = await startTestServer({
    apps: [kansoApp],
    server: { accounts: {}, dialects: [createKanso()], site },
  });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const refused: string[] = [];
    page.on("console", (message) => {
      if (/content security policy/i.test(message.text())) refused.push(message.text());
    });
    page.on("pageerror", (error) => refused.push(String(error)));
    await page.goto(server.url);
    await page.locator("main, h1").first().waitFor();
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    for (const path of ["/", "/week", "/statistics", "/settings"]) {
      const answer = await page.goto(server.url + path);
      expect([path, answer?.status()]).toEqual([path, 200]);
      await page.locator("main, h1").first().waitFor();
    }
    expect(refused).toEqual([]);

    await server.close();
    await page.goto(`${server.url}/statistics`);
    await page.locator("main, h1").first().waitFor();
    expect(await page.title()).toContain("Kanso");
  } finally {
    await context.close();
    await server.close();
  }
});
