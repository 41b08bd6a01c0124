// The account of the browser tests and of their bench: its data is written past the network, and signed in to in a page.

import { kansoApp } from "@syncline/kanso-server";
import {
  createEngine,
  createMemoryBus,
  openSqliteStore,
  systemEngineEnvironment,
} from "@syncline/server";
import type { Page } from "playwright";
import { until } from "../until.ts";
import type { Sample } from "./sample.ts";

/** Whose account `fillAccount` makes. */
export const PERSON = { email: "ada@example.org", password: "correct horse battery" };
const POLICIES = { habits: "versioned", entries: "versioned" };
const PER_MUTATION = 1_000;

export interface KansoApp {
  readonly url: string;
  readonly databasePath: string;
}

export interface Person {
  readonly email: string;
  readonly password: string;
}

/** Makes the account, and gives it habits and entries. */
export async function fillAccount(
  app: KansoApp,
  sample: Sample,
  person: Person = PERSON,
): Promise<void> {
  await post(app, "register", person);
  const { account } = await logIn(app, person);
  const { userId } = account;
  const store = await openSqliteStore({ path: app.databasePath });
  try {
    await writeSample(store, userId, sample);
  } finally {
    await store.close();
  }
}

/** What the server answers to somebody who signs in. */
export async function logIn(app: Pick<KansoApp, "url">, person: Person = PERSON) {
  const answer = await post(app, "login", person);
  return answer as { readonly token: string; readonly account: { readonly userId: string } }; // as documented
}

async function post(
  { url }: Pick<KansoApp, "url">,
  path: string,
  person: Person,
): Promise<unknown> {
  let answer: Response | undefined;
  // A server on a machine that has just built the app may say that it has more to do than it can.
  await until(async () => {
    answer = await fetch(`${url}/accounts/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(person),
    });
    return answer.status !== 503;
  }, "the server has time");
  if (answer?.ok !== true) throw new Error(`${path}: ${answer?.status} ${await answer?.text()}`);
  return await answer.json();
}

/** What the server's own interface says to the account, in UTC. */
export async function askServer(app: KansoApp, path: string): Promise<unknown> {
  const { token } = await logIn(app);
  const headers = { authorization: `Bearer ${token}`, "x-timezone": "UTC" };
  const answer = await fetch(app.url + path, { headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
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
      secret: () => "5e".repeat(32),
      mac: systemEngineEnvironment().mac,
      defer: (run) => void setImmediate(run),
    },
  });
  const time = `${new Date().toISOString()}-0000-filler`;
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
    const request = { clientId: "filler", now: time, cursor: null, pull: { limit: 1 } };
    const { results } = await engine.sync(
      { userId },
      { app: "kanso", name: "~" },
      { ...request, policies: POLICIES, mutations: [mutation] },
    );
    if (results[0]?.status !== "applied") throw new Error(JSON.stringify(results));
  }
}

/** Signs in to the account, and waits until everything of it is on the device. */
export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.locator("input[type=email]").fill(PERSON.email);
  await page.locator("input[type=password]").fill(PERSON.password);
  await page.keyboard.press("Enter");
  await page.locator('.sync-status[data-phase="live"]', { hasText: "Synced" }).waitFor({
    timeout: 120_000,
  });
}
