// The built web app as the server serves it: its pages run under the server's policy, and open without the server.

import { createKanso, kansoApp } from "@syncline/kanso-server";
import { SITE } from "@syncline/kanso-web/serve";
import { startTestServer } from "@syncline/server/testing";
import { type Browser, chromium, type Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../tools/chromium.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS] });
});
afterAll(() => browser.close());

/** The app on a server of its own, in a browser of its own. */
async function openSite() {
  const server = await startTestServer({
    apps: [kansoApp],
    server: { accounts: {}, dialects: [createKanso()], site: SITE },
  });
  const context = await browser.newContext();
  return {
    server,
    page: await context.newPage(),
    async [Symbol.asyncDispose]() {
      await context.close();
      await server.close();
    },
  };
}

/** Waits until the app is on the device, and its worker in charge of the page. */
async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

test("the app runs under the server's policy, is kept on the device, and opens without the server", async () => {
  await using site = await openSite();
  const { page, server } = site;
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) refused.push(message.text());
  });
  page.on("pageerror", (error) => refused.push(String(error)));
  await page.goto(server.url);
  await page.locator("main, h1").first().waitFor();
  await kept(page);
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
});

test("the policy lets the app reach its own server, by socket too, and nothing foreign run or be asked", async () => {
  await using site = await openSite();
  const { page, server } = site;
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
});

test("a page that was reloaded past the worker is its page again, and opens without the server", async () => {
  await using site = await openSite();
  const { page, server } = site;
  await page.goto(server.url);
  await kept(page);
  const cdp = await page.context().newCDPSession(page);
  const loaded = page.waitForEvent("load");
  await cdp.send("Page.reload", { ignoreCache: true });
  await loaded;
  await kept(page);
  await server.close();
  await page.goto(`${server.url}/week`);
  await page.locator("main, h1").first().waitFor();
});

test("an installation that the network breaks off is tried again until the app is on the device", async () => {
  await using site = await openSite();
  const { page, server } = site;
  const broken = "**/icon-512.png";
  let asked = 0;
  await page.context().route(broken, async (route) => {
    asked += 1;
    if (asked > 1) await route.continue();
    else await route.abort();
  });
  await page.goto(server.url);
  await kept(page);
  expect(asked).toBe(2);
});
