// One person's records, kept at hand and brought up to date before each answer; and how they are written.

import { type Change, formatTime, type RecordState, recordKeyToText } from "@syncline/core";
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
  /** @returns the habit as it is then */
  editHabit(id: string, edit: Edit<Habit>): Promise<Row<Habit>>;
  editEntry(id: string, edit: Edit<Entry>): Promise<Row<Entry>>;
  /** The calendar of a zone as the person has set it, at this moment. */
  calendar(zone: string | undefined): Calendar;
  /** What was done for a habit, by the days of a calendar. */
  log(habitId: string, calendar: Calendar): HabitLog;
  streak(row: LiveRow<Habit>, calendar: Calendar): Streak;
}

const SPACE = { app: kansoApp.name, name: "~" } as const;
/** The client that REST writes as: it numbers nothing, has one row in each space, and is no name for a device. */
const CLIENT = "kanso:rest";
const PAGE = { limit: 2_000, maxBytes: 2 * 1024 * 1024 } as const;

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

  async function write<Value extends { readonly id: string }>(
    collection: "habits" | "entries",
    id: string,
    {
      edit,
      toRow,
      toFields,
    }: {
      readonly edit: Edit<Value>;
      toRow(record: RecordState): Row<Value>;
      toFields(value: Value): NonNullable<Change["fields"]>;
    },
  ): Promise<void> {
    const key = { collection, id };
    const name = recordKeyToText(key);
    let refused: { readonly thrown: unknown } | undefined;
    function changes(records: ReadonlyMap<string, RecordState>): readonly Change[] {
      const record = records.get(name);
      const row = record && toRow(record);
      const time = formatTime({ ms: now(), counter: 0 }, CLIENT);
      const change = { ...key, time, baseVersion: record?.version ?? 0 };
      try {
        const value = edit(row);
        if (value === null) return [{ ...change, op: "delete" }];
        if (value === row?.value && row.deletedMs === null) return [];
        return [{ ...change, op: "put", fields: toFields(value) }];
      } catch (thrown) {
        refused = { thrown };
        return [];
      }
    }
    const admitted = await engine.admit(principal, SPACE, "write");
    await engine.write(admitted, principal, { clientId: CLIENT, records: [key], changes });
    if (refused !== undefined) throw refused.thrown;
    await refresh();
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
      return rows.habits.size + rows.entries.size + rows.vacations.size;
    },
    refresh: () => inTurn(refresh),
    editHabit: (id, edit) =>
      inTurn(async () => {
        await write("habits", id, { edit, toRow: habitRow, toFields: habitFields });
        return mustBe(rows.habits.get(id));
      }),
    editEntry: (id, edit) =>
      inTurn(async () => {
        await write("entries", id, { edit, toRow: entryRow, toFields: entryFields });
        return mustBe(rows.entries.get(id));
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
