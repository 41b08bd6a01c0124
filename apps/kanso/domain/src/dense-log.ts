// A habit's log in few bytes: one place for each day between the first and the last, instead of an object for each.

import { groupBy } from "@syncline/core";
import type { Day } from "./day.ts";
import type { Entry } from "./entry.ts";
import type { HabitLog, LoggedDay } from "./habit-log.ts";
import { toThousandths } from "./value.ts";

/** What a log is made of: an entry whose day is known. */
export interface DayEntry extends Pick<Entry, "kind" | "value"> {
  readonly day: Day;
}

export interface DenseLog extends HabitLog {
  /** About how much memory it takes. */
  readonly bytes: number;
}

/** An entry of a year nobody lives in must not cost the place of all the years between: such logs are kept as a map. */
const MAX_EMPTY_DAYS = 4_000;
const BYTES_PER_DAY = 13;
const BYTES_PER_KEPT_DAY = 120;

/** The same as `logsOf` makes of one habit's entries, whatever their order. */
export function denseLogOf(all: readonly DayEntry[]): DenseLog {
  const entries = all.filter(({ kind }) => kind !== "note");
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { day } of entries) {
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  const days = entries.length === 0 ? 0 : last - first + 1;
  if (days > entries.length + MAX_EMPTY_DAYS) return sparseLogOf(entries);
  const thousandths = new Float64Array(days);
  const logs = new Uint32Array(days);
  const skipped = new Uint8Array(days);
  for (const { day, kind, value } of entries) {
    const place = day - first;
    if (kind === "skip") skipped[place] = 1;
    else {
      thousandths[place] = (thousandths[place] ?? 0) + toThousandths(value);
      logs[place] = (logs[place] ?? 0) + 1;
    }
  }
  const at = (place: number): LoggedDay | undefined => {
    const count = logs[place];
    const isSkipped = skipped[place] === 1;
    if (count === undefined || (count === 0 && !isSkipped)) return undefined;
    return { total: (thousandths[place] ?? 0) / 1000, logs: count, skipped: isSkipped };
  };
  let size = 0;
  for (let place = 0; place < days; place += 1)
    if (logs[place] !== 0 || skipped[place] === 1) size += 1;
  return {
    bytes: days * BYTES_PER_DAY,
    size,
    get: (day) => at(day - first),
    *[Symbol.iterator]() {
      for (let place = 0; place < days; place += 1) {
        const logged = at(place);
        if (logged !== undefined) yield [first + place, logged] as const;
      }
    },
  };
}

function sparseLogOf(entries: readonly DayEntry[]): DenseLog {
  const days = new Map<Day, LoggedDay>();
  for (const [day, some] of groupBy(entries, ({ day }) => day)) {
    const logged = denseLogOf(some).get(day);
    if (logged !== undefined) days.set(day, logged);
  }
  return {
    bytes: days.size * BYTES_PER_KEPT_DAY,
    size: days.size,
    get: (day) => days.get(day),
    [Symbol.iterator]: () => days.entries(),
  };
}
