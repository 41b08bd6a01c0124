// When a page has nothing to do any more: no long task for a while.

import type { Page } from "playwright";

const QUIET_MS = 1_500;
const PATIENCE_MS = 120_000;

interface Watched {
  readonly tasks: { readonly end: number }[];
}

/** Runs in the page before the app does, and notes its long tasks. */
export function watchTasks(): void {
  const tasks: { end: number }[] = [];
  Object.assign(window, { tasks });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      tasks.push({ end: startTime + duration });
  }).observe({ entryTypes: ["longtask"] });
}

/** Waits until the page has had no long task for a while. */
export async function quiet(page: Page): Promise<void> {
  const from = await page.evaluate(() => performance.now());
  await page.waitForFunction(
    ([since = 0, ms = 0]) => {
      const { tasks } = window as unknown as Watched; // `watchTasks` has put them there
      return performance.now() - Math.max(since, ...tasks.map(({ end }) => end)) > ms;
    },
    [from, QUIET_MS],
    { timeout: PATIENCE_MS },
  );
}
