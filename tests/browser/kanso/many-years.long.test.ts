// Years of entries on a slow phone: what is shown first is right already, and every page has all there is.

import { expect, test } from "vitest";
import { until, useBrowser } from "../fixture.ts";
import { fillAccount, openKanso, signIn, startKanso, today } from "./kanso-app.ts";
import { createSample } from "./sample.ts";

useBrowser();

const HABITS = 20;
/** So that the years are still being read when today is shown. */
const SLOWER = 4;

test("with years to read today is right at once, a tap meanwhile counts once, and no habit is left out anywhere", async () => {
  const app = await startKanso();
  await fillAccount(app, createSample({ habits: HABITS, days: 731, today: today(), dense: true }));
  const { page, cdp } = await openKanso(app, { timezoneId: "UTC" });
  await signIn(page, app.url);
  await page.goto(app.url);
  const last = (rows: string, of = HABITS) =>
    page
      .locator(rows)
      .nth(of - 1)
      .waitFor();
  const done = page.locator('.habit-main[aria-pressed="true"]');
  await page.locator(".habit-main").first().waitFor();
  await page.locator('.sync-status[data-phase="live"]', { hasText: "Synced" }).waitFor();
  // Which of them are due depends on the weekday.
  const due = await page.locator(".habit-main").count();
  expect(due).toBeGreaterThan(HABITS / 2);
  // Everything was read, and is kept for the next time.
  await page.waitForFunction(
    () =>
      document.querySelector(".habit-main:not([aria-pressed])") === null &&
      !Object.keys(localStorage).some((name) => name.startsWith("kanso.log-changed.")),
  );
  const before = await done.count();
  expect(before).toBeGreaterThan(0);

  await cdp.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.reload();
  await last(".habit-main", due);
  // What is shown first is right already: nobody taps a second time what is done.
  expect(await done.count()).toBe(before);

  const morning = page.getByRole("button", { name: /^Morning pages(?! \d)/ }).first();
  const wasDone = (await morning.getAttribute("aria-pressed")) === "true";
  const shown = (pressed: boolean) =>
    until(
      async () => (await morning.getAttribute("aria-pressed")) === String(pressed),
      `Morning pages are ${pressed ? "done" : "not done"}`,
    );
  await morning.click();
  await shown(!wasDone);
  expect(await done.count()).toBe(before + (wasDone ? -1 : 1));
  await morning.click();
  await shown(wasDone);
  expect(await done.count()).toBe(before);

  // Nor is it shown as it was before the last tap, however soon after it the page ended.
  await morning.click();
  await shown(!wasDone);
  await page.reload();
  await morning.and(page.locator("[aria-pressed]")).waitFor();
  expect(await morning.getAttribute("aria-pressed")).toBe(String(!wasDone));

  await page.getByRole("link", { name: "Week" }).click();
  await last(".week-habit");
  expect(await page.locator(".week-habit").count()).toBe(HABITS);
  await page.locator(".week-habit").nth(1).click();
  await page.locator("canvas").first().waitFor();
  await page.getByRole("button", { name: "Previous year" }).click();
  const year = new Date().getUTCFullYear() - 1;
  await page.locator(`.year-grid [aria-label^="31 December ${year}"]`).waitFor();
  await page.getByRole("link", { name: "Statistics" }).click();
  await last(".ranking-row");
  expect(await page.locator(".ranking-row").count()).toBe(HABITS);
}, 300_000);
