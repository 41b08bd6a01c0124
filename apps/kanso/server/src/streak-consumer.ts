// The streak worker: follows what people write, keeps their streaks beside their habits, and looks again at their midnights.

import { parseSpace } from "@syncline/core";
import { type Calendar, startOfDayMs } from "@syncline/kanso-domain";
import {
  type ConsumerBatch,
  type ConsumerContext,
  type ConsumerDefinition,
  defineConsumer,
  type Principal,
  type ServerWrite,
} from "@syncline/server";
import { kansoApp } from "./app.ts";
import type { Person } from "./person.ts";
import { isLive } from "./rows.ts";
import { STREAKS, sameStreak, streakFields } from "./stored-streak.ts";
import { createViews, type Views } from "./views.ts";

export interface StreakConsumerOptions {
  /** What is known of people between requests; its own where left out. To be shared with the REST interface. */
  readonly views?: Views;
  /** For how long a server that was killed holds its people's streaks up, in milliseconds; 10,000 where left out. */
  readonly leaseMs?: number;
}

const WORKER: Principal = { userId: "server", operator: true };
/** How often it reads again because somebody wrote while it computed; after that it waits, and is given it anew. */
const MAX_TRIES = 8;
/** However a zone is made: an alarm does not go off at once. */
const SOON_MS = 1_000;
/** Spaces at once: their commits share a transaction. */
const PARALLEL = 16;
const BATCH = 1_000;
const LEASE_MS = 10_000;

/**
 * Makes the worker, for `createServer({ consumers: [streakConsumer({ views })] })`. Each streak is a record of its own in
 * the collection `streaks`, under its habit's id: no version guards it, and only the server writes it.
 */
export function streakConsumer({
  views = createViews(),
  leaseMs = LEASE_MS,
}: StreakConsumerOptions = {}): ConsumerDefinition {
  return defineConsumer({
    name: "kanso-streaks",
    apps: [kansoApp.name],
    collections: ["habits", "entries", "vacations", "settings"],
    startAt: "beginning",
    batch: BATCH,
    parallel: PARALLEL,
    leaseMs,
    now: views.now,
    handle: (batch, context) => settle(batch, context, views),
  });
}

/** Whatever changed: the streaks of a person become what they are now. Doing it twice changes nothing. */
async function settle(
  { space }: ConsumerBatch,
  { engine, signal, write, wakeAt }: ConsumerContext,
  views: Views,
): Promise<void> {
  const address = parseSpace(space);
  if (!address.name.startsWith("~")) return; // habits are somebody's own
  const admitted = await engine.admit(WORKER, address, "read");
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const person = await views.people.of(engine, admitted);
    // All of one moment: whatever is written, and whichever midnight passes meanwhile.
    const { stamp } = person;
    const today = person.calendar(undefined);
    const changes = changesOf(person, today);
    const midnight = nextMidnight(person, today);
    if (changes.length === 0 || (await write(changes, stamp))) {
      wakeAt(midnight === null ? null : Math.max(views.now() + SOON_MS, midnight));
      return;
    }
    signal.throwIfAborted();
  }
  throw new Error("Somebody writes all the time: the streaks wait.");
}

function changesOf({ rows, streak }: Person, today: Calendar): ServerWrite[] {
  const changes: ServerWrite[] = [];
  for (const row of rows.habits.values()) {
    if (!isLive(row)) continue;
    const now = streak(row, today);
    if (!sameStreak(rows.streaks.get(row.id), now))
      changes.push({ collection: STREAKS, id: row.id, fields: streakFields(now) });
  }
  for (const id of rows.streaks.keys())
    if (!isLive(rows.habits.get(id))) changes.push({ collection: STREAKS, id, fields: null });
  return changes;
}

/**
 * The midnight that begins a day with other streaks, if nobody writes until then; null where none will. Who keeps his habits
 * writes before it comes, and who has given up has no streak to lose: few are looked at again at midnight.
 */
function nextMidnight({ rows, streakChange }: Person, today: Calendar): number | null {
  let first: number | null = null;
  for (const row of rows.habits.values()) {
    const day = isLive(row) ? streakChange(row, today) : null;
    if (day !== null) first = Math.min(first ?? day, day);
  }
  return first === null ? null : startOfDayMs(first, today.zone, today.dayStartHour);
}
