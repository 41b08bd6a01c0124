// Every page of the console at the widths of phones and desks, light and dark: axe finds nothing, nothing is cut, and
// whatever is pressed is as large as a finger.

import { join } from "node:path";
import { openSqliteStore } from "@syncline/server";
import type { Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { atEnd, temporaryFolder, useBrowser } from "../fixture.ts";
import { layoutProblems } from "../kanso/layout-problems.ts";
import { problemsOf } from "../kanso/phone.ts";
import { ALL, type Installation, startInstallation } from "./installation.ts";
import { openConsole, signIn } from "./open.ts";
import { SCENES } from "./scenes.ts";

useBrowser();

const SIZES = [
  { width: 320, height: 568 },
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];

let at: Installation;
/** One of each size. */
let pages: readonly Page[];
beforeAll(async () => {
  const folder = temporaryFolder();
  const store = await openSqliteStore({ path: join(folder, "console.db") });
  at = await startInstallation({ store, folder });
  atEnd(() => at.server.close());
  const key = await at.adminKey(ALL);
  const opened = SIZES.map(async (viewport) => {
    const { page } = await openConsole(at.url, { viewport });
    await signIn(page, key);
    return page;
  });
  pages = await Promise.all(opened);
});

test.each(SCENES)("$name: everybody can use it, on every width", async ({ show }) => {
  for (const page of pages) {
    await show(page, at);
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    expect([page.viewportSize()?.width, await problemsOf(page)]).toEqual([
      page.viewportSize()?.width,
      [],
    ]);
    expect(await layoutProblems(page)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    // Nothing but its colours is another one there.
    expect(await problemsOf(page, ["color-contrast"])).toEqual([]);
    await page.keyboard.press("Escape");
  }
});

test("the door: everybody can use it", async () => {
  for (const viewport of SIZES) {
    const { page } = await openConsole(at.url, { viewport });
    await page.getByLabel("Admin key").fill("no key");
    await page.keyboard.press("Enter");
    await page.getByText("This is no key").first().waitFor();
    expect(await problemsOf(page)).toEqual([]);
    expect(await layoutProblems(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await problemsOf(page, ["color-contrast"])).toEqual([]);
  }
});

/** What is pressed and lower than 44 px; links within a text are as high as their line. */
async function smallTargets(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const top = document.querySelector("dialog[open]") ?? document.body;
    return (
      [...top.querySelectorAll<HTMLElement>("button, input, select, nav a, .card-name a")]
        .filter((one) => one.checkVisibility() && one.closest(".check") === null)
        .map((one) => ({ one, ...one.getBoundingClientRect().toJSON() }))
        // What shows itself once it has the focus is a dot before.
        .filter(({ width, height }) => width > 1 && height < 44)
        .map(({ one, height }) => `${one.tagName} ${one.textContent} ${height}`)
    );
  });
}
