// A day of a habit in words, such as "12 March 2026, done, 3 of 5 km".

import type { DayProgress, Habit } from "@syncline/kanso-domain";
import { useMemo } from "react";
import type { DayState } from "../data/day-state.ts";
import { useCalendarFormat } from "./calendar-format.ts";
import { useFormat, useMessages } from "./index.tsx";

export type DayWords = (habit: Habit, progress: DayProgress, state: DayState) => string;

export function useDayWords(): DayWords {
  const { amountOf } = useMessages("today");
  const { states } = useMessages("habit");
  const { number } = useFormat();
  const { fullDay } = useCalendarFormat();
  return useMemo(
    () =>
      ({ type, targetValue, unit }, { day, total }, state) => {
        const amount =
          type === "boolean" || total === 0
            ? ""
            : amountOf(number(total), number(targetValue), unit).trim();
        return [fullDay(day), states[state], amount].filter((part) => part !== "").join(", ");
      },
    [amountOf, states, number, fullDay],
  );
}
