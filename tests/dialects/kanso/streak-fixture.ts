// Kanso with its streak worker, by a clock that the test turns, and what the worker has stored.

import { formatTime } from "@syncline/core";
import { type Entry, startOfDayMs } from "@syncline/kanso-domain";
import { createKanso, createViews, streakConsumer } from "@syncline/kanso-server";
import type { Store } from "@syncline/server";
import { expect } from "vitest";
import { type Kanso, type Person, startKanso } from "./fixture.ts";

export const NOON = Date.parse("2026-03-10T12:00:00Z");
export const DAY_MS = 86_400_000;
export const CONSUMER = "kanso-streaks";
/** Nobody waits for longer than needed for an alarm, or for what another server left. */
export const POLL_MS = 100;

/** Tokens stay good when a server takes the place of another. */
const auth = { secret: "a secret of several servers, 32 bytes or more" };

export interface Clock {
  ms: number;
}

/** A server with the worker; two on one store are two nodes. */
export function startWithWorker(store: Store, clock: Clock): Promise<Kanso> {
  const views = createViews({ now: () => clock.ms });
  return startKanso(store, {
    auth,
    dialects: [createKanso({ views })],
    consumers: [streakConsumer({ views })],
    consumersPollMs: POLL_MS,
  });
}

/** A server on which no background work is done. */
export function startWithoutWorker(store: Store): Promise<Kanso> {
  return startKanso(store, { auth });
}

export const spaceOf = (userId: string) => `kanso/~${userId}`;

/** The stored streak of a habit: what is current and what was the longest; undefined where there is none. */
export async function storedStreak(
  store: Store,
  userId: string,
  habitId: string,
): Promise<readonly [number, number] | undefined> {
  const record = await store.record(spaceOf(userId), { collection: "streaks", id: habitId });
  if (record === undefined || record.deleted) return undefined;
  return [Number(record.fields["current"]), Number(record.fields["longest"])];
}

/** Waits until the worker has nothing to do any more. */
export async function settled(store: Store): Promise<void> {
  await expect
    .poll(() => store.consumers.progress(), { interval: 20 })
    .toMatchObject([{ consumer: CONSUMER, behind: 0, deadLetters: 0 }]);
}

export async function makeHabit(person: Person, fields: object = {}): Promise<string> {
  const made = await person.call("POST", "/habits", { title: "Read", ...fields });
  expect(made.status).toBe(201);
  return String(made.body.id);
}

/** An entry of the day so many days before now, at noon in UTC. */
export async function done(
  person: Person,
  habitId: string,
  { ms }: Clock,
  daysAgo: number,
): Promise<void> {
  const at = new Date(ms - daysAgo * DAY_MS).toISOString();
  const body = { habit_id: habitId, completion_date: at, value: 1 };
  expect((await person.call("POST", "/entries", body)).status).toBe(201);
}

/** Entries of one habit, as a device sends them: of the days before `until`, one each. */
export function entriesOf(
  habitId: string,
  days: number,
  untilMs: number,
): { readonly id: string; readonly fields: Omit<Entry, "id"> }[] {
  return Array.from({ length: days }, (_, ago) => {
    const day = new Date(untilMs - ago * DAY_MS).toISOString().slice(0, 10);
    const at = new Date(startOfDayMs(Math.floor(untilMs / DAY_MS) - ago, "UTC")).toISOString();
    const moment = at.replace(".000Z", "Z");
    return {
      id: `${habitId}:${day}`,
      fields: {
        habitId,
        at: moment,
        day,
        zone: "UTC",
        kind: "log",
        value: 1,
        notes: "",
        createdAt: moment,
      },
    };
  });
}

/** Pushes as a device does. @returns the statuses of the mutations */
export async function push(
  kanso: Kanso,
  person: Person,
  device: { readonly clientId: string; readonly mutation: number },
  records: readonly {
    readonly collection?: string;
    readonly id: string;
    readonly fields: object;
  }[],
): Promise<readonly { readonly status: string; readonly error?: { readonly message: string } }[]> {
  const time = formatTime({ ms: Date.now(), counter: 0 }, device.clientId);
  const answer = await kanso.call(
    "POST",
    "/v1/kanso/~/sync",
    {
      clientId: device.clientId,
      now: time,
      cursor: null,
      policies: { habits: "versioned", entries: "versioned" },
      mutations: [
        {
          id: device.mutation,
          seen: null,
          changes: records.map(({ collection = "entries", id, fields }) => ({
            collection,
            id,
            op: "put",
            time,
            fields,
          })),
        },
      ],
      pull: { limit: 1, collections: ["nothing"] },
    },
    { authorization: `Bearer ${person.token}`, "content-type": "application/json" },
  );
  expect(answer.status, answer.text).toBe(200);
  return answer.body.results;
}
