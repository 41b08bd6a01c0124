// Every page of the app, as its routes name them: axe finds nothing on it, nothing is cut, and nothing moves by itself.

import { archiveHabit } from "@syncline/kanso-domain";
import { ROUTES } from "@syncline/kanso-web/routes";
import type { Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { useBrowser } from "../fixture.ts";
import { fillAccount, type KansoApp, openKanso, signIn, startKanso, today } from "./kanso-app.ts";
import { overflowOf, problemsOf, shiftOf } from "./phone.ts";
import { createSample } from "./sample.ts";

useBrowser();

const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
const { habits, entries } = createSample({ habits: 7, days: 400, today: today() });
const [, , habit] = habits;
const PATHS = [...ROUTES.map(({ path }) => path.replace(":id", habit?.id ?? "")), "/nowhere"];

let app: KansoApp;
/** One of each size. */
let pages: readonly Page[];
beforeAll(async () => {
  app = await startKanso();
  const now = { nowMs: Date.now(), zone: "UTC", dayStartHour: 0 };
  const kept = habits.map((one, place) => (place < 6 ? one : archiveHabit(one, now)));
  await fillAccount(app, { habits: kept, entries });
  // A browser for each size: what is done to both at once takes half the time, and a tab in the background is slow.
  const devices = SIZES.map(async (viewport) => {
    const { page } = await openKanso(app, { timezoneId: "UTC", reducedMotion: "reduce", viewport });
    await signIn(page, app.url);
    return page;
  });
  pages = await Promise.all(devices);
});

test.each(PATHS)("%s: everybody can use it, nothing is cut, nothing moves", async (path) => {
  const found = await Promise.all(pages.map((page) => lookAt(page, path)));
  for (const { shift, ...others } of found) {
    expect(others).toEqual({ problems: [], overflow: 0, inTheDark: [] });
    expect(shift).toBeLessThan(0.05);
  }
});

async function lookAt(page: Page, path: string) {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(app.url + path);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForLoadState("networkidle");
  const seen = {
    shift: await shiftOf(page),
    overflow: await overflowOf(page),
    problems: await problemsOf(page),
  };
  await page.emulateMedia({ colorScheme: "dark" });
  // Nothing but its colours is another one there.
  return { ...seen, inTheDark: await problemsOf(page, ["color-contrast"]) };
}
