// How a habit has gone of late, and on which weekdays it goes best.

import { progressBy, startOfMonth, startOfWeek } from "@syncline/kanso-domain";
import { useMemo } from "react";
import { weekdayShares } from "../../data/weekday-shares.ts";
import { useCalendarFormat } from "../../i18n/calendar-format.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Plot } from "../../ui/plot.tsx";
import type { Course } from "./use-course.ts";

const WEEKS = 26;
const MONTHS = 24;
/** With more than half a year there is more to see by months. */
const LONG_DAYS = 200;

interface HabitChartsProps {
  readonly course: Course;
  readonly weekStart: number;
}

export function HabitCharts({ course, weekStart }: HabitChartsProps) {
  const text = useMessages("habit");
  const format = useFormat();
  const { month, monthOfYear, dayAndMonth } = useCalendarFormat();
  const byMonth = course.days.length > LONG_DAYS;
  const trend = useMemo(() => {
    const from = byMonth
      ? startOfMonth(course.today - 30 * MONTHS)
      : startOfWeek(course.today - 7 * WEEKS, weekStart);
    const days = course.days.filter(({ day }) => day >= from);
    return progressBy(byMonth ? "month" : "week", days, weekStart).map(({ from, rate }) => ({
      name: byMonth ? monthOfYear(from) : dayAndMonth(from),
      short: byMonth ? month(from) : dayAndMonth(from),
      value: rate,
    }));
  }, [course, byMonth, weekStart, month, monthOfYear, dayAndMonth]);
  const weekdays = useMemo(() => {
    const shares = weekdayShares(course.days);
    return [0, 1, 2, 3, 4, 5, 6].map((place) => {
      const weekday = (weekStart + place) % 7;
      const name = format.weekday(SUNDAY + weekday);
      return { name, short: name, value: shares[weekday] ?? null };
    });
  }, [course, weekStart, format]);
  return (
    <div className="habit-charts">
      <Plot
        title={byMonth ? text.trendByMonth : text.trendByWeek}
        look="line"
        points={trend}
        valueName={text.rate}
        pointName={byMonth ? text.month : text.week}
      />
      <Plot
        title={text.byWeekday}
        look="bars"
        points={weekdays}
        valueName={text.rate}
        pointName={text.weekday}
      />
    </div>
  );
}

/** A Sunday, to name weekdays by. */
const SUNDAY = 3;
