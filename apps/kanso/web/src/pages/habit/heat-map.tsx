// A year of a habit: what became of each day.

import {
  type Calendar,
  type Day,
  dailyProgress,
  dateOfDay,
  dayOfDate,
  type Habit,
  type HabitLog,
} from "@syncline/kanso-domain";
import { useDeferredValue, useMemo } from "react";
import { stateOfDay, vacationDays } from "../../data/day-state.ts";
import { type DayWords, useDayWords } from "../../i18n/day-words.ts";
import { DayLegend } from "../../ui/day-legend.tsx";
import { shareStyle } from "../../ui/share-style.ts";
import { YearCard } from "../../ui/year-card.tsx";
import { YearGrid, type YearMark } from "../../ui/year-grid.tsx";

interface HeatMapProps {
  readonly habit: Habit;
  readonly log: HabitLog;
  readonly calendar: Calendar;
  readonly year: number;
  /** The habit's first day: there is nothing to see before its year. */
  readonly first: Day;
  onYear(year: number): void;
  onDay(day: Day): void;
}

export function HeatMap(props: HeatMapProps) {
  const { habit, log, calendar, year, first, onYear, onDay } = props;
  const words = useDayWords();
  // The arrows answer at once; the squares come as the page has time for them.
  const shown = useDeferredValue(year);
  const marks = useMemo(
    () => marksOf({ habit, log, calendar, year: shown }, words),
    [habit, log, calendar, shown, words],
  );
  const mayWait = habit.frequencyType === "weekly" || habit.frequencyType === "interval";
  const free = mayWait ? (["free"] as const) : [];
  const partly = habit.type === "boolean" ? [] : (["partly"] as const);
  return (
    <YearCard
      id="heat-map"
      year={year}
      earliest={dateOfDay(first).year}
      latest={dateOfDay(calendar.today).year}
      onYear={onYear}
    >
      <YearGrid
        year={shown}
        weekStart={calendar.weekStart}
        today={calendar.today}
        labelledBy="heat-map"
        marks={marks}
        onDay={onDay}
      />
      <DayLegend states={["done", ...partly, "skipped", "vacation", "open", ...free]} />
    </YearCard>
  );
}

function marksOf(
  { habit, log, calendar, year }: Pick<HeatMapProps, "habit" | "log" | "calendar" | "year">,
  words: DayWords,
): ReadonlyMap<Day, YearMark> {
  const isVacation = vacationDays(calendar, habit.id);
  const range = { from: dayOfDate(year, 1, 1), to: dayOfDate(year, 12, 31) };
  return new Map(
    dailyProgress(habit, log, calendar, range).map((progress) => {
      const { day, total } = progress;
      const state = stateOfDay(progress, calendar, isVacation);
      const mark = { state, words: words(habit, progress, state) };
      return [
        day,
        state === "partly" ? { ...mark, style: shareStyle(total, habit.targetValue) } : mark,
      ];
    }),
  );
}
