// A year of all habits: how much of each day was done.

import { type Calendar, type Day, dateOfDay, dayOfDate, dayToText } from "@syncline/kanso-domain";
import { useMemo, useState } from "react";
import { useLocation } from "wouter";
import type { DayState } from "../../data/day-state.ts";
import { type OverviewInput, useOverview } from "../../data/overview.ts";
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
  const shownYear = dateOfDay(overview?.days[0]?.day ?? calendar.today).year;
  const marks = useMemo(() => {
    if (overview === undefined) return NO_MARKS;
    return new Map(
      overview.days.map(({ day, asked, met }): [Day, YearMark] => {
        const share = asked === 0 ? null : met / asked;
        const state = stateOf(day, share, calendar);
        const said = share === null ? text.nothingDue : text.doneShare(format.percent(share));
        const style = state === "partly" ? { style: shareStyle(share ?? 0, 1) } : {};
        return [day, { state, words: `${fullDay(day)}, ${said}`, ...style }];
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

function stateOf(day: Day, share: number | null, { today }: Calendar): DayState {
  if (day > today) return "ahead";
  if (share === null) return "off";
  return share === 1 ? "done" : share > 0 ? "partly" : "open";
}
