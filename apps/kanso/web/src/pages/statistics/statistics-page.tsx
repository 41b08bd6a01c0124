// How well it goes, all habits together.

import { useState } from "react";
import { useCalendar } from "../../data/calendar.ts";
import { useLogs } from "../../data/entries.ts";
import { firstDayOf } from "../../data/first-day.ts";
import { useHabits } from "../../data/habits.ts";
import { useOverview } from "../../data/overview.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Segmented } from "../../ui/field.tsx";
import { useGrowing } from "../../ui/use-growing.ts";
import { AllHabitsCalendar } from "./all-habits-calendar.tsx";
import { RANGES, type RangeName, rangeOf } from "./ranges.ts";
import { Ranking } from "./ranking.tsx";
import { RightNow } from "./right-now.tsx";
import { StatisticsCharts } from "./statistics-charts.tsx";
import { Vacations } from "./vacations.tsx";
import "../../shell/wide-page.css";
import "./statistics.css";

/** Charts, ranking, calendar, vacations. */
const PARTS = 4;

export function StatisticsPage() {
  const text = useMessages("statistics");
  const { newHabit } = useMessages("shell");
  const calendar = useCalendar();
  const { ready, habits } = useHabits();
  const logs = useLogs(calendar);
  const [name, setName] = useState<RangeName>("quarter");
  const first = firstDayOf(habits, calendar);
  const { period, ...range } = rangeOf(name, calendar, first);
  const input = { habits, logs, calendar };
  const overview = useOverview(input, range);
  const parts = useGrowing(overview === undefined ? 0 : PARTS, 1);
  return (
    <Page title={text.title}>
      <div className="wide-page">
        {ready && habits.length === 0 ? (
          <EmptyState icon="chart" title={text.empty} text={text.emptyText}>
            <ButtonLink href="/habits/new" look="strong" icon="plus">
              {newHabit}
            </ButtonLink>
          </EmptyState>
        ) : (
          <>
            <RightNow {...input} />
            <details className="how-counted soft">
              <summary>{text.howCounted}</summary>
              <ul>
                {text.howCountedLines.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </details>
            <Segmented<RangeName>
              label={text.range}
              value={name}
              choices={RANGES.map((value) => ({ value, label: text.ranges[value] }))}
              onChoose={setName}
            />
          </>
        )}
        {overview === undefined || habits.length === 0 ? null : (
          <>
            <StatisticsCharts days={overview.days} period={period} calendar={calendar} />
            {parts > 1 ? <Ranking habits={overview.habits} /> : null}
            {parts > 2 ? <AllHabitsCalendar {...input} first={first} /> : null}
          </>
        )}
        {(overview !== undefined && parts > 3) || (ready && habits.length === 0) ? (
          <Vacations habits={habits} calendar={calendar} />
        ) : null}
      </div>
    </Page>
  );
}
