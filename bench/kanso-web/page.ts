// Kanso in a browser, on a phone's screen, with five years of fifty habits on the device.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dayAt } from "@syncline/kanso-domain";
import { serveWeb } from "@syncline/kanso-web/serve";
import { type CDPSession, chromium, type Page } from "playwright";
import { freshSite } from "../../apps/kanso/start/src/fresh-site.ts";
import { createSample, type Sample } from "../../tests/browser/kanso/sample.ts";
import { fillAccount, signIn } from "../../tests/browser/kanso/sample-account.ts";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../tools/chromium.ts";
import { SECRET } from "../kanso/people.ts";
import { quiet, watchTasks } from "./quiet.ts";

export const HABITS = 50;
const DAYS = 1_826;
/** A phone's processor is so many times slower than this machine's. */
export const SLOWER = 4;
const PATIENCE_MS = 120_000;

export interface OpenPage {
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly url: string;
  readonly sample: Sample;
  close(): Promise<void>;
}

/** Builds the app, fills an account and signs in; the page is at rest, on a slow processor. */
export async function openPage(): Promise<OpenPage> {
  await freshSite(console.log);
  const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
  const databasePath = join(folder, "kanso.db");
  const app = await serveWeb({ databasePath, secret: SECRET });
  const browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS] });
  const close = async () => {
    await browser.close();
    await app.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const today = dayAt(Date.now(), "UTC");
    const sample = createSample({ habits: HABITS, days: DAYS, today, dense: true });
    await fillAccount({ url: app.url, databasePath }, sample);
    const viewport = { width: 390, height: 844 };
    const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", viewport });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(watchTasks);
    const page = await context.newPage();
    await signIn(page, app.url);
    await page.goto(app.url);
    await page
      .locator(".habit-main")
      .nth(HABITS - 1)
      .waitFor();
    await quiet(page);
    const cdp = await context.newCDPSession(page);
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    return { page, cdp, url: app.url, sample, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}
