// What is to be said of a day of a habit, in one word: by which calendars mark it, and screen readers read it.

import { type Calendar, type Day, type DayProgress, parseDay } from "@syncline/kanso-domain";

/** `off`: nothing was planned. `free`: it could wait. `open`: it was, and is not done. `ahead`: nobody has lived it yet. */
export type DayState =
  | "done"
  | "partly"
  | "skipped"
  | "vacation"
  | "off"
  | "free"
  | "open"
  | "ahead";

export function stateOfDay(
  progress: DayProgress,
  { today }: Pick<Calendar, "today">,
  isVacation: (day: Day) => boolean,
): DayState {
  const { day, done, skipped, total, asked, limit } = progress;
  if (done) return "done";
  if (skipped) return "skipped";
  // A limit that was exceeded is not partly kept; while its day lasts, nothing is known.
  if (limit && day <= today && !isVacation(day)) return asked > 0 ? "open" : "off";
  if (total > 0) return "partly";
  if (isVacation(day)) return "vacation";
  if (day > today) return "ahead";
  if (asked > 0) return "open";
  return progress.open ? "free" : "off";
}

/** Whether a day lies in a vacation that a habit has part in. */
export function vacationDays(
  { vacations }: Pick<Calendar, "vacations">,
  habitId: string,
): (day: Day) => boolean {
  const ranges = vacations.flatMap(({ from, to, habitIds }) => {
    const [first, last] = [parseDay(from), parseDay(to)];
    const applies = habitIds === null || habitIds.includes(habitId);
    return applies && first !== undefined && last !== undefined ? [{ first, last }] : [];
  });
  return (day) => ranges.some(({ first, last }) => first <= day && day <= last);
}
