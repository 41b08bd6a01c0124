// What was done, entry by entry, in few bytes: enough for every statistic, and for a change of any entry. No texts.

import {
  type DayEntry,
  type DenseLog,
  dayAt,
  denseLogOf,
  type Entry,
  type EntryKind,
  parseDay,
  parseMoment,
} from "@syncline/kanso-domain";
import { createEntryIndex } from "./entry-index.ts";

export interface Ledger {
  /** About how much memory it takes. */
  readonly bytes: number;
  /**
   * Takes an entry as it is now in the place of what it was; undefined: it is not there any more.
   * @returns the habits that it was of and is of: their statistics may have changed
   */
  set(id: string, entry: Entry | undefined): readonly string[];
  /** What was done for a habit, by the days of a zone. */
  log(habitId: string, where: { readonly zone: string; readonly dayStartHour: number }): DenseLog;
}

const LIVE = 1;
const SKIP = 2;
/** `when` is a day; else the moment, and the reader's zone says which day it was. */
const HAS_DAY = 4;
const NOTE = 8;
const KIND_FLAGS = { log: 0, skip: SKIP, note: NOTE } satisfies Record<EntryKind, number>;
const BYTES_OF_HABIT = 150;

export function createLedger(): Ledger {
  const index = createEntryIndex();
  const habits: string[] = [];
  const places = new Map<string, number>();
  let habit = new Uint32Array(64);
  let when = new Float64Array(64);
  let value = new Float64Array(64);
  let flags = new Uint8Array(64);

  function habitPlace(id: string): number {
    const known = places.get(id);
    if (known !== undefined) return known;
    places.set(id, habits.length);
    return habits.push(id) - 1;
  }

  function grow(): void {
    const length = habit.length * 2;
    habit = copied(new Uint32Array(length), habit);
    when = copied(new Float64Array(length), when);
    value = copied(new Float64Array(length), value);
    flags = copied(new Uint8Array(length), flags);
  }

  return {
    get bytes() {
      const arrays = [habit, when, value, flags];
      return (
        index.bytes +
        arrays.reduce((sum, { byteLength }) => sum + byteLength, 0) +
        habits.length * BYTES_OF_HABIT
      );
    },
    set(id, entry) {
      const { count } = index;
      const place = entry === undefined ? index.find(id) : index.place(id);
      if (place < 0) return [];
      if (place >= habit.length) grow();
      const before = place >= count ? undefined : habits[habit[place] ?? 0];
      if (entry === undefined) flags[place] = 0;
      else {
        const day = entry.day === null ? undefined : parseDay(entry.day);
        habit[place] = habitPlace(entry.habitId);
        when[place] = day ?? parseMoment(entry.at)?.ms ?? 0;
        value[place] = entry.value;
        flags[place] = LIVE | KIND_FLAGS[entry.kind] | (day === undefined ? 0 : HAS_DAY);
      }
      return [before, entry?.habitId].filter((one) => one !== undefined);
    },
    log(habitId, { zone, dayStartHour }) {
      const wanted = places.get(habitId);
      const entries: DayEntry[] = [];
      if (wanted === undefined) return denseLogOf(entries);
      const { count } = index;
      for (let place = 0; place < count; place += 1) {
        const flag = flags[place] ?? 0;
        if (habit[place] !== wanted || (flag & LIVE) === 0) continue;
        const moment = when[place] ?? 0;
        entries.push({
          day: (flag & HAS_DAY) === 0 ? dayAt(moment, zone, dayStartHour) : moment,
          kind: (flag & SKIP) !== 0 ? "skip" : (flag & NOTE) !== 0 ? "note" : "log",
          value: value[place] ?? 0,
        });
      }
      return denseLogOf(entries);
    },
  };
}

function copied<Column extends Uint32Array | Float64Array | Uint8Array>(
  into: Column,
  from: Column,
): Column {
  into.set(from);
  return into;
}
