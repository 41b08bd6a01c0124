// A person's records as a request sees and writes them.

import { type Change, formatTime, type RecordState, recordKeyToText } from "@syncline/core";
import type { Entry, Habit } from "@syncline/kanso-domain";
import type { Engine, Principal } from "@syncline/server";
import { kansoApp } from "./app.ts";
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
  /** @returns the habit as it is then */
  editHabit(id: string, edit: Edit<Habit>): Promise<Row<Habit>>;
  editEntry(id: string, edit: Edit<Entry>): Promise<Row<Entry>>;
}

/** A person's own space, whatever his name. */
export const OWN_SPACE = { app: kansoApp.name, name: "~" } as const;
/** The client that REST writes as: it numbers nothing, has one row in each space, and is no name for a device. */
const CLIENT = "kanso:rest";

/** @param person up to date */
export function createPersonalView(
  person: Person,
  principal: Principal,
  { engine, now }: ViewEnvironment,
): PersonalView {
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
  ): Promise<Row<Value>> {
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
    const admitted = await engine.admit(principal, OWN_SPACE, "write");
    const request = { clientId: CLIENT, records: [key], changes };
    const { after } = await engine.write(admitted, principal, request);
    if (refused !== undefined) throw refused.thrown;
    // The answer tells of streaks, too: they are computed with what was just written.
    await person.refresh(engine, admitted);
    const record = after.get(name);
    if (record === undefined) throw new Error("a record is gone that was just written");
    return toRow(record);
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
    editHabit: (id, edit) => write("habits", id, { edit, toRow: habitRow, toFields: habitFields }),
    editEntry: (id, edit) => write("entries", id, { edit, toRow: entryRow, toFields: entryFields }),
  };
}

function habitFields({ id: _id, weekdays, pauses, ...fields }: Habit) {
  return { ...fields, weekdays: [...weekdays], pauses: pauses.map((one) => ({ ...one })) };
}

function entryFields({ id: _id, ...fields }: Entry) {
  return fields;
}
