// How all habits have gone in a time, and on which weekdays they go best.

import { type Calendar, type DayProgress, type Period, progressBy } from "@syncline/kanso-domain";
import { useMemo } from "react";
import { weekdayShares } from "../../data/weekday-shares.ts";
import { useCalendarFormat } from "../../i18n/calendar-format.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Plot } from "../../ui/plot.tsx";

interface StatisticsChartsProps {
  readonly days: readonly DayProgress[];
  readonly period: Period;
  readonly calendar: Pick<Calendar, "weekStart">;
}

/** A Sunday, to name weekdays by. */
const SUNDAY = 3;

export function StatisticsCharts({ days, period, calendar: { weekStart } }: StatisticsChartsProps) {
  const text = useMessages("statistics");
  const format = useFormat();
  const { dayAndMonth, month, monthOfYear } = useCalendarFormat();
  const trend = useMemo(() => {
    const isLong = period === "month" || period === "year";
    return progressBy(period, days, weekStart).map(({ from, rate }) => ({
      name: isLong ? monthOfYear(from) : dayAndMonth(from),
      short: period === "month" ? month(from) : isLong ? monthOfYear(from) : dayAndMonth(from),
      value: rate,
    }));
  }, [days, period, weekStart, dayAndMonth, month, monthOfYear]);
  const weekdays = useMemo(() => {
    const shares = weekdayShares(days);
    return [0, 1, 2, 3, 4, 5, 6].map((place) => {
      const weekday = (weekStart + place) % 7;
      const name = format.weekday(SUNDAY + weekday);
      return { name, short: name, value: shares[weekday] ?? null };
    });
  }, [days, weekStart, format]);
  return (
    <div className="statistics-charts">
      <Plot
        title={text.trend}
        look="line"
        points={trend}
        valueName={text.rate}
        pointName={text.from}
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
