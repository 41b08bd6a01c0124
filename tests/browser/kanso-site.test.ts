// The built web app as the server serves it: its pages run under the server's policy, and open without the server.

import { createKanso, kansoApp } from "@syncline/kanso-server";
import { SITE } from "@syncline/kanso-web/serve";
import { startTestServer } from "@syncline/server/testing";
import { type Browser, chromium } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../tools/chromium.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS] });
}, 120_000);
afterAll(() => browser.close());

test("the app runs under the server's policy, is kept on the device, and opens without the server", async () => {
  const server = await startTestServer({
    apps: [kansoApp],
    server: { accounts: {}, dialects: [createKanso()], site: SITE },
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

test("the policy lets the app reach its own server, by socket too, and nothing foreign run or be asked", async () => {
  const server = await startTestServer({
    apps: [kansoApp],
    server: { accounts: {}, dialects: [createKanso()], site: SITE },
  });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(server.url);
    await page.locator("main, h1").first().waitFor();
    const seen = await page.evaluate(async () => {
      const asked = await fetch("/health").then(({ status }) => status);
      const socket = new WebSocket(`${location.origin.replace("http", "ws")}/v1/live`, [
        "syncline.v1",
      ]);
      const opened = await new Promise((resolve) => {
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      });
      socket.close();
      const refused: string[] = [];
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
        refused.push(effectiveDirective),
      );
      const foreign = await fetch("http://127.0.0.2:9/").then(
        () => "asked",
        () => "refused",
      );
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      await new Promise((resolve) => setTimeout(resolve));
      return { asked, opened, foreign, ran: "ran" in window, refused: refused.sort() };
    });
    expect(seen).toEqual({
      asked: 200,
      opened: true,
      foreign: "refused",
      ran: false,
      refused: ["connect-src", "script-src-elem"],
    });
  } finally {
    await context.close();
    await server.close();
  }
});
