// One person's habits and their entries, day after day: the same for the same seed.

import { hash64 } from "@syncline/core";
import { createSeededRandom, type SeededRandom } from "@syncline/core/testing";
import {
  createEntry,
  createHabit,
  type Day,
  dayToText,
  type Entry,
  type Habit,
  type HabitDraft,
  type Settings,
  startOfDayMs,
  type Vacation,
  weekdayOf,
} from "@syncline/kanso-domain";

export interface PersonOptions {
  readonly seed: string;
  readonly habits: number;
  readonly days: number;
  /** The day after the last one with entries. */
  readonly until: Day;
}

export interface SamplePerson {
  readonly userId: string;
  readonly email: string;
  readonly settings: Settings;
  readonly vacations: readonly Vacation[];
  readonly habits: readonly Habit[];
  readonly entries: readonly Entry[];
}

const HOUR_MS = 3_600_000;
const ZONES = [
  "Europe/Rome",
  "America/New_York",
  "Asia/Kolkata",
  "America/Sao_Paulo",
  "Pacific/Auckland",
  "UTC",
] as const;

interface Kind {
  readonly draft: HabitDraft;
  /** On how many days of those that ask for it something is logged. */
  readonly kept: number;
  /** How often it is logged on such a day, at most. */
  readonly logs: number;
  asks(day: Day): boolean;
}

const daily = () => true;
/** Twenty habits of these make about twenty entries a day. */
const KINDS: readonly Kind[] = [
  { draft: { title: "Meditate" }, kept: 0.95, logs: 1, asks: daily },
  numeric("Drink water", 2_000, "ml", 4),
  { draft: { title: "Make the bed" }, kept: 0.98, logs: 1, asks: daily },
  { ...numeric("Read", 20, "pages", 2), kept: 0.85 },
  {
    draft: { title: "Gym", frequencyType: "specific_days", weekdays: [1, 3, 5] },
    kept: 0.8,
    logs: 1,
    asks: (day) => [1, 3, 5].includes(weekdayOf(day)),
  },
  { draft: { title: "No sugar" }, kept: 0.7, logs: 1, asks: daily },
  {
    draft: { title: "Cello", type: "timer", targetValue: 30, unit: "min" },
    kept: 0.9,
    logs: 2,
    asks: daily,
  },
  { draft: { title: "Journal" }, kept: 0.92, logs: 1, asks: daily },
  {
    draft: { title: "Call somebody", frequencyType: "weekly", timesPerWeek: 3 },
    kept: 0.5,
    logs: 1,
    asks: daily,
  },
  {
    draft: { title: "Water the plants", frequencyType: "interval", interval: 3 },
    kept: 0.95,
    logs: 1,
    asks: (day) => day % 3 === 0,
  },
];

function numeric(title: string, targetValue: number, unit: string, logs: number): Kind {
  return { draft: { title, type: "numeric", targetValue, unit }, kept: 0.95, logs, asks: daily };
}

export function samplePerson(index: number, options: PersonOptions): SamplePerson {
  const random = createSeededRandom(`${options.seed}/${index}`);
  const zone = random.pick(ZONES);
  const dayStartHour = random.chance(0.2) ? 3 : 0;
  const settings: Settings = { zone, dayStartHour, weekStart: random.chance(0.2) ? 0 : 1 };
  const first = options.until - options.days;
  const place = { zone, dayStartHour };
  const mornings = Array.from(
    { length: options.days },
    (_, day) => startOfDayMs(first + day, zone, dayStartHour) + 5 * HOUR_MS,
  );
  const habits: Habit[] = [];
  const entries: Entry[] = [];
  for (let number = 0; number < options.habits; number += 1) {
    const kind = KINDS[number % KINDS.length];
    if (kind === undefined) continue;
    const nowMs = startOfDayMs(first, zone, dayStartHour) + number * 1_000;
    const draft = {
      ...kind.draft,
      color: "#00AA77",
      sortOrder: number,
      startDay: dayToText(first),
    };
    const habit = createHabit(uuid(random), draft, { ...place, nowMs });
    habits.push(habit);
    addEntries(entries, { habit, kind, random, place, first, mornings });
  }
  const away = first + random.below(Math.max(1, options.days));
  const vacation = { from: dayToText(away), to: dayToText(away + 9), habitIds: null, note: "" };
  return {
    userId: userIdOf(index, options.seed),
    email: emailOf(index, options.seed),
    settings,
    vacations: random.chance(0.5) ? [{ id: uuid(random), ...vacation }] : [],
    habits,
    entries,
  };
}

interface Row {
  readonly habit: Habit;
  readonly kind: Kind;
  readonly random: SeededRandom;
  readonly place: { readonly zone: string; readonly dayStartHour: number };
  readonly first: Day;
  /** When each day's first entry can be, in milliseconds since 1970. */
  readonly mornings: readonly number[];
}

function addEntries(entries: Entry[], { habit, kind, random, place, first, mornings }: Row): void {
  for (const [number, morningMs] of mornings.entries()) {
    if (!kind.asks(first + number) || !random.chance(kind.kept)) continue;
    const skipped = random.chance(0.02);
    const logs = skipped ? 1 : 1 + random.below(kind.logs);
    for (let log = 0; log < logs; log += 1) {
      const nowMs = morningMs + random.below(15 * 3_600) * 1_000;
      entries.push(
        createEntry(
          uuid(random),
          {
            habitId: habit.id,
            kind: skipped ? "skip" : "log",
            value: skipped ? 0 : Math.ceil(habit.targetValue / (log + 1)),
            notes: random.chance(0.03) ? "harder than yesterday, but done" : "",
          },
          { ...place, nowMs },
        ),
      );
    }
  }
}

export function userIdOf(index: number, seed: string): string {
  return uuid(createSeededRandom(`${seed}/user/${index}`));
}

function emailOf(index: number, seed: string): string {
  return `person${index}.${hash64(seed).slice(0, 6)}@example.org`;
}

function uuid(random: SeededRandom): string {
  const hex = (digits: number) => hexText(random.below(16 ** digits), digits);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}

/** Four digits at a time: one by one they would take longer than everything else about an entry. */
const QUADS = Array.from({ length: 16 ** 4 }, (_, number) => number.toString(16).padStart(4, "0"));

function hexText(number: number, digits: number): string {
  let text = "";
  for (let rest = number; text.length < digits; rest = Math.floor(rest / QUADS.length))
    text = (QUADS[rest % QUADS.length] ?? "") + text;
  return text.slice(-digits);
}
