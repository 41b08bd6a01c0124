// Kanso in a browser that is older than those that it is made for: it says so, and what to do.

import { expect, test } from "vitest";
import { newContext, useBrowser } from "../fixture.ts";
import { startKanso } from "./kanso-app.ts";
import { expectAccessible, overflowOf } from "./phone.ts";

useBrowser();

test("an older browser is asked to be updated, in the person's language", async () => {
  const { url } = await startKanso();
  for (const [locale, title] of [
    ["en-GB", "Kanso needs a newer browser"],
    ["de-AT", "Kanso braucht einen neueren Browser"],
    ["it-IT", "Kanso ha bisogno di un browser più recente"],
  ] as const) {
    const context = await newContext({ locale, viewport: { width: 390, height: 844 } });
    // As before Chrome 110.
    await context.addInitScript(() => Reflect.deleteProperty(Array.prototype, "toSorted"));
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.waitForLoadState("load");
    expect(await page.getByRole("heading", { level: 1 }).allTextContents()).toEqual([title]);
    expect(await overflowOf(page)).toBe(0);
    if (locale === "en-GB") await expectAccessible(page);
  }
});
