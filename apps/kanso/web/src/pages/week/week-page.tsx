// The week: how many days of it each habit was done.

import { dailyProgress, startOfWeek } from "@syncline/kanso-domain";
import { useCalendar } from "../../data/calendar.ts";
import { useLogs } from "../../data/entries.ts";
import { useHabits } from "../../data/habits.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";

export function WeekPage() {
  const text = useMessages("week");
  const calendar = useCalendar();
  const { habits } = useHabits();
  const { logOf } = useLogs(calendar);
  const from = startOfWeek(calendar.today, calendar.weekStart);
  return (
    <Page title={text.title}>
      <ul className="plain-list">
        {habits.map((habit) => {
          const days = dailyProgress(habit, logOf(habit.id), calendar, { from, to: from + 6 });
          return (
            <li key={habit.id} className="card">
              <strong>{habit.title}</strong>
              <p className="soft">{text.days(days.filter(({ done }) => done).length)}</p>
            </li>
          );
        })}
      </ul>
    </Page>
  );
}
