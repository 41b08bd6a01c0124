// Which reminders there are and when: of the day that it is, and of those to come as far as they can be known.

import {
  type Calendar,
  type Day,
  dailyProgress,
  type Habit,
  type HabitLog,
  startOfDayMs,
  startOfWeek,
} from "@syncline/kanso-domain";

export interface Reminder {
  readonly habit: Habit;
  readonly day: Day;
  readonly atMs: number;
}

type Where = Pick<Calendar, "zone" | "dayStartHour">;

const MINUTE_MS = 60_000;

/**
 * When the clock of the zone shows a time on a day. Of a day that begins at three, two o'clock is in the night at
 * its end. A time that the clock leaps over is as much later as it leaps.
 * @param time `HH:MM`
 */
export function momentOf(day: Day, time: string, { zone, dayStartHour }: Where): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const date = hour < dayStartHour ? day + 1 : day;
  return startOfDayMs(date, zone, hour) + minute * MINUTE_MS;
}

/** The reminders of today, due ones and later ones, of what is still to be done; the earliest first. */
export function remindersOf(
  habits: readonly Habit[],
  logOf: (habitId: string) => HabitLog,
  calendar: Calendar,
): readonly Reminder[] {
  const day = calendar.today;
  return remindersOn(
    day,
    habits.filter((habit) => isAsked(habit, logOf(habit.id), calendar)),
    calendar,
  );
}

/** The same for the days after today, as if what is due each day will not be done before. */
export function remindersAhead(
  habits: readonly Habit[],
  logOf: (habitId: string) => HabitLog,
  calendar: Calendar,
  days: number,
): readonly Reminder[] {
  return Array.from({ length: days }, (_, index) => {
    const then = { ...calendar, today: calendar.today + index + 1 };
    return remindersOf(habits, logOf, then);
  }).flat();
}

/** Those whose time has come, and which nobody has put off until later. */
export function dueReminders(
  reminders: readonly Reminder[],
  laterMs: (habitId: string) => number | undefined,
  nowMs: number,
): readonly Reminder[] {
  return reminders.filter(
    ({ habit, atMs }) => atMs <= nowMs && (laterMs(habit.id) ?? atMs) <= nowMs,
  );
}

function remindersOn(day: Day, habits: readonly Habit[], where: Where): readonly Reminder[] {
  return habits
    .flatMap((habit): Reminder[] =>
      habit.reminderTime === null
        ? []
        : [{ habit, day, atMs: momentOf(day, habit.reminderTime, where) }],
    )
    .sort((a, b) => a.atMs - b.atMs);
}

/** Whether today asks for it: of a week's quota only what is left, of every few days only the last. */
function isAsked(habit: Habit, log: HabitLog, calendar: Calendar): boolean {
  const { today, weekStart } = calendar;
  const week = dailyProgress(habit, log, calendar, {
    from: startOfWeek(today, weekStart),
    to: today,
  });
  const now = week.at(-1);
  if (now === undefined || !now.open || now.done || now.skipped || now.limit) return false;
  if (habit.frequencyType === "weekly")
    return week.filter(({ done }) => done).length < habit.timesPerWeek;
  return now.asked > 0;
}
