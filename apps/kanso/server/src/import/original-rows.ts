// A row of the original's tables as the record that it becomes here, or why it can be none.

import { isId } from "@syncline/core";
import { DomainError, deriveFrequency, readEntry, readHabit } from "@syncline/kanso-domain";
import type { ImportedRow, ImportProblem } from "@syncline/server";
import { entryFields, habitFields } from "../personal-view.ts";

export interface OriginalRow {
  readonly collection: "habits" | "entries";
  readonly id: string;
  readonly version: number;
  /** Microseconds since 1970. */
  readonly updatedAt: string;
  /** Milliseconds since 1970. */
  readonly deletedAt: string | null;
  readonly columns: { readonly [name: string]: unknown };
}

export function toImported(row: OriginalRow): ImportedRow | ImportProblem {
  const { collection, id, version, updatedAt, deletedAt } = row;
  const named = (why: string) => ({ problem: `${collection} ${id}: ${why}` });
  if (!isId(id)) return named("its id is none here: 1–128 characters of A-Z a-z 0-9 _ . : -");
  if (!Number.isSafeInteger(version) || version < 1) return named(`it has the version ${version}`);
  try {
    return {
      collection,
      id,
      version,
      updatedAt: Number(updatedAt),
      deletedAtMs: deletedAt === null ? null : Number(deletedAt),
      fields: collection === "habits" ? habitOf(row) : entryOf(row),
    };
  } catch (thrown) {
    if (thrown instanceof DomainError) return named(thrown.message);
    throw thrown;
  }
}

function habitOf({ id, columns }: OriginalRow) {
  const { weekdays: given, frequencyType, interval } = columns;
  const weekdays = Array.isArray(given) ? given : [];
  const every = typeof interval === "number" && interval > 0 ? interval : 1;
  // A frequency that contradicts the weekdays is what the original's own next edit would have made of it.
  const isAtOdds = weekdays.length > 0 !== (frequencyType === "specific_days");
  return habitFields(
    readHabit(id, {
      ...columns,
      weekdays,
      interval: every,
      frequencyType: isAtOdds ? deriveFrequency(weekdays, every) : frequencyType,
    }),
  );
}

/** The original keeps no calendar day: it is counted on the day that it is where the reader is. */
function entryOf({ id, columns }: OriginalRow) {
  return entryFields(readEntry(id, { ...columns, day: null, zone: null, kind: "log" }));
}
