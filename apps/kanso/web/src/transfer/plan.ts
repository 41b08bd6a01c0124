// What an import would write: what is not here yet. What is here already stays as it is, whoever wrote it.

import type { Entry, Habit, ImportedFrom, Settings, Vacation } from "@syncline/kanso-domain";

/** What is on the device before the import. */
export interface Here {
  readonly habits: ReadonlySet<string>;
  readonly entries: ReadonlySet<string>;
  readonly vacations: ReadonlySet<string>;
  readonly hasSettings: boolean;
}

export interface Plan {
  readonly habits: readonly Habit[];
  readonly entries: readonly Entry[];
  readonly vacations: readonly Vacation[];
  /** Only where nothing was set. */
  readonly settings: Settings | null;
}

/** A habit of the file, for the person to choose. */
export interface Candidate {
  readonly habit: Habit;
  readonly entries: number;
  /** Entries that are not here yet. */
  readonly fresh: number;
  readonly from: string | null;
  readonly to: string | null;
  /** The habit itself is here. */
  readonly isHere: boolean;
}

export function candidatesOf({ habits, entries }: ImportedFrom, here: Here): Candidate[] {
  const grouped = new Map<string, Entry[]>(habits.map(({ id }) => [id, []]));
  for (const entry of entries) grouped.get(entry.habitId)?.push(entry);
  return habits.map((habit) => {
    const own = grouped.get(habit.id) ?? [];
    let [from, to]: [string | null, string | null] = [null, null];
    for (const { day, at } of own) {
      const on = day ?? at.slice(0, 10);
      if (from === null || on < from) from = on;
      if (to === null || on > to) to = on;
    }
    return {
      habit,
      entries: own.length,
      fresh: own.filter(({ id }) => !here.entries.has(id)).length,
      from,
      to,
      isHere: here.habits.has(habit.id),
    };
  });
}

/** @param firstPlace where imported habits begin in the order of all */
export function planOf(
  { habits, entries, vacations, settings }: ImportedFrom,
  {
    here,
    chosen,
    firstPlace,
  }: {
    readonly here: Here;
    readonly chosen: ReadonlySet<string>;
    readonly firstPlace: number;
  },
): Plan {
  const fresh = habits.filter(({ id }) => chosen.has(id) && !here.habits.has(id));
  return {
    habits: [...fresh]
      .sort((a, b) => a.sortOrder - b.sortOrder)
      .map((habit, index) => ({ ...habit, sortOrder: firstPlace + index })),
    entries: entries.filter(({ id, habitId }) => chosen.has(habitId) && !here.entries.has(id)),
    vacations: vacations.filter(({ id }) => !here.vacations.has(id)),
    settings: here.hasSettings ? null : settings,
  };
}

export function sizeOf({ habits, entries, vacations, settings }: Plan): number {
  return habits.length + entries.length + vacations.length + (settings === null ? 0 : 1);
}
