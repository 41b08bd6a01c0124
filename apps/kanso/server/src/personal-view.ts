// One person's records, kept at hand and brought up to date before each answer; and how they are written.

import {
  type Change,
  formatTime,
  type RecordKey,
  type RecordState,
  recordKeyToText,
} from "@syncline/core";
import {
  type Calendar,
  createCalendar,
  type Entry,
  type Habit,
  type HabitLog,
  logsOf,
  type Streak,
  streakOf,
} from "@syncline/kanso-domain";
import type { Engine, Principal } from "@syncline/server";
import { kansoApp } from "./app.ts";
import { createKept } from "./kept.ts";
import { KEPT_MS, type Once, readDone, reused } from "./once.ts";
import {
  applyRecord,
  entryRow,
  habitRow,
  type LiveRow,
  noRows,
  type Row,
  type Rows,
} from "./rows.ts";

export interface ViewEnvironment {
  readonly engine: Engine;
  now(): number;
}

/**
 * Says what becomes of a record: its new value, null to delete it, or the value that it has to leave it alone.
 * Called with the space locked, so that nobody comes between; what it throws is thrown to the caller, and nothing
 * is written.
 * @param row what is there; a deleted one too
 */
export type Edit<Value> = (row: Row<Value> | undefined) => Value | null;

export interface PersonalView {
  readonly rows: Rows;
  /** The last stamp that was read. */
  readonly stamp: number;
  /** How much is kept. */
  readonly size: number;
  /** Reads what was committed since, by whomever. */
  refresh(): Promise<void>;
  /**
   * @param once a request that is done only once: sent again, it changes nothing
   * @returns the habit as it is then; for a request that was done before, the one that it was about
   * @throws {Refusal} 422 where the request's name is that of another
   */
  editHabit(id: string, edit: Edit<Habit>, once?: Once): Promise<Row<Habit>>;
  editEntry(id: string, edit: Edit<Entry>, once?: Once): Promise<Row<Entry>>;
  /** The calendar of a zone as the person has set it, at this moment. */
  calendar(zone: string | undefined): Calendar;
  /** What was done for a habit, by the days of a calendar. */
  log(habitId: string, calendar: Calendar): HabitLog;
  streak(row: LiveRow<Habit>, calendar: Calendar): Streak;
}

const SPACE = { app: kansoApp.name, name: "~" } as const;
/** The client that REST writes as: it numbers nothing, has one row in each space, and is no name for a device. */
const CLIENT = "kanso:rest";
const REQUESTS = "requests";
/** How many that are too old go with one write. */
const MAX_OLD = 10;
const PAGE = { limit: 2_000, maxBytes: 2 * 1024 * 1024 } as const;

interface Writing<Value> {
  readonly edit: Edit<Value>;
  readonly once: Once | undefined;
  toRow(record: RecordState): Row<Value>;
  toFields(value: Value): NonNullable<Change["fields"]>;
}

export function createPersonalView(
  principal: Principal,
  { engine, now }: ViewEnvironment,
): PersonalView {
  let rows = noRows();
  let stamp = 0;
  const logs = createKept<HabitLog>();
  const streaks = createKept<Streak>();

  async function refresh(): Promise<void> {
    const admitted = await engine.admit(principal, SPACE, "read");
    for (let more = true; more; ) {
      const page = await engine.records(admitted, { ...PAGE, after: stamp });
      if (page.head < stamp) {
        // The server was taken back to an older state.
        forget();
        continue;
      }
      for (const record of page.records) applyRecord(rows, record);
      ({ stamp, more } = page);
    }
  }

  function forget(): void {
    rows = noRows();
    stamp = 0;
    logs.clear();
    streaks.clear();
  }

  /** @returns the id of the record that the request was about, this time or when it was sent first */
  async function write<Value extends { readonly id: string }>(
    collection: "habits" | "entries",
    id: string,
    { edit, toRow, toFields, once }: Writing<Value>,
  ): Promise<string> {
    const key = { collection, id };
    const request = once && { collection: REQUESTS, id: once.id };
    const old = once === undefined ? [] : oldRequests();
    const time = formatTime({ ms: now(), counter: 0 }, CLIENT);
    let refused: { readonly thrown: unknown } | undefined;
    let about = id;
    function changes(records: ReadonlyMap<string, RecordState>): readonly Change[] {
      const versionOf = (one: RecordKey) => records.get(recordKeyToText(one))?.version ?? 0;
      const earlier = request && records.get(recordKeyToText(request));
      const done = earlier?.deleted === false ? readDone(earlier.fields) : undefined;
      if (done !== undefined) {
        if (done.fingerprint === once?.fingerprint) about = done.record;
        else refused = { thrown: reused() };
        return [];
      }
      const record = records.get(recordKeyToText(key));
      const row = record && toRow(record);
      try {
        const value = edit(row);
        const change = { ...key, time, baseVersion: record?.version ?? 0 };
        const written: Change[] =
          value === null
            ? [{ ...change, op: "delete" }]
            : value === row?.value && row.deletedMs === null
              ? []
              : [{ ...change, op: "put", fields: toFields(value) }];
        if (once === undefined || request === undefined) return written;
        const fields = { fingerprint: once.fingerprint, record: id, atMs: now() };
        return [
          ...written,
          { ...request, op: "put", time, baseVersion: versionOf(request), fields },
          ...old.map(
            (one): Change => ({ ...one, op: "delete", time, baseVersion: versionOf(one) }),
          ),
        ];
      } catch (thrown) {
        refused = { thrown };
        return [];
      }
    }
    const admitted = await engine.admit(principal, SPACE, "write");
    const records = [key, ...(request === undefined ? [] : [request, ...old])];
    await engine.write(admitted, principal, { clientId: CLIENT, records, changes });
    if (refused !== undefined) throw refused.thrown;
    await refresh();
    return about;
  }

  /** Some of those that nobody sends again. */
  function oldRequests(): RecordKey[] {
    const old: RecordKey[] = [];
    for (const [id, atMs] of rows.requests) {
      if (old.length === MAX_OLD) break;
      if (now() - atMs > KEPT_MS) old.push({ collection: REQUESTS, id });
    }
    return old;
  }

  let queue: Promise<unknown> = Promise.resolve();
  /** One after the other: what was read is applied once. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = queue.then(work);
    queue = done.catch(() => undefined); // whoever waits for it is told
    return done;
  }

  /** It was there when it was written; whoever removed the account since has taken it, too. */
  function mustBe<Value>(row: Row<Value> | undefined): Row<Value> {
    if (row === undefined) throw new Error("a record is gone that was just written");
    return row;
  }

  const view: PersonalView = {
    get rows() {
      return rows;
    },
    get stamp() {
      return stamp;
    },
    get size() {
      return rows.habits.size + rows.entries.size + rows.vacations.size + rows.requests.size;
    },
    refresh: () => inTurn(refresh),
    editHabit: (id, edit, once) =>
      inTurn(async () => {
        const writing = { edit, toRow: habitRow, toFields: habitFields, once };
        return mustBe(rows.habits.get(await write("habits", id, writing)));
      }),
    editEntry: (id, edit, once) =>
      inTurn(async () => {
        const writing = { edit, toRow: entryRow, toFields: entryFields, once };
        return mustBe(rows.entries.get(await write("entries", id, writing)));
      }),
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
    streak({ id, stamp: changed, value }, calendar) {
      const { zone, dayStartHour, today } = calendar;
      const { revision, touched } = rows;
      const state = `${zone} ${dayStartHour} ${today} ${revision} ${changed} ${touched.get(id)}`;
      return streaks.get(id, state, () => streakOf(value, view.log(id, calendar), calendar));
    },
  };
  return view;
}

function habitFields({ id: _id, weekdays, pauses, ...fields }: Habit) {
  return { ...fields, weekdays: [...weekdays], pauses: pauses.map((one) => ({ ...one })) };
}

function entryFields({ id: _id, ...fields }: Entry) {
  return fields;
}
