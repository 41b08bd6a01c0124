// What the browser tests share: one Chromium, the todo app that build.ts has built, and devices that can lose their network.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { serveTodo, type TodoApp, type TodoOptions } from "../../examples/todo/serve.ts";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../tools/chromium.ts";
import { type Gate, openGate } from "./gate.ts";

export { until } from "./until.ts";

export const SECRET = "a secret for the browser tests, long enough";
const PATIENCE_MS = 120_000;

let browser: Browser;
type End = () => Promise<unknown>;
/** After the test that runs. */
let ends: End[] = [];
/** After the last test of the file. */
let lastEnds: End[] = [];

/** Starts the browser before a file's tests, and ends everything after them. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({
      ...findChromium(),
      args: [...CHROMIUM_ARGUMENTS],
      // Pages that go back are to be restored, as they are for people.
      ignoreDefaultArgs: ["--disable-back-forward-cache"],
    });
  }, 120_000);
  beforeEach(() => {
    // What was opened before the first test is there for all of them.
    lastEnds.push(...ends);
    ends = [];
  });
  const endAll = async (all: readonly End[]) => {
    for (const end of all.toReversed()) await end();
  };
  afterEach(async () => {
    const own = ends;
    ends = [];
    await endAll(own);
  });
  afterAll(async () => {
    await endAll([...lastEnds, ...ends]);
    lastEnds = [];
    ends = [];
    await browser.close();
  });
}

/** A browser of its own, for apps that need no gate. */
export async function newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  atEnd(() => context.close());
  return context;
}

/** Ends something after the test that opened it, or after all tests of a file that opened it for all of them. */
export function atEnd(end: End): void {
  ends.push(end);
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "syncline-browser-"));
  atEnd(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function startApp(options: Partial<TodoOptions> = {}): Promise<TodoApp> {
  const databasePath = options.databasePath ?? join(temporaryFolder(), "todo.db");
  const app = await serveTodo({ secret: SECRET, ...options, databasePath });
  atEnd(() => app.close());
  return app;
}

/** A browser of its own: its own storage, its own network. */
export interface Device {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly gate: Gate;
  /** Opens the app in another tab. */
  tab(): Promise<Page>;
}

export interface DeviceOptions {
  /** How far its clock is ahead. */
  readonly skewMs?: number;
  /** How much its storage holds. */
  readonly quotaBytes?: number;
  /** How large it is; a desktop's window where left out. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Runs in each of its pages before the app does. */
  readonly init?: () => void;
}

export async function openDevice(
  app: Pick<TodoApp, "url">,
  options: DeviceOptions = {},
): Promise<Device> {
  const gate = await openGate(app.url);
  atEnd(() => gate.close());
  const { viewport } = options;
  const context = await newContext(viewport === undefined ? {} : { viewport });
  if (options.init !== undefined) await context.addInitScript(options.init);
  if (options.skewMs !== undefined) {
    await context.addInitScript((ms: number) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + ms;
    }, options.skewMs);
  }
  const tab = async () => {
    const page = await context.newPage();
    if (options.quotaBytes !== undefined) await setQuota(page, gate.url, options.quotaBytes);
    await page.goto(gate.url);
    await page.locator(".status, .people").first().waitFor();
    return page;
  };
  return { context, gate, page: await tab(), tab };
}

/** Sets how much an origin may store; browsers ask for it only from time to time. */
export async function setQuota(page: Page, origin: string, quotaSize?: number): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const quota = quotaSize === undefined ? {} : { quotaSize };
  await cdp.send("Storage.overrideQuotaForOrigin", { origin, ...quota });
}

export async function add(page: Page, title: string): Promise<void> {
  await page.getByLabel("What is to be done?").fill(title);
  await page.keyboard.press("Enter");
  await page.getByText(title, { exact: true }).waitFor();
}

export async function titles(page: Page): Promise<string[]> {
  return (await page.locator("li label").allTextContents()).sort();
}

/** Waits until the page says that it is live and has sent everything. */
export async function upToDate(page: Page): Promise<void> {
  await page
    .locator('.status[data-phase="live"]', { hasText: "everything is saved" })
    .waitFor({ timeout: PATIENCE_MS * 2 });
}
