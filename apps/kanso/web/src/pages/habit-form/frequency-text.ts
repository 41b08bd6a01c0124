// How often a habit is to be done, in words.

import type { Habit } from "@syncline/kanso-domain";
import { useSettings } from "../../data/calendar.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { weekdaysOf } from "../../i18n/weekdays.ts";

type Frequency = Pick<Habit, "frequencyType" | "weekdays" | "timesPerWeek" | "interval">;

/** @returns such as "Mon, Wed, Fri" or "3 times a week" */
export function useFrequencyText(): (habit: Frequency) => string {
  const text = useMessages("habitForm");
  const { timesAWeek } = useMessages("today");
  const { locale } = useFormat();
  const { weekStart } = useSettings();
  return ({ frequencyType, weekdays, timesPerWeek, interval }) => {
    switch (frequencyType) {
      case "daily":
        return text.everyDays(1);
      case "specific_days":
        return weekdaysOf(locale, weekStart)
          .filter(({ weekday }) => weekdays.includes(weekday))
          .map(({ short }) => short)
          .join(", ");
      case "weekly":
        return timesAWeek(timesPerWeek);
      case "interval":
        return Number.isInteger(interval) ? text.everyDays(interval) : "";
      default:
        return frequencyType satisfies never;
    }
  };
}
