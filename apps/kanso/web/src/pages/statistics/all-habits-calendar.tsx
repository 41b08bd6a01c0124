// A year of all habits: how much of each day was done.

import { type Calendar, type Day, dateOfDay, dayOfDate, dayToText } from "@syncline/kanso-domain";
import { useMemo, useState } from "react";
import { useLocation } from "wouter";
import type { DayState } from "../../data/day-state.ts";
import { type DayCount, type OverviewInput, useOverview } from "../../data/overview.ts";
import { useCalendarFormat } from "../../i18n/calendar-format.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { DayLegend } from "../../ui/day-legend.tsx";
import { shareStyle } from "../../ui/share-style.ts";
import { YearCard } from "../../ui/year-card.tsx";
import { YearGrid, type YearMark } from "../../ui/year-grid.tsx";

interface AllHabitsCalendarProps extends OverviewInput {
  /** The first day of which anything is known. */
  readonly first: Day;
}

const NO_MARKS: ReadonlyMap<Day, YearMark> = new Map();

export function AllHabitsCalendar({ habits, logs, calendar, first }: AllHabitsCalendarProps) {
  const text = useMessages("statistics");
  const format = useFormat();
  const { fullDay } = useCalendarFormat();
  const latest = dateOfDay(calendar.today).year;
  const [chosen, setYear] = useState(latest);
  const year = Math.min(chosen, latest);
  const [, go] = useLocation();
  const range = { from: dayOfDate(year, 1, 1), to: dayOfDate(year, 12, 31) };
  const overview = useOverview({ habits, logs, calendar }, range);
  const shownYear = dateOfDay(overview?.counts[0]?.day ?? calendar.today).year;
  const marks = useMemo(() => {
    if (overview === undefined) return NO_MARKS;
    return new Map(
      overview.counts.map((count): [Day, YearMark] => {
        const { day, done, due } = count;
        const state = stateOf(count, calendar);
        const said = text.doneOf(format.number(done), format.number(due));
        const words = `${fullDay(day)}, ${due === 0 ? text.nothingDue : said}`;
        const style = state === "partly" ? { style: shareStyle(done, due) } : {};
        return [day, { state, words, ...style }];
      }),
    );
  }, [overview, calendar, text, format, fullDay]);
  return (
    <YearCard
      id="all-habits"
      year={year}
      earliest={dateOfDay(first).year}
      latest={latest}
      onYear={setYear}
    >
      <YearGrid
        year={shownYear}
        weekStart={calendar.weekStart}
        today={calendar.today}
        labelledBy="all-habits"
        marks={marks}
        onDay={(day) => go(day === calendar.today ? "/" : `/?day=${dayToText(day)}`)}
      />
      <DayLegend states={["done", "partly", "open", "off"]} />
    </YearCard>
  );
}

function stateOf({ day, done, due }: DayCount, { today }: Calendar): DayState {
  if (day > today) return "ahead";
  if (due === 0) return "off";
  return done === due ? "done" : done > 0 ? "partly" : "open";
}
