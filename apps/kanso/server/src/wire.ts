// Habits and entries as the original's clients read them: names and order of the members are the wire format.

import { type Entry, type Habit, momentText, type Streak } from "@syncline/kanso-domain";
import type { Row, Rows } from "./rows.ts";
import { stampText } from "./stamps.ts";

const NO_STREAK = { current: 0, longest: 0 };

/** @param touched the stamp up to which the habit's streaks may have changed */
export function habitToWire(
  { id, version, stamp, value, deletedMs }: Row<Habit>,
  {
    userId,
    streak = NO_STREAK,
    touched = 0,
  }: {
    readonly userId: string;
    readonly streak?: Pick<Streak, "current" | "longest">;
    readonly touched?: number;
  },
): object {
  const deleted = deletedMs === null ? undefined : momentText(deletedMs);
  const updated = stampText(Math.max(stamp, touched));
  if (value === undefined)
    return { id, user_id: userId, version, deleted_at: deleted, updated_at: updated };
  return {
    id,
    user_id: userId,
    title: value.title,
    description: value.description,
    color: value.color,
    icon: value.icon,
    sort_order: value.sortOrder,
    type: value.type,
    frequency_type: value.frequencyType,
    weekdays: value.weekdays.length === 0 ? undefined : value.weekdays,
    reminder_time: value.reminderTime ?? undefined,
    interval: value.interval,
    // The original has no quota of a week: this stands only where a habit has one.
    times_per_week: value.frequencyType === "weekly" ? value.timesPerWeek : undefined,
    target_value: value.targetValue,
    // The original knows no limits: this stands only where a habit is one.
    target_type: value.targetType === "at_most" ? value.targetType : undefined,
    unit: value.unit,
    current_streak: streak.current,
    longest_streak: streak.longest,
    start_date: value.startDate,
    end_date: value.endDate ?? undefined,
    archived_at: value.archivedAt ?? undefined,
    version,
    deleted_at: deleted,
    created_at: value.createdAt,
    updated_at: updated,
  };
}

export function entryToWire(
  { id, version, stamp, value, deletedMs }: Row<Entry>,
  userId: string,
): object {
  const deleted = deletedMs === null ? undefined : momentText(deletedMs);
  const updated = stampText(stamp);
  if (value === undefined)
    return { id, user_id: userId, version, updated_at: updated, deleted_at: deleted };
  return {
    id,
    habit_id: value.habitId,
    user_id: userId,
    completion_date: value.at,
    value: value.value,
    notes: value.notes,
    // A skipped day is ours; the original's clients see an entry of nothing.
    skipped: value.kind === "skip" ? true : undefined,
    version,
    created_at: value.createdAt,
    updated_at: updated,
    deleted_at: deleted,
  };
}

/** When a row was deleted, where it was. */
export function deletedAt({ deletedMs }: Row<unknown>): { readonly deleted_at?: string } {
  return deletedMs === null ? {} : { deleted_at: momentText(deletedMs) };
}

/** The stamp of a habit in the feed: its own, or that of an entry which may have changed its streaks. */
export function feedStamp(row: Row<Habit>, rows: Rows): number {
  return Math.max(row.stamp, rows.touched.get(row.id) ?? 0);
}
