// A person's records as a request sees and writes them.

import {
  type Change,
  formatTime,
  type RecordKey,
  type RecordState,
  recordKeyToText,
} from "@syncline/core";
import type { Entry, Habit } from "@syncline/kanso-domain";
import type { Engine, Principal } from "@syncline/server";
import { kansoApp } from "./app.ts";
import { createNote, type Once } from "./once.ts";
import type { Person } from "./person.ts";
import { entryRow, habitRow, type Row } from "./rows.ts";

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

export interface PersonalView
  extends Pick<Person, "rows" | "stamp" | "calendar" | "log" | "streak"> {
  /**
   * @param once a request that is done only once: sent again, it changes nothing
   * @returns the habit as it is then; for a request that was done before, the one that it was about
   * @throws {Refusal} 422 where the request's name is that of another
   */
  editHabit(id: string, edit: Edit<Habit>, once?: Once): Promise<Row<Habit>>;
  editEntry(id: string, edit: Edit<Entry>, once?: Once): Promise<Row<Entry>>;
}

/** A person's own space, whatever his name. */
export const OWN_SPACE = { app: kansoApp.name, name: "~" } as const;
/** The client that REST writes as: it numbers nothing, has one row in each space, and is no name for a device. */
const CLIENT = "kanso:rest";

interface Writing<Value> {
  readonly edit: Edit<Value>;
  readonly once: Once | undefined;
  toRow(record: RecordState): Row<Value>;
  toFields(value: Value): NonNullable<Change["fields"]>;
}

/** @param person up to date */
export function createPersonalView(
  person: Person,
  principal: Principal,
  { engine, now }: ViewEnvironment,
): PersonalView {
  async function write<Value extends { readonly id: string }>(
    collection: "habits" | "entries",
    id: string,
    { edit, once, toRow, toFields }: Writing<Value>,
  ): Promise<Row<Value>> {
    const key = { collection, id };
    const name = recordKeyToText(key);
    const time = formatTime({ ms: now(), counter: 0 }, CLIENT);
    const noted =
      once && createNote(once, { about: id, nowMs: now(), time, known: person.rows.requests });
    let refused: { readonly thrown: unknown } | undefined;
    function changes(records: ReadonlyMap<string, RecordState>): readonly Change[] {
      const record = records.get(name);
      const row = record && toRow(record);
      const change = { ...key, time, baseVersion: record?.version ?? 0 };
      try {
        if (noted?.wasDone(records) === true) return [];
        const value = edit(row);
        const isAsItWas = value !== null && value === row?.value && row.deletedMs === null;
        const written: Change[] =
          value === null
            ? [{ ...change, op: "delete" }]
            : isAsItWas
              ? []
              : [{ ...change, op: "put", fields: toFields(value) }];
        return [...written, ...(noted?.changes(records) ?? [])];
      } catch (thrown) {
        refused = { thrown };
        return [];
      }
    }
    const admitted = await engine.admit(principal, OWN_SPACE, "write");
    const records = [key, ...(noted?.records ?? [])];
    const request = { clientId: CLIENT, records, changes };
    const { after } = await engine.write(admitted, principal, request);
    if (refused !== undefined) throw refused.thrown;
    // The answer tells of streaks, too: they are computed with what was just written.
    await person.refresh(engine, admitted);
    const about = noted?.about() ?? id;
    const record = about === id ? after.get(name) : await read({ collection, id: about });
    if (record === undefined) throw new Error("a record is gone that was written");
    return toRow(record);
  }

  /** A record as it is stored. */
  async function read(key: RecordKey): Promise<RecordState | undefined> {
    const admitted = await engine.admit(principal, OWN_SPACE, "write");
    const request = { clientId: CLIENT, records: [key], changes: () => [] };
    const { after } = await engine.write(admitted, principal, request);
    return after.get(recordKeyToText(key));
  }

  return {
    get rows() {
      return person.rows;
    },
    get stamp() {
      return person.stamp;
    },
    calendar: person.calendar,
    log: person.log,
    streak: person.streak,
    editHabit: (id, edit, once) =>
      write("habits", id, { edit, once, toRow: habitRow, toFields: habitFields }),
    editEntry: (id, edit, once) =>
      write("entries", id, { edit, once, toRow: entryRow, toFields: entryFields }),
  };
}

/** What of a habit is stored beside its id. */
export function habitFields({ id: _id, weekdays, pauses, ...fields }: Habit) {
  return { ...fields, weekdays: [...weekdays], pauses: pauses.map((one) => ({ ...one })) };
}

export function entryFields({ id: _id, ...fields }: Entry) {
  return fields;
}
