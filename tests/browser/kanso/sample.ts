// Sample data: habits and years of their entries, the same in each run, made by the domain's own functions.

import {
  type Circumstance,
  createEntry,
  createHabit,
  type Day,
  dayToText,
  type Entry,
  type Habit,
  type HabitDraft,
  weekdayOf,
} from "@syncline/kanso-domain";

export interface Sample {
  readonly habits: readonly Habit[];
  readonly entries: readonly Entry[];
}

export interface SampleOptions {
  readonly habits: number;
  readonly days: number;
  /** The last day. */
  readonly today: Day;
  readonly zone?: string;
  /** An entry on nearly every day, whatever the schedule: as many as there can be. */
  readonly dense?: boolean;
}

const COLORS = ["#a8322f", "#a14400", "#1f7a34", "#007a66", "#1e66ad", "#5556b8", "#824499"];
const DRAFTS: readonly HabitDraft[] = [
  { title: "Drink water", icon: "water", type: "numeric", targetValue: 8, unit: "glasses" },
  { title: "Morning pages", icon: "pen" },
  { title: "Run by the river", icon: "walk", type: "numeric", targetValue: 5, unit: "km" },
  { title: "Strength", icon: "dumbbell", frequencyType: "weekly", timesPerWeek: 3 },
  { title: "Piano", icon: "music", frequencyType: "specific_days", weekdays: [1, 3, 5] },
  { title: "Water the plants", icon: "leaf", frequencyType: "interval", interval: 4 },
  {
    title: "Call my grandmother on Sundays",
    icon: "phone",
    frequencyType: "specific_days",
    weekdays: [0],
    description: "She likes to hear from all of us.\nHalf an hour is enough.",
  },
];
const DAY_MS = 86_400_000;

export function createSample(options: SampleOptions): Sample {
  const { habits: count, days, today, zone = "UTC", dense = false } = options;
  const first = today - days + 1;
  const circumstance = (day: Day): Circumstance => ({
    nowMs: day * DAY_MS + DAY_MS / 2,
    zone,
    dayStartHour: 0,
  });
  const habits: Habit[] = [];
  const entries: Entry[] = [];
  for (let place = 0; place < count; place++) {
    const draft = DRAFTS[place % DRAFTS.length];
    if (draft === undefined) continue;
    const round = Math.floor(place / DRAFTS.length);
    const title = round === 0 ? draft.title : `${draft.title} ${round + 1}`;
    const color = COLORS[place % COLORS.length] ?? "";
    const id = idOf("habit", place);
    const made = { ...draft, title, color, sortOrder: place };
    habits.push(createHabit(id, made, circumstance(first)));
    for (let day = first; day <= today; day++) {
      const entry = dense || isPlanned(day, draft) ? entryOf(day, place, draft) : undefined;
      if (entry === undefined) continue;
      const given = { ...entry, habitId: id, day: dayToText(day) };
      entries.push(createEntry(idOf(`entry-${place}`, day), given, circumstance(day)));
    }
  }
  return { habits, entries };
}

function isPlanned(day: Day, { frequencyType, weekdays, interval }: HabitDraft): boolean {
  if (frequencyType === "specific_days") return weekdays?.includes(weekdayOf(day)) === true;
  if (frequencyType === "interval") return day % (interval ?? 1) === 0;
  return frequencyType !== "weekly" || [1, 3, 4, 6].includes(weekdayOf(day));
}

/** What was done on a day: nothing now and then, and rarely a skip. */
function entryOf(day: Day, place: number, { targetValue = 1 }: HabitDraft) {
  const noise = noiseOf(day * 131 + place * 7_919);
  if (noise < 0.04) return undefined;
  if (noise < 0.06) return { kind: "skip" as const, notes: "Not well" };
  const share = noise < 0.25 && targetValue > 1 ? 0.5 : 1;
  return { value: Math.round(targetValue * share), notes: noise > 0.98 ? "It went well." : "" };
}

/** Between 0 and 1, the same for the same number. */
function noiseOf(seed: number): number {
  let mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

function idOf(kind: string, number: number): string {
  const digits = (noiseOf(number) * 2 ** 32).toString(16).padStart(8, "0").slice(0, 8);
  return `${digits}-${kind}-${number}`;
}
