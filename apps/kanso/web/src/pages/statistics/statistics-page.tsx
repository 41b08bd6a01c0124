// How well it went: of each habit, how much of what was asked was done.

import { addUp, dailyProgress } from "@syncline/kanso-domain";
import { useCalendar } from "../../data/calendar.ts";
import { useLogs } from "../../data/entries.ts";
import { useHabits } from "../../data/habits.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";

export function StatisticsPage() {
  const text = useMessages("statistics");
  const format = useFormat();
  const calendar = useCalendar();
  const { habits } = useHabits();
  const { logOf } = useLogs(calendar);
  const days = { from: calendar.today - 29, to: calendar.today };
  return (
    <Page title={text.title}>
      <h2>{text.month}</h2>
      <ul className="plain-list">
        {habits.map((habit) => {
          const { rate } = addUp(dailyProgress(habit, logOf(habit.id), calendar, days));
          return (
            <li key={habit.id} className="card">
              <strong>{habit.title}</strong>
              <p className="soft">{rate === null ? text.none : format.percent(rate / 100)}</p>
            </li>
          );
        })}
      </ul>
    </Page>
  );
}
