// Days that change while the app is open: at midnight, on a flight, and in the night of a clock change.

import { type Habit, parseDay } from "@syncline/kanso-domain";
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { until, useBrowser } from "../fixture.ts";
import { fillAccount, type KansoApp, openKanso, signIn, startKanso } from "./kanso-app.ts";
import { createSample } from "./sample.ts";

useBrowser();

const ROME = "Europe/Rome";
const DAYS_BEFORE = 5;

test("a flight from Rome to Honolulu across midnight keeps the streak", async () => {
  const app = await startKanso();
  await fillAccount(app, journal("2026-11-20"));
  const traveller = await openAt(app, "2026-11-21T22:50:00Z", ROME);
  const { page } = traveller;
  await row(page).click();
  await streakIs(page, DAYS_BEFORE + 1);

  // Midnight passes with the app open: a new day, and the streak stands.
  await traveller.to("2026-11-21T23:10:00Z");
  await isOpen(page);
  await dayIs(page, "Sunday 22 November");
  await streakIs(page, DAYS_BEFORE + 1);
  await row(page).click();
  await streakIs(page, DAYS_BEFORE + 2);

  // Where the plane lands it is the day before, which was done; nothing of the day ahead is lost.
  await traveller.fly("Pacific/Honolulu");
  await dayIs(page, "Saturday 21 November");
  await isDone(page);
  await streakIs(page, DAYS_BEFORE + 2);
  await traveller.to("2026-11-22T19:00:00Z");
  await dayIs(page, "Sunday 22 November");
  await isDone(page);
  await streakIs(page, DAYS_BEFORE + 2);
  await traveller.to("2026-11-23T19:00:00Z");
  await dayIs(page, "Monday 23 November");
  await isOpen(page);
  await streakIs(page, DAYS_BEFORE + 2);
  await row(page).click();
  await streakIs(page, DAYS_BEFORE + 3);
  await synced(page);

  // The device that stayed at home sees the same.
  const home = await openAt(app, "2026-11-23T19:30:00Z", ROME);
  await isDone(home.page);
  await streakIs(home.page, DAYS_BEFORE + 3);
});

test("the week and statistics follow the day, too", async () => {
  const app = await startKanso();
  await fillAccount(app, journal("2026-11-20"));
  const traveller = await openAt(app, "2026-11-22T22:50:00Z", ROME);
  const { page } = traveller;
  await page.getByRole("link", { name: "Week" }).click();
  const current = page.locator('.week-day[aria-current="date"]');
  await until(async () => (await current.textContent()) === "Sun22", "the week shows Sunday");
  await traveller.to("2026-11-22T23:10:00Z");
  await until(async () => (await current.textContent()) === "Mon23", "the week shows Monday");
  await traveller.fly("Pacific/Honolulu");
  await until(async () => (await current.textContent()) === "Sun22", "the week shows Sunday again");
  await page.getByRole("link", { name: "Statistics" }).click();
  await page.locator('[data-today="true"][aria-label^="22 November 2026"]').waitFor();
  await traveller.to("2026-11-23T19:00:00Z");
  await page.locator('[data-today="true"][aria-label^="23 November 2026"]').waitFor();
});

test.each([
  ["that has an hour twice", "2026-10-23", ["2026-10-24T21:30:00Z", "2026-10-25T01:30:00Z"]],
  ["that lacks an hour", "2026-03-27", ["2026-03-28T22:30:00Z", "2026-03-29T01:30:00Z"]],
])("a night %s keeps the streak", async (_name, lastDay, [before = "", after = ""]) => {
  const app = await startKanso();
  await fillAccount(app, journal(lastDay));
  const { page, to } = await openAt(app, before, ROME);
  await row(page).click();
  await streakIs(page, DAYS_BEFORE + 1);
  await to(after);
  await isOpen(page);
  await streakIs(page, DAYS_BEFORE + 1);
  await row(page).click();
  await streakIs(page, DAYS_BEFORE + 2);
  await to(new Date(Date.parse(after) + 86_400_000).toISOString());
  await isOpen(page);
  await streakIs(page, DAYS_BEFORE + 2);
});

/** One daily habit, done on each of a few days. */
function journal(lastDay: string) {
  const today = parseDay(lastDay) ?? Number.NaN;
  const { habits, entries } = createSample({ habits: 2, days: DAYS_BEFORE, today, zone: ROME });
  const [, pages] = habits as [Habit, Habit]; // as many as were asked for
  const [first] = entries.filter(({ habitId }) => habitId === pages.id);
  if (first === undefined) throw new Error("The sample has no entry.");
  const days = Array.from({ length: DAYS_BEFORE }, (_, back) => {
    const day = new Date((today - back) * 86_400_000).toISOString().slice(0, 10);
    return { ...first, id: `e${back}`, day, kind: "log" as const, value: 1 };
  });
  return { habits: [pages], entries: days };
}

async function openAt(app: KansoApp, time: string, zone: string) {
  const { page, fly } = await openKanso(app, { zone, time: new Date(time) });
  await signIn(page, app.url);
  await page.goto(app.url);
  await row(page).waitFor();
  const look = () => page.evaluate(() => void dispatchEvent(new Event("focus")));
  return {
    page,
    /** The clock goes on, with the app open. */
    async to(next: string) {
      const now = await page.evaluate(() => Date.now());
      await page.clock.fastForward(Date.parse(next) - now);
    },
    /** The device takes the zone of where it is. */
    async fly(next: string) {
      await fly(next);
      await look();
    },
  };
}

const row = (page: Page) => page.getByRole("button", { name: /^Morning pages/ });

async function isDone(page: Page): Promise<void> {
  await page.locator('.habit-main[aria-pressed="true"]').waitFor();
}

async function isOpen(page: Page): Promise<void> {
  await page.locator('.habit-main[aria-pressed="false"]').waitFor();
}

async function dayIs(page: Page, day: string): Promise<void> {
  await page.locator(".day-bar-text", { hasText: day }).waitFor();
}

async function streakIs(page: Page, days: number): Promise<void> {
  await page.locator(".streak", { hasText: `${days} days in a row` }).waitFor();
  await expect.poll(() => page.locator(".streak").count(), { timeout: 30_000 }).toBe(1);
}

async function synced(page: Page): Promise<void> {
  await page.locator('.sync-status[data-phase="live"]', { hasText: "Synced" }).waitFor();
}
