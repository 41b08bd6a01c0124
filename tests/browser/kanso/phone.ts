// A phone with Kanso on it, which can lose its network; and what its owner does with it.

import { createRequire } from "node:module";
import type { BrowserContext, BrowserContextOptions, Page } from "playwright";
import { expect } from "vitest";
import { atEnd, newContext } from "../fixture.ts";
import { type Gate, openGate } from "../gate.ts";
import type { KansoApp } from "./kanso-app.ts";

const require = createRequire(import.meta.url);

export interface Phone {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly gate: Gate;
  /** Opens an address of the app. */
  go(path: string): Promise<void>;
}

export async function openPhone(
  app: Pick<KansoApp, "url">,
  options: BrowserContextOptions = {},
): Promise<Phone> {
  const gate = await openGate(app.url);
  atEnd(() => gate.close());
  const context = await newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  const go = async (path: string) => {
    await page.goto(gate.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
  };
  await go("/");
  return { context, page, gate, go };
}

/** Makes a habit, and shows the today page. */
export async function addHabit({ page, go }: Phone, title: string): Promise<void> {
  await go("/habits/new");
  await page.getByLabel("Name", { exact: true }).fill(title);
  await page.getByLabel("Name", { exact: true }).press("Enter");
  await habit(page, title).waitFor();
}

/** A habit on the today page. */
export function habit(page: Page, title: string) {
  return page.getByRole("button", { name: new RegExp(`^${title}`) });
}

/** axe finds nothing on the page, light and dark. */
export async function expectAccessible(page: Page): Promise<void> {
  const path = require.resolve("axe-core");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.addScriptTag({ path });
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }; // the script that was just added
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    });
    expect(found).toEqual([]);
  }
}
