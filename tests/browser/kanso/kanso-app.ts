// Kanso in a browser of the tests, signed in where that is asked for.

import { join } from "node:path";
import { dayAt } from "@syncline/kanso-domain";
import { serveWeb } from "@syncline/kanso-web/serve";
import type { AccountOptions } from "@syncline/server";
import type { BrowserContext, BrowserContextOptions, CDPSession, Page } from "playwright";
import { atEnd, newContext, SECRET, temporaryFolder } from "../fixture.ts";
import { createSample } from "./sample.ts";
import { fillAccount, type KansoApp, signIn } from "./sample-account.ts";

export { askServer, fillAccount, type KansoApp, PERSON, signIn } from "./sample-account.ts";

export async function startKanso(accounts: AccountOptions = {}): Promise<KansoApp> {
  const databasePath = join(temporaryFolder(), "kanso.db");
  const { url, close } = await serveWeb({ databasePath, secret: SECRET, accounts });
  atEnd(close);
  return { url, databasePath };
}

export function today(zone = "UTC"): number {
  return dayAt(Date.now(), zone);
}

export interface KansoDevice {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly cdp: CDPSession;
  /** It is in another zone now. */
  fly(zone: string): Promise<void>;
}

export interface KansoDeviceOptions extends BrowserContextOptions {
  /** Runs in each of its pages before the app does. */
  readonly init?: () => void;
  /** What its clock shows; from then on it goes on by itself. */
  readonly time?: Date;
  /** Where it is, if it is to move. */
  readonly zone?: string;
}

export async function openKanso(
  app: KansoApp,
  options: KansoDeviceOptions = {},
): Promise<KansoDevice> {
  const { init, time, zone, ...rest } = options;
  const context = await newContext({ locale: "en-GB", serviceWorkers: "block", ...rest });
  if (init !== undefined) await context.addInitScript(init);
  const page = await context.newPage();
  if (time !== undefined) await page.clock.install({ time });
  const cdp = await context.newCDPSession(page);
  const fly = async (timezoneId: string) => {
    await cdp.send("Emulation.setTimezoneOverride", { timezoneId });
  };
  if (zone !== undefined) await fly(zone);
  await page.goto(app.url);
  // Who goes on elsewhere at once leaves a database that is just being made.
  await page.getByRole("heading", { level: 1 }).waitFor();
  return { context, page, cdp, fly };
}

/** A few habits with a year of entries, on a device that is signed in. */
export async function openSample(app: KansoApp): Promise<KansoDevice> {
  await fillAccount(app, createSample({ habits: 7, days: 500, today: today() }));
  const device = await openKanso(app, { timezoneId: "UTC" });
  await signIn(device.page, app.url);
  return device;
}
