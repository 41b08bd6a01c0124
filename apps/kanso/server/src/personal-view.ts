// One person's records, kept at hand and brought up to date with a delta before each answer; and how they are written.

import {
  type Change,
  formatCursor,
  formatTime,
  isSynclineError,
  parseCursor,
  SynclineError,
  type WireChange,
  type WireRecord,
} from "@syncline/core";
import {
  type Calendar,
  createCalendar,
  type Habit,
  type HabitLog,
  logsOf,
  readEntry,
  readHabit,
  type Streak,
  streakOf,
} from "@syncline/kanso-domain";
import type { Engine, Principal } from "@syncline/server";
import { kansoApp } from "./app.ts";
import { createKept } from "./kept.ts";
import { refusal } from "./refusal.ts";
import { applyChange, type LiveRow, noRows, type Row, type Rows } from "./rows.ts";

export interface ViewEnvironment {
  readonly engine: Engine;
  now(): number;
  /** As whom this process writes; of no other one. */
  readonly writer: string;
}

/** What came of a write. */
export type Written =
  | { readonly type: "written" }
  /** Somebody was faster; null: it is not there any more. */
  | { readonly type: "conflict"; readonly current: WireRecord | null };

export interface PersonalView {
  readonly rows: Rows;
  /** The last stamp that was read. */
  readonly stamp: number;
  /** How much is kept. */
  readonly size: number;
  /** Reads what was committed since, by whomever. */
  refresh(): Promise<void>;
  /** Writes one record, and reads it back. */
  write(change: Omit<Change, "time">): Promise<Written>;
  /** The calendar of a zone as the person has set it, at this moment. */
  calendar(zone: string | undefined): Calendar;
  /** What was done for a habit, by the days of a calendar. */
  log(habitId: string, calendar: Calendar): HabitLog;
  streak(row: LiveRow<Habit>, calendar: Calendar): Streak;
  /** What a deleted record was: asked for where it was deleted before anybody looked. */
  formerHabits(rows: readonly Row<Habit>[]): Promise<void>;
  formerEntries(rows: readonly Row<unknown>[]): Promise<void>;
}

const SPACE = { app: kansoApp.name, name: "~" } as const;
const MAX_ATTEMPTS = 3;

export function createPersonalView(
  principal: Principal,
  { engine, now, writer }: ViewEnvironment,
): PersonalView {
  let rows = noRows();
  let cursor: string | null = null;
  let lastMutation = 0;
  let generation = 0;
  const logs = createKept<HabitLog>();
  const streaks = createKept<Streak>();
  const clientId = () => (generation === 0 ? writer : `${writer}-${generation}`);

  async function read(): Promise<void> {
    if (cursor === null) await begin();
    for (let more = true; more; ) {
      const delta = await engine.pull(principal, SPACE, { cursor, clientId: clientId() });
      const changes = JSON.parse(`[${delta.changes}]`) as WireChange[]; // the engine's own text
      for (const change of changes) applyChange(rows, change);
      ({ cursor, more, lastMutation } = delta);
    }
  }

  /** From the first stamp on, so that deleted records come too; where their time was cut off, without them. */
  async function begin(): Promise<void> {
    rows = noRows();
    logs.clear();
    streaks.clear();
    const { cursor: any } = await engine.pull(principal, SPACE, { cursor: null, limit: 1 });
    const { epoch, scope } = parseCursor(any);
    const first = formatCursor({ epoch, scope, stamp: 0 });
    try {
      await engine.pull(principal, SPACE, { cursor: first, limit: 1 });
      cursor = first;
    } catch (thrown) {
      if (!isSynclineError(thrown, "reset")) throw thrown;
    }
  }

  async function refresh(): Promise<void> {
    try {
      await read();
    } catch (thrown) {
      if (!isSynclineError(thrown, "reset") && !isSynclineError(thrown, "not_found")) throw thrown;
      cursor = null; // another history, or one that was shortened
      await read();
    }
  }

  async function push(change: Omit<Change, "time">): Promise<Written> {
    const time = formatTime({ ms: now(), counter: 0 }, clientId());
    const { results, stopped } = await engine.sync(principal, SPACE, {
      clientId: clientId(),
      now: time,
      cursor,
      policies: { habits: "versioned", entries: "versioned" },
      mutations: [{ id: lastMutation + 1, seen: null, changes: [{ ...change, time }] }],
      pull: { limit: 1 },
    });
    const [result] = results;
    switch (result?.status) {
      case "applied":
        return { type: "written" };
      case "conflict":
        return { type: "conflict", current: result.conflicts[0]?.current ?? null };
      case "rejected":
        if (result.error.code === "gap") throw new SynclineError("client_forked");
        if (result.error.code === "not_found") return { type: "conflict", current: null };
        throw refusal(400, result.error.message);
      default:
        throw new SynclineError("unavailable", stopped?.message);
    }
  }

  async function write(change: Omit<Change, "time">): Promise<Written> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const written = await push(change);
        await refresh();
        return written;
      } catch (thrown) {
        // The server was taken back to an older state, or forgot us: we are somebody new.
        const forked = isSynclineError(thrown, "client_forked");
        const reset = isSynclineError(thrown, "reset");
        if (attempt === MAX_ATTEMPTS || !(forked || reset)) throw thrown;
        if (forked) generation += 1;
        if (reset) cursor = null;
        await refresh();
      }
    }
  }

  let queue: Promise<unknown> = Promise.resolve();
  /** One after the other: mutations are numbered, and a delta is applied once. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = queue.then(work);
    queue = done.catch(() => undefined); // whoever waits for it is told
    return done;
  }

  async function recall<Value>(
    collection: "habits" | "entries",
    deleted: readonly Row<unknown>[],
    { known, value }: { known: Map<string, Row<Value>>; value(id: string, fields: unknown): Value },
  ): Promise<void> {
    for (const row of deleted) {
      if (row.value !== undefined || row.deletedMs === null) continue;
      const { record } = await engine.explain(principal, SPACE, { collection, id: row.id });
      const current = known.get(row.id);
      if (record === null || current === undefined) continue;
      known.set(row.id, { ...current, value: value(row.id, record.fields) });
    }
  }

  const view: PersonalView = {
    get rows() {
      return rows;
    },
    get stamp() {
      return cursor === null ? 0 : parseCursor(cursor).stamp;
    },
    get size() {
      return rows.habits.size + rows.entries.size + rows.vacations.size;
    },
    refresh: () => inTurn(refresh),
    write: (change) => inTurn(() => write(change)),
    calendar(zone) {
      const { settings } = rows;
      return createCalendar({
        ...settings,
        zone: zone ?? settings.zone ?? "UTC",
        nowMs: now(),
        vacations: [...rows.vacations.values()],
      });
    },
    log: (habitId, { zone, dayStartHour }) =>
      logs.get(habitId, `${zone} ${dayStartHour} ${rows.touched.get(habitId)}`, () => {
        const entries = rows.entriesOf.get(habitId)?.values() ?? [];
        return logsOf(entries, { zone, dayStartHour }).get(habitId) ?? new Map();
      }),
    streak({ id, stamp, value }, calendar) {
      const { zone, dayStartHour, today } = calendar;
      const { revision, touched } = rows;
      const state = `${zone} ${dayStartHour} ${today} ${revision} ${stamp} ${touched.get(id)}`;
      return streaks.get(id, state, () => streakOf(value, view.log(id, calendar), calendar));
    },
    formerHabits: (deleted) => recall("habits", deleted, { known: rows.habits, value: readHabit }),
    formerEntries: (deleted) =>
      recall("entries", deleted, { known: rows.entries, value: readEntry }),
  };
  return view;
}
