// Fills a store with people, their habits and a year of entries: through the engine, as an import does.

import { type Change, formatTime, type RecordKey } from "@syncline/core";
import type { Entry, Habit } from "@syncline/kanso-domain";
import { kansoApp, SETTINGS_ID } from "@syncline/kanso-server";
import {
  createEngine,
  createMemoryBus,
  createMemoryStore,
  createServer,
  type Engine,
  type Store,
  systemEngineEnvironment,
} from "@syncline/server";
import { type PersonOptions, type SamplePerson, samplePerson, userIdOf } from "./sample-person.ts";

export interface FillOptions extends PersonOptions {
  readonly users: number;
  /** Told after each person. */
  progress?(done: { readonly people: number; readonly records: number }): void;
}

/** The password of everybody. */
export const PASSWORD = "orange-kite-42";
const CLIENT = "fill";
/** People whose records wait for their commit together: their commits share a transaction. */
const TOGETHER = 4;

/** @returns how many records were written */
export async function fillStore(store: Store, options: FillOptions): Promise<number> {
  const engine = createEngine({
    store,
    bus: createMemoryBus(),
    apps: [kansoApp],
    openApps: false,
    environment: systemEngineEnvironment(),
  });
  const secret = await hashOfPassword();
  let records = 0;
  for (let index = 0; index < options.users; index += TOGETHER) {
    const numbers = Array.from(
      { length: Math.min(TOGETHER, options.users - index) },
      (_, offset) => index + offset,
    );
    await Promise.all(
      numbers.map(async (number) => {
        // Who was made and not filled, when a run was stopped, is filled by the next: the account comes last.
        if ((await store.accounts.byUser(userIdOf(number, options.seed))) !== undefined) return;
        const person = samplePerson(number, options);
        const written = await writePerson(engine, person);
        const { userId, email } = person;
        await store.accounts.create({ userId, email, secret, createdAtMs: Date.now() });
        records += written;
      }),
    );
    options.progress?.({ people: index + numbers.length, records });
  }
  await engine.drain();
  return records;
}

async function writePerson(engine: Engine, person: SamplePerson): Promise<number> {
  const { userId } = person;
  const principal = { userId };
  const admitted = await engine.admit(principal, { app: kansoApp.name, name: "~" }, "write");
  const changes = changesOf(person);
  const records: RecordKey[] = changes.map(({ collection, id }) => ({ collection, id }));
  await engine.write(admitted, principal, { clientId: CLIENT, records, changes: () => changes });
  return changes.length;
}

function changesOf({ settings, vacations, habits, entries }: SamplePerson): Change[] {
  const time = formatTime({ ms: Date.now(), counter: 0 }, CLIENT);
  const put = { op: "put", time, baseVersion: 0 } as const;
  return [
    { ...put, collection: "settings", id: SETTINGS_ID, fields: { ...settings } },
    ...vacations.map(({ id, habitIds, ...fields }) => ({
      ...put,
      collection: "vacations",
      id,
      fields: { ...fields, habitIds: habitIds === null ? null : [...habitIds] },
    })),
    ...habits.map((habit) => ({
      ...put,
      collection: "habits",
      id: habit.id,
      fields: habitFields(habit),
    })),
    ...entries.map((entry) => ({
      ...put,
      collection: "entries",
      id: entry.id,
      fields: entryFields(entry),
    })),
  ];
}

function habitFields({ id: _id, weekdays, pauses, ...fields }: Habit) {
  return { ...fields, weekdays: [...weekdays], pauses: pauses.map((one) => ({ ...one })) };
}

function entryFields({ id: _id, ...fields }: Entry) {
  return fields;
}

/** One hash for all: made by a server, as for anybody who registers. */
async function hashOfPassword(): Promise<string> {
  const store = createMemoryStore();
  await using server = await createServer({
    store,
    apps: [],
    accounts: {},
    auth: { secret: "a secret that signs nothing, 32 bytes or more" },
    port: 0,
    logLevel: "silent",
  });
  await server.listen();
  const email = "somebody@example.org";
  const answer = await fetch(`${server.url}/accounts/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  const account = await store.accounts.byEmail(email);
  if (account === undefined) throw new Error(`Nobody could register: ${answer.status}.`);
  return account.secret;
}
