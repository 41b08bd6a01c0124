// Kanso by plain http and not on localhost, where browsers keep from it what it is made of: it says why, and what to do.

import { type Browser, chromium } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../../tools/chromium.ts";
import { atEnd, useBrowser } from "../fixture.ts";
import { startKanso } from "./kanso-app.ts";
import { expectAccessible, overflowOf } from "./phone.ts";

useBrowser();

let browser: Browser;
beforeAll(async () => {
  const names = ["--host-resolver-rules=MAP kanso.test 127.0.0.1", "--no-proxy-server"];
  browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS, ...names] });
});
afterAll(() => browser.close());

test("by plain http it says why it does not start, and what to do, in the person's language", async () => {
  const { url } = await startKanso();
  const address = `http://kanso.test:${new URL(url).port}/week`;
  for (const [locale, title] of [
    ["en-GB", "Kanso needs a secure connection"],
    ["de-AT", "Kanso braucht eine sichere Verbindung"],
    ["it-IT", "Kanso ha bisogno di una connessione sicura"],
  ] as const) {
    const context = await browser.newContext({ locale, viewport: { width: 390, height: 844 } });
    atEnd(() => context.close());
    const page = await context.newPage();
    await page.goto(address);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    const link = page.getByRole("link", { name: "https://kanso.test/week" });
    expect(await link.getAttribute("href")).toBe("https://kanso.test/week");
    await page.getByText("docs/operations.md").waitFor();
    expect(await overflowOf(page)).toBe(0);
    if (locale === "en-GB") await expectAccessible(page);
  }
});
