// Fills a store with people, their habits and a year of entries: what an engine makes of them, and keeps of them in the end.

import { type Change, formatTime } from "@syncline/core";
import type { Entry, Habit } from "@syncline/kanso-domain";
import { kansoApp, SETTINGS_ID } from "@syncline/kanso-server";
import {
  createEngine,
  createMemoryBus,
  createMemoryStore,
  createServer,
  type Engine,
  type EngineEnvironment,
  type Store,
  systemEngineEnvironment,
} from "@syncline/server";
import { type PersonOptions, type SamplePerson, samplePerson, userIdOf } from "./sample-person.ts";
import { withoutHistory } from "./without-history.ts";

export interface FillOptions extends PersonOptions {
  readonly users: number;
  /**
   * `kept`: how everything came about. `compacted`, and where left out: none of it, as on a server whose retention has
   * passed since; half the bytes.
   */
  readonly history?: "kept" | "compacted";
  /** The system's clock and randomness where left out. */
  readonly environment?: EngineEnvironment;
  /** Told after each person. */
  progress?(done: { readonly people: number; readonly records: number }): void;
}

/** The password of everybody. */
export const PASSWORD = "orange-kite-42";
const CLIENT = "fill";
/** People whose records wait for their commit together: their commits share a transaction. */
const TOGETHER = 8;

interface Filling {
  readonly store: Store;
  readonly engine: Engine;
  readonly environment: EngineEnvironment;
  readonly history: "kept" | "compacted";
}

/** @returns how many records were written */
export async function fillStore(store: Store, options: FillOptions): Promise<number> {
  const { users, seed, history = "compacted", environment = systemEngineEnvironment() } = options;
  const engine = createEngine({
    store: history === "kept" ? store : withoutHistory(store),
    bus: createMemoryBus(),
    apps: [kansoApp],
    openApps: false,
    environment,
  });
  const filling = { store, engine, environment, history };
  const secret = await hashOfPassword();
  // In the order of the database: what is written goes behind everything that is there, and pages are full.
  const numbers = Array.from({ length: users }, (_, number) => number)
    .map((number) => ({ number, userId: userIdOf(number, seed) }))
    .sort((one, other) => (one.userId < other.userId ? -1 : 1))
    .map(({ number }) => number);
  let records = 0;
  for (let index = 0; index < users; index += TOGETHER) {
    const some = numbers.slice(index, index + TOGETHER);
    const written = await Promise.all(
      some.map(async (number) => {
        const userId = userIdOf(number, seed);
        // Who was made and not finished, when a run was stopped, is finished by the next: the account comes last.
        if ((await store.accounts.byUser(userId)) !== undefined) return 0;
        const person = samplePerson(number, options);
        const count = await writePerson(person, filling);
        const { email } = person;
        await store.accounts.create({
          userId,
          email,
          secret,
          createdAtMs: environment.now(),
          verifiedAtMs: 0,
        });
        return count;
      }),
    );
    records += written.reduce((sum, count) => sum + count, 0);
    options.progress?.({ people: index + some.length, records });
  }
  await engine.drain();
  return records;
}

/** All of a person in one commit: whose space has any record has every one, and is only finished. */
async function writePerson(person: SamplePerson, filling: Filling): Promise<number> {
  const { store, engine, environment, history } = filling;
  const principal = { userId: person.userId };
  const admitted = await engine.admit(principal, { app: kansoApp.name, name: "~" }, "write");
  const { space } = admitted;
  const changes = changesOf(person, environment.now());
  const written = ((await store.head(space))?.stamp ?? 0) > 0;
  // Nothing of it is there: no record needs to be looked for.
  const request = { clientId: CLIENT, records: [], changes: () => changes };
  if (!written) await engine.write(admitted, principal, request);
  if (history === "compacted") await store.compact(space, Number.MAX_SAFE_INTEGER);
  return changes.length;
}

function changesOf(
  { settings, vacations, habits, entries }: SamplePerson,
  nowMs: number,
): Change[] {
  const time = formatTime({ ms: nowMs, counter: 0 }, CLIENT);
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
    // On a machine that has much to do it takes its time.
    httpLimits: { lagMs: 60_000 },
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
