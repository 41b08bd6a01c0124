// A phone with Kanso on it, which can lose its network; and what its owner does with it.

import axe from "axe-core";
import type { BrowserContext, BrowserContextOptions, Page } from "playwright";
import { expect } from "vitest";
import { atEnd, newContext } from "../fixture.ts";
import { type Gate, openGate } from "../gate.ts";
import type { KansoApp } from "./kanso-app.ts";

export interface Phone {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly gate: Gate;
  /** Opens an address of the app. */
  go(path: string): Promise<void>;
  /** Opens the app in another tab. */
  tab(): Promise<Page>;
}

/** For what happens without a network: the app is kept on the device. Others go without, and faster. */
export const KEPT: BrowserContextOptions = { serviceWorkers: "allow" };

/** A browser of its own: its own storage, its own network. */
export async function openPhone(
  app: Pick<KansoApp, "url">,
  options: BrowserContextOptions = {},
): Promise<Phone> {
  const gate = await openGate(app.url);
  atEnd(() => gate.close());
  const context = await newContext({ locale: "en-GB", serviceWorkers: "block", ...options });
  const show = async (page: Page, path: string) => {
    await page.goto(gate.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
  };
  const tab = async () => {
    const opened = await context.newPage();
    await show(opened, "/");
    return opened;
  };
  const page = await tab();
  return { context, page, gate, tab, go: (path) => show(page, path) };
}

/** Waits until the app is on the device: from then on it needs no network. */
export async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** Goes to an address as links do: nothing is loaded anew. */
export async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((address) => {
    history.pushState(null, "", address);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
}

/** Makes a habit, and shows the today page. */
export async function addHabit({ page }: Phone, title: string): Promise<void> {
  await follow(page, "/habits/new");
  await page.getByLabel("Name", { exact: true }).fill(title);
  await page.getByLabel("Name", { exact: true }).press("Enter");
  await habit(page, title).waitFor();
}

/** A habit on the today page. */
export function habit(page: Page, title: string) {
  // A suggestion of the same name is no habit yet.
  const row = page.locator("[data-habit]");
  return page.getByRole("button", { name: new RegExp(`^${title}`) }).and(row);
}

/** axe finds nothing on the page, light and dark. */
export async function expectAccessible(page: Page): Promise<void> {
  // Behind a dialog it is there, and hidden.
  await page.locator("h1").first().waitFor({ state: "attached" });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  expect(await problemsOf(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  // Nothing else is another one in the dark.
  expect(await problemsOf(page, ["color-contrast"])).toEqual([]);
}

/**
 * What axe finds, as rule and place: in the dialog that is open, as the page behind it has a test of its own, or else everywhere.
 * @param rules only these; all where left out
 */
export async function problemsOf(page: Page, rules?: string[]): Promise<string[]> {
  // Not as a script of the page's: its policy may not allow that.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  return await page.evaluate(async (only) => {
    const { axe: inPage } = globalThis as unknown as {
      axe: {
        run(
          within: Element | Document,
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    }; // what was just run
    const within = document.querySelector("dialog[open]") ?? document;
    const { violations } = await inPage.run(within, only === undefined ? {} : { runOnly: only });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, rules);
}

/** How much wider than the window the page is. */
export async function overflowOf(page: Page): Promise<number> {
  return await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

/** How much of the page has moved by itself since it was loaded, as browsers measure it. */
export async function shiftOf(page: Page): Promise<number> {
  return await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            const { value, hadRecentInput } = entry as PerformanceEntry & {
              value: number;
              hadRecentInput: boolean;
            }; // TypeScript does not know of it yet
            if (!hadRecentInput) sum += value;
          }
        });
        observer.observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
      }),
  );
}
