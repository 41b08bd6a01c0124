// The frame around all pages: there before the app is, with the tab marked that leads to a page, the focus where one begins, and a clock that is wrong told.

import { beforeAll, expect, test } from "vitest";
import { newContext, until, useBrowser } from "../fixture.ts";
import { type KansoApp, openKanso, startKanso } from "./kanso-app.ts";
import { fillCredentials } from "./people.ts";
import { expectAccessible, follow, openPhone } from "./phone.ts";

useBrowser();

let app: KansoApp;
beforeAll(async () => {
  app = await startKanso();
});

test("before the app has come, there is its frame and not a blank", async () => {
  const context = await newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/*.js", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(app.url, { waitUntil: "commit" });
  await page.locator(".first-tabs").waitFor();
  expect(await page.locator(".first-page > div").count()).toBe(3);
  release();
  await page.getByText("Start with one small habit").waitFor();
  expect(await page.locator(".first-paint").count()).toBe(0);
});

test.each([
  [390, ["/account", "/import", "/conflicts", "/archive"], "Settings"],
  [1280, ["/account", "/import", "/conflicts"], "Settings"],
  [1280, ["/archive"], "Archive"],
] as const)("at %i px, %j are marked", async (width, paths, tab) => {
  const { page } = await openPhone(app, { viewport: { width, height: 800 } });
  for (const path of paths) {
    await follow(page, path);
    await page.locator(".tab[aria-current]:visible", { hasText: tab }).waitFor();
    expect(await page.locator(".tab[aria-current]:visible").count()).toBe(1);
  }
});

test("a new habit begins with its name; a wrong password leaves the focus where it was", async () => {
  const { page } = await openPhone(app);
  const focused = () => page.evaluate(() => document.activeElement?.outerHTML ?? "");
  await page.getByRole("link", { name: "New habit" }).click();
  await until(async () => (await focused()).startsWith("<input"), "the name has the focus");
  await follow(page, "/sign-in");
  await fillCredentials(page, "nobody@example.org", "not the right one");
  const button = page.getByRole("button", { name: "Sign in" });
  await button.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: /./ }).first().waitFor();
  expect(await button.evaluate((one) => one === document.activeElement)).toBe(true);
});

test("a clock that is two days off is told, with how far", async () => {
  const time = new Date(Date.now() + 2 * 86_400_000);
  const { page } = await openKanso(app, { time, timezoneId: "UTC" });
  await page.getByText("The clock of this device is wrong").waitFor();
  await page.getByText("off by 2 days").waitFor();
  await expectAccessible(page);
  const right = await openPhone(app);
  await right.page.waitForLoadState("networkidle");
  expect(await right.page.getByText("The clock of this device is wrong").count()).toBe(0);
});
