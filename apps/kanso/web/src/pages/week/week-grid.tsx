// Habits by days. Space or a tap completes, Enter opens the rest, arrows go from cell to cell.

import { type Calendar, type Day, type Habit, weekdayOf } from "@syncline/kanso-domain";
import { useDeferredValue } from "react";
import type { Logs } from "../../data/entries.ts";
import { sumByDay } from "../../data/overview.ts";
import { useCalendarFormat } from "../../i18n/calendar-format.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { useGridFocus } from "../../ui/use-grid-focus.ts";
import { useGrowing } from "../../ui/use-growing.ts";
import { useCellActions } from "./use-cell-actions.ts";
import type { ShownWeek } from "./week-days.ts";
import { weekProgressOf } from "./week-progress.ts";
import { WeekRow } from "./week-row.tsx";

/** As many as a phone shows. */
const SCREEN = 6;

interface WeekGridProps {
  readonly week: ShownWeek;
  readonly habits: readonly Habit[];
  readonly logs: Logs;
  readonly calendar: Calendar;
  onOpen(habitId: string, day: Day): void;
}

export function WeekGrid({ week: now, habits, logs, calendar, onOpen }: WeekGridProps) {
  const text = useMessages("week");
  const format = useFormat();
  const { fullDay, dayOfMonth } = useCalendarFormat();
  const focus = useGridFocus();
  const cells = useCellActions({ habits, onOpen });
  const { today } = calendar;
  const shown = habits.slice(0, useGrowing(habits.length, SCREEN));
  // The bar says at once which week it is; its days come as the page has time for them.
  const week = useDeferredValue(now);
  const totals = sumByDay(
    habits.map((habit) => weekProgressOf(habit, logs.logOf(habit.id), calendar, week)),
  );
  return (
    <table
      className="week-grid"
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells can be gone through by keys
      role="grid"
      aria-label={text.grid}
      {...cells}
      onFocus={focus.onFocus}
      onKeyDown={(event) => {
        focus.onKeyDown(event);
        cells.onKeyDown(event);
      }}
    >
      <thead>
        <tr className="week-row week-head">
          <th scope="col" className="week-corner">
            <span className="unseen">{text.habit}</span>
          </th>
          {week.days.map((day) => (
            <th
              key={day}
              scope="col"
              className="week-day"
              abbr={`${format.weekday(day)}, ${fullDay(day)}`}
              {...(day === today ? { "aria-current": "date" as const } : {})}
            >
              <span className="soft">{format.weekday(day)}</span>
              <span className="week-date">{dayOfMonth(day)}</span>
            </th>
          ))}
          <th scope="col" className="week-corner soft">
            {text.total}
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((habit, index) => (
          <WeekRow
            key={habit.id}
            habit={habit}
            log={logs.logOf(habit.id)}
            calendar={calendar}
            week={week.from}
            index={index}
          />
        ))}
      </tbody>
      {shown.length < habits.length ? null : (
        <tfoot>
          <tr className="week-row week-foot">
            <th scope="row" className="week-name week-foot-name soft">
              {text.done}
            </th>
            {totals.map(({ day, asked, met }) => (
              <td key={weekdayOf(day)} className="week-sum soft">
                {day > today ? "" : text.ofAll(format.number(met), format.number(asked))}
              </td>
            ))}
            <td className="week-total" />
          </tr>
        </tfoot>
      )}
    </table>
  );
}
