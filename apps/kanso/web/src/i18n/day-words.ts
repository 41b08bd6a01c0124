// A day of a habit in words, such as "12 March 2026, done, 3 of 5 km".

import type { DayProgress, Habit } from "@syncline/kanso-domain";
import { useMemo } from "react";
import type { DayState } from "../data/day-state.ts";
import { amountInWords } from "./amount.ts";
import { useCalendarFormat } from "./calendar-format.ts";
import { useFormat, useMessages } from "./index.tsx";

export type DayWords = (habit: Habit, progress: DayProgress, state: DayState) => string;

export function useDayWords(): DayWords {
  const text = useMessages("today");
  const { states } = useMessages("habit");
  const format = useFormat();
  const { fullDay } = useCalendarFormat();
  return useMemo(
    () =>
      (habit, { day, total }, state) => {
        const amount =
          habit.type === "boolean" || total === 0
            ? ""
            : amountInWords(habit, total, { text, format });
        return [fullDay(day), states[state], amount].filter((part) => part !== "").join(", ");
      },
    [text, states, format, fullDay],
  );
}
