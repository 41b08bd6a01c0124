// Kanso in a browser, signed in, with sample data that was written past the network.

import { join } from "node:path";
import { dayAt } from "@syncline/kanso-domain";
import { kansoApp } from "@syncline/kanso-server";
import { buildWeb } from "@syncline/kanso-web/build";
import { serveWeb } from "@syncline/kanso-web/serve";
import { createEngine, createMemoryBus, openSqliteStore } from "@syncline/server";
import type { BrowserContext, BrowserContextOptions, Page } from "playwright";
import { atEnd, newContext, SECRET, temporaryFolder, useBrowser } from "../fixture.ts";
import { createSample, type Sample } from "./sample.ts";

/** Whose account `fillAccount` makes. */
export const PERSON = { email: "ada@example.org", password: "correct horse battery" };
const PER_MUTATION = 1_000;

export interface KansoApp {
  readonly url: string;
  readonly databasePath: string;
}

export function useKanso(): void {
  useBrowser(async () => void (await buildWeb()));
}

export async function startKanso(): Promise<KansoApp> {
  const databasePath = join(temporaryFolder(), "kanso.db");
  const { url, close } = await serveWeb({ databasePath, secret: SECRET });
  atEnd(close);
  return { url, databasePath };
}

export function today(zone = "UTC"): number {
  return dayAt(Date.now(), zone);
}

/** Makes the account, and gives it habits and entries. */
export async function fillAccount(app: KansoApp, sample: Sample): Promise<void> {
  const { userId } = await register(app);
  const store = await openSqliteStore({ path: app.databasePath });
  try {
    await writeSample(store, userId, sample);
  } finally {
    await store.close();
  }
}

async function register({ url }: KansoApp): Promise<{ readonly userId: string }> {
  const ask = async (path: string) => {
    const answer = await fetch(`${url}/accounts/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(PERSON),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  };
  await ask("register");
  const { account } = (await ask("login")) as { account: { userId: string } }; // as documented
  return account;
}

async function writeSample(
  store: Awaited<ReturnType<typeof openSqliteStore>>,
  userId: string,
  { habits, entries }: Sample,
): Promise<void> {
  const engine = createEngine({
    store,
    bus: createMemoryBus(),
    apps: [kansoApp],
    openApps: false,
    environment: {
      now: () => Date.now(),
      randomId: () => "epoch",
      defer: (run) => void setImmediate(run),
    },
  });
  const now = new Date().toISOString();
  const time = `${now}-0000-filler`;
  const changes = [
    ...habits.map((habit) => ({ collection: "habits", record: habit })),
    ...entries.map((entry) => ({ collection: "entries", record: entry })),
  ].map(({ collection, record: { id, ...fields } }) => ({
    collection,
    id,
    op: "put" as const,
    time,
    baseVersion: 0,
    fields: JSON.parse(JSON.stringify(fields)),
  }));
  for (let from = 0, id = 1; from < changes.length; from += PER_MUTATION, id++) {
    const mutation = { id, seen: null, changes: changes.slice(from, from + PER_MUTATION) };
    const request = { clientId: "filler", now, cursor: null, pull: { limit: 1 } };
    const { results } = await engine.sync(
      { userId },
      { app: "kanso", name: "~" },
      { ...request, mutations: [mutation] },
    );
    if (results[0]?.status !== "applied") throw new Error(JSON.stringify(results));
  }
}

export interface KansoDevice {
  readonly context: BrowserContext;
  readonly page: Page;
}

export async function openKanso(
  app: KansoApp,
  options: BrowserContextOptions & { readonly init?: () => void } = {},
): Promise<KansoDevice> {
  const { init, ...rest } = options;
  const context = await newContext({ locale: "en-GB", ...rest });
  if (init !== undefined) await context.addInitScript(init);
  const page = await context.newPage();
  await page.goto(app.url);
  return { context, page };
}

/** Signs in to the account, and waits until everything of it is on the device. */
export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("Email").fill(PERSON.email);
  await page.getByLabel("Password").fill(PERSON.password);
  await page.keyboard.press("Enter");
  await page.locator('.sync-status[data-phase="live"]', { hasText: "Synced" }).waitFor({
    timeout: 120_000,
  });
}

/** A few habits with a year of entries, on a device that is signed in. */
export async function openSample(
  app: KansoApp,
  options: BrowserContextOptions = {},
): Promise<KansoDevice> {
  await fillAccount(app, createSample({ habits: 7, days: 500, today: today() }));
  const device = await openKanso(app, { timezoneId: "UTC", ...options });
  await signIn(device.page, app.url);
  return device;
}
