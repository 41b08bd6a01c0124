// One person's habits and statistics, kept at hand in few bytes and brought up to date before each answer.

import { setImmediate } from "node:timers/promises";
import {
  type Calendar,
  createCalendar,
  type Day,
  type DenseLog,
  type Habit,
  type HabitLog,
  nextStreakChange,
  type Streak,
  streakOf,
} from "@syncline/kanso-domain";
import type { Admitted, Engine } from "@syncline/server";
import { createKept } from "./kept.ts";
import type { Lanes } from "./lanes.ts";
import { applyRecord, type LiveRow, noRows, type Rows } from "./rows.ts";

export interface Person {
  readonly rows: Rows;
  /** The last stamp that was read. */
  readonly stamp: number;
  /** About how much memory it takes. */
  readonly bytes: number;
  /** Reads what was committed since, by whomever; one reading after the other. */
  refresh(engine: Engine, admitted: Admitted): Promise<void>;
  /** The calendar of a zone as the person has set it, at this moment. */
  calendar(zone: string | undefined): Calendar;
  /** What was done for a habit, by the days of a calendar. */
  log(habitId: string, calendar: Calendar): HabitLog;
  streak(row: LiveRow<Habit>, calendar: Calendar): Streak;
  /** The day on which a streak may be another one although nothing is written; null: none. */
  streakChange(row: LiveRow<Habit>, calendar: Calendar): Day | null;
}

/** A year is read in some five pieces. What ends them is their number: to find where bytes end costs a reading of its own. */
const PAGE = { limit: 1_400, maxBytes: 1_024 * 1024 } as const;
const BYTES_OF_HABIT = 4_000;
const BYTES_OF_REQUEST = 120;
const BYTES_OF_PERSON = 10_000;

/**
 * @param now milliseconds since 1970
 * @param lanes what is longer than a page is read in: shared by all
 */
export function createPerson(now: () => number, lanes: Lanes): Person {
  let rows = noRows();
  let stamp = 0;
  let epoch = "";
  let logBytes = 0;
  const logs = createKept<DenseLog>();
  const streaks = createKept<Streak>();
  const changes = createKept<Day | null>();
  let turn: Promise<unknown> = Promise.resolve();

  function forget(): void {
    rows = noRows();
    stamp = 0;
    logBytes = 0;
    logs.clear();
    streaks.clear();
    changes.clear();
  }

  async function read(engine: Engine, admitted: Admitted): Promise<void> {
    if (!(await readPage(engine, admitted))) return;
    await lanes.run(async () => {
      do {
        // Whoever is at hand need not wait until a whole year of somebody else was read.
        await setImmediate();
      } while (await readPage(engine, admitted));
    });
  }

  /** @returns whether there is more */
  async function readPage(engine: Engine, admitted: Admitted): Promise<boolean> {
    const page = await engine.records(admitted, { ...PAGE, after: stamp });
    if (page.head < stamp || (stamp > 0 && page.epoch !== epoch)) {
      // The server was taken back to an older state.
      forget();
      return true;
    }
    for (const record of page.records) applyRecord(rows, record);
    ({ stamp, epoch } = page);
    return page.more;
  }

  /** What a habit's streak is made of. */
  function stateOf({ id, stamp: changed }: LiveRow<Habit>, calendar: Calendar): string {
    const { zone, dayStartHour, today } = calendar;
    const { revision, touched } = rows;
    return `${zone} ${dayStartHour} ${today} ${revision} ${changed} ${touched.get(id)}`;
  }

  const person: Person = {
    get rows() {
      return rows;
    },
    get stamp() {
      return stamp;
    },
    get bytes() {
      const { ledger, habits, requests } = rows;
      const ofHabits = habits.size * BYTES_OF_HABIT + requests.size * BYTES_OF_REQUEST;
      return BYTES_OF_PERSON + ledger.bytes + logBytes + ofHabits;
    },
    refresh(engine, admitted) {
      const done = turn.then(() => read(engine, admitted));
      turn = done.catch(() => undefined); // whoever waits for it is told
      return done;
    },
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
      logs.get(habitId, `${zone} ${dayStartHour} ${rows.touched.get(habitId)}`, (before) => {
        const log = rows.ledger.log(habitId, { zone, dayStartHour });
        logBytes += log.bytes - (before?.bytes ?? 0);
        return log;
      }),
    streak: (row, calendar) =>
      streaks.get(row.id, stateOf(row, calendar), () =>
        streakOf(row.value, person.log(row.id, calendar), calendar),
      ),
    streakChange: (row, calendar) =>
      changes.get(row.id, stateOf(row, calendar), () =>
        nextStreakChange(row.value, person.log(row.id, calendar), calendar),
      ),
  };
  return person;
}
