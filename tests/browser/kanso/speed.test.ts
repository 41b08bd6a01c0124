// Fifty habits and five years of entries, on a phone: a processor that is four times slower than this machine's.

import type { Page } from "playwright";
import { expect, test } from "vitest";
import { until, useBrowser } from "../fixture.ts";
import { fillAccount, openKanso, signIn, startKanso, today } from "./kanso-app.ts";
import { createSample } from "./sample.ts";

useBrowser();

const SLOWER = 4;
/** No task works longer, the browser's own tidying up included. */
const LONGEST_MS = 250;
const QUIET_MS = 1_500;

test("with five years of fifty habits today is there at once, and nothing keeps the page waiting", async () => {
  const app = await startKanso();
  const sample = createSample({ habits: 50, days: 1_826, today: today(), dense: true });
  expect(sample.entries.length).toBeGreaterThan(80_000);
  await fillAccount(app, sample);
  const { page, cdp } = await openKanso(app, {
    timezoneId: "UTC",
    viewport: { width: 390, height: 844 },
    init: watchTasks,
  });
  await signIn(page, app.url);
  await page.goto(app.url);
  await page.locator(".habit-main").nth(49).waitFor();
  await quiet(page);
  const done = await page.locator('.habit-main[aria-pressed="true"]').count();
  await page.waitForFunction(() => indexedDB.databases().then((all) => all.length === 2));

  await cdp.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.reload();
  await page.locator(".habit-main").nth(49).waitFor();
  // What is shown first is right already: nobody taps a second time what is done.
  expect(await page.locator('.habit-main[aria-pressed="true"]').count()).toBe(done);

  const longest: Record<string, number> = {};
  const step = async (name: string, act: () => Promise<unknown>) => {
    longest[name] = await longestTask(page, async () => {
      await act();
      await quiet(page);
    });
  };
  const morning = page.getByRole("button", { name: /^Morning pages(?! \d)/ }).first();
  const wasDone = (await morning.getAttribute("aria-pressed")) === "true";
  // Even while the years are still being read.
  await morning.click();
  await page
    .locator(`.habit-main[aria-pressed="${!wasDone}"]`, { hasText: "Morning" })
    .first()
    .waitFor();
  await step("opening", () => quiet(page));
  await step("completing", async () => {
    await morning.click();
    await until(
      async () => (await morning.getAttribute("aria-pressed")) === String(wasDone),
      "it is as it was",
    );
  });
  await step("scrolling", async () => {
    await page.mouse.move(200, 500);
    for (let turn = 0; turn < 20; turn++) await page.mouse.wheel(0, 200);
  });
  await step("opening the week", async () => {
    await page.getByRole("link", { name: "Week" }).click();
    await page.locator(".week-habit").nth(49).waitFor();
  });
  await step("going to another week", () =>
    page.getByRole("button", { name: "Previous week" }).click(),
  );
  await step("completing in the week", () => page.locator("[data-marked]").nth(8).click());
  await step("opening a habit", async () => {
    await page.locator(".week-habit").nth(1).click();
    await page.locator("canvas").first().waitFor();
  });
  await step("going to another year", async () => {
    await page.getByRole("button", { name: "Previous year" }).click();
    await page.locator('.year-grid [aria-label^="31 December 2025"]').waitFor();
  });
  await step("statistics", async () => {
    await page.getByRole("link", { name: "Statistics" }).click();
    await page.locator(".ranking-row").nth(49).waitFor();
  });
  const tooLong = Object.entries(longest).filter(([, ms]) => ms > LONGEST_MS);
  expect(tooLong, JSON.stringify(longest)).toEqual([]);
}, 300_000);

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** What the thread has worked, in microseconds: waiting for its turn on a busy machine does not count. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The longest task of a page's own thread while something is done, in milliseconds. */
async function longestTask(page: Page, work: () => Promise<unknown>): Promise<number> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("The page has no browser.");
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  await work();
  const text = (await browser.stopTracing()).toString();
  const { traceEvents } = JSON.parse(text) as { readonly traceEvents: readonly TraceEvent[] }; // Chromium's own format
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  let longest = 0;
  for (const { name, pid, tid, tdur = 0 } of traceEvents)
    if (name.endsWith("RunTask") && threads.has(`${pid} ${tid}`)) longest = Math.max(longest, tdur);
  expect(longest).toBeGreaterThan(0);
  return Math.round(longest / 1_000);
}

interface Watched {
  readonly tasks: { readonly end: number }[];
}

function watchTasks(): void {
  const tasks: { end: number }[] = [];
  Object.assign(window, { tasks });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      tasks.push({ end: startTime + duration });
  }).observe({ entryTypes: ["longtask"] });
}

/** Waits until the page has had no long task for a while. */
async function quiet(page: Page): Promise<void> {
  const from = await page.evaluate(() => performance.now());
  await page.waitForFunction(
    ([since = 0, ms = 0]) => {
      const { tasks } = window as unknown as Watched;
      return performance.now() - Math.max(since, ...tasks.map(({ end }) => end)) > ms;
    },
    [from, QUIET_MS],
    { timeout: 60_000 },
  );
}
