// Habits and entries as other apps' files give them: by calendar days, without moments.

import { type Day, dayToText } from "../day.ts";
import { type Entry, type EntryKind, settleEntry } from "../entry.ts";
import type { Habit } from "../habit.ts";
import { createHabit, type HabitDraft } from "../habit-changes.ts";
import { MAX_DESCRIPTION, MAX_TITLE } from "../habit-rules.ts";
import { stableId } from "./stable-id.ts";

export interface ImportOptions {
  /** When the import takes place. */
  readonly nowMs: number;
}

export interface ForeignDay {
  readonly day: Day;
  readonly kind: EntryKind;
  readonly value: number;
  readonly notes: string;
}

export interface ForeignHabit {
  /** What makes it another habit than all others: its app, its name, and which of that name it is. */
  readonly identity: readonly string[];
  readonly draft: HabitDraft;
  readonly archived: boolean;
  readonly days: readonly ForeignDay[];
}

/** A foreign habit in our form. It begins with its first day, and an archived one ends after its last. */
export function adopt(
  { identity, draft, archived, days }: ForeignHabit,
  { nowMs }: ImportOptions,
): { readonly habit: Habit; readonly entries: Entry[] } {
  const id = stableId(...identity);
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { day } of days) {
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  const habit = createHabit(
    id,
    {
      ...draft,
      title: clip(draft.title, MAX_TITLE),
      description: clip(draft.description ?? "", MAX_DESCRIPTION),
      ...(days.length === 0 ? {} : { startDay: dayToText(first) }),
    },
    { nowMs, zone: null, dayStartHour: 0 },
  );
  const archivedAt = days.length === 0 ? habit.createdAt : `${dayToText(last + 1)}T00:00:00Z`;
  return {
    habit: archived ? { ...habit, archivedAt } : habit,
    entries: days.map(({ day, kind, value, notes }) =>
      settleEntry({
        id: stableId(id, dayToText(day)),
        habitId: id,
        at: `${dayToText(day)}T12:00:00Z`,
        day: dayToText(day),
        zone: null,
        kind,
        value,
        notes,
        createdAt: habit.createdAt,
      }),
    ),
  };
}

/** What is too long for us is shortened, not refused: it is somebody's history. */
function clip(text: string, max: number): string {
  const characters = [...text.trim()];
  return characters.length <= max ? text.trim() : `${characters.slice(0, max - 1).join("")}…`;
}
