// How often a habit is due, and how much of it, in words.

import type { Habit } from "@syncline/kanso-domain";
import type { CalendarFormat } from "./calendar-format.ts";
import type { Format } from "./format.ts";
import type { Messages } from "./messages/en.ts";

/** A Sunday, to name weekdays by. */
const SUNDAY = 3;

interface Words {
  readonly messages: Pick<Messages, "habit" | "today">;
  readonly format: Format;
  readonly calendarFormat: CalendarFormat;
  readonly weekStart: number;
}

/** Such as "Monday and Thursday · 20 pages". */
export function frequencyInWords(habit: Habit, words: Words): string {
  const { targetValue, targetType, unit, type } = habit;
  const amount = `${words.format.number(targetValue)} ${unit}`.trim();
  const { atMost } = words.messages.today;
  const goal = type === "boolean" ? "" : targetType === "at_most" ? atMost(amount) : amount;
  return [frequencyOf(habit, words), goal].filter((part) => part !== "").join(" · ");
}

function frequencyOf(habit: Habit, { messages, calendarFormat, weekStart }: Words): string {
  switch (habit.frequencyType) {
    case "daily":
      return messages.today.everyDay;
    case "weekly":
      return messages.today.timesAWeek(habit.timesPerWeek);
    case "interval":
      return messages.habit.everyDays(habit.interval);
    case "specific_days": {
      if (habit.weekdays.length === 0 || habit.weekdays.length === 7)
        return messages.today.everyDay;
      const inOrder = [0, 1, 2, 3, 4, 5, 6].map((place) => (weekStart + place) % 7);
      const named = inOrder.filter((weekday) => habit.weekdays.includes(weekday));
      return calendarFormat.list(named.map((weekday) => calendarFormat.weekday(SUNDAY + weekday)));
    }
    default:
      return habit.frequencyType satisfies never;
  }
}
