// Chromium by Playwright, as the other tests have it, behind what the tests ask of every browser.

import { type Browser, type BrowserContext, type Page, chromium as playwright } from "playwright";
import { CHROMIUM_ARGUMENTS, findChromium } from "../chromium.ts";
import { type Device, ENTER, type Engine, fromPage, inPage, type Tab } from "./engine.ts";

export const chromium: Engine = {
  name: "Chromium",
  async start() {
    const browser: Browser = await playwright.launch(options());
    return {
      async newDevice() {
        return deviceOf(await browser.newContext());
      },
      close: () => browser.close(),
    };
  },
  async startAt(folder) {
    return deviceOf(await playwright.launchPersistentContext(folder, options()));
  },
};

function options() {
  return {
    ...findChromium(),
    args: [...CHROMIUM_ARGUMENTS],
    // Pages that go back are to be restored, as they are for people.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  };
}

function deviceOf(context: BrowserContext): Device {
  context.setDefaultTimeout(0);
  return {
    newTab: async () => tabOf(await context.newPage()),
    close: () => context.close(),
  };
}

function tabOf(page: Page): Tab {
  return {
    async open(url) {
      await page.goto(url);
    },
    async evaluate(run, ...args) {
      return fromPage(
        await page.evaluate(`(${inPage(run)})(${JSON.stringify(JSON.stringify(args))})`),
      );
    },
    tap: (x, y) => page.mouse.click(x, y),
    async type(keys) {
      for (const key of keys)
        await (key === ENTER ? page.keyboard.press("Enter") : page.keyboard.type(key));
    },
    close: () => page.close(),
  };
}
