// A habit: what somebody wants to do, how often, and how much of it.

export const HABIT_TYPES = ["boolean", "numeric", "timer"] as const;
export type HabitType = (typeof HABIT_TYPES)[number];

export const FREQUENCY_TYPES = ["daily", "weekly", "specific_days", "interval"] as const;
export type FrequencyType = (typeof FREQUENCY_TYPES)[number];

/** `at_most`: what is not to be exceeded; a day without an entry keeps to it. */
export const TARGET_TYPES = ["at_least", "at_most"] as const;
export type TargetType = (typeof TARGET_TYPES)[number];

/** Days from one to another, both included, as texts. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** Whether a sum keeps to what is aimed at. */
export function reaches(
  { targetValue, targetType }: Pick<Habit, "targetValue" | "targetType">,
  total: number,
): boolean {
  return targetType === "at_most" ? total <= targetValue : total >= targetValue;
}

export interface Habit {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Empty, `#RGB` or `#RRGGBB`. */
  readonly color: string;
  readonly icon: string;
  readonly sortOrder: number;
  readonly type: HabitType;
  readonly frequencyType: FrequencyType;
  /** 0 is Sunday; ascending, each once. Empty: none are given. */
  readonly weekdays: readonly number[];
  /** Every so many days, with `interval`; 1 or more. */
  readonly interval: number;
  /** So many days of a week, with `weekly`; 1 to 7. */
  readonly timesPerWeek: number;
  /** `HH:MM`, by the clock where the person is. */
  readonly reminderTime: string | null;
  /** A day is done when its values add up to this; where it is a limit, when it is over and they did not exceed it. */
  readonly targetValue: number;
  readonly targetType: TargetType;
  readonly unit: string;
  /** The moment from which it counts. */
  readonly startDate: string;
  /** The calendar day from which it counts, where that is known; else the day of `startDate` where the reader is. */
  readonly startDay: string | null;
  readonly endDate: string | null;
  readonly endDay: string | null;
  /** From this moment nothing is due any more; what was done stays. */
  readonly archivedAt: string | null;
  /** Times in which nothing was due: what an archived habit leaves behind when it comes back. */
  readonly pauses: readonly DayRange[];
  readonly createdAt: string;
}
