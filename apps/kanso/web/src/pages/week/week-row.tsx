// A habit's week.

import {
  type Calendar,
  type Day,
  type Habit,
  type HabitLog,
  standingOf,
  weekdayOf,
} from "@syncline/kanso-domain";
import { memo } from "react";
import { Link } from "wouter";
import { stateOfDay, vacationDays } from "../../data/day-state.ts";
import { useCalendarFormat } from "../../i18n/calendar-format.ts";
import { useDayWords } from "../../i18n/day-words.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { paletteOf } from "../../theme/habit-color.ts";
import { HabitIcon, Icon } from "../../ui/icon.tsx";
import { shareStyle } from "../../ui/share-style.ts";
import { weekOfDay } from "./week-days.ts";
import { weekProgressOf } from "./week-progress.ts";
import "../../ui/day-mark.css";

interface WeekRowProps {
  readonly habit: Habit;
  readonly log: HabitLog;
  readonly calendar: Calendar;
  /** The first day of the week. */
  readonly week: Day;
  readonly index: number;
}

export const WeekRow = memo(function WeekRow(props: WeekRowProps) {
  const { habit, log, calendar, week, index } = props;
  const text = useMessages("week");
  const format = useFormat();
  const { compact } = useCalendarFormat();
  const words = useDayWords();
  const shown = weekOfDay(week, calendar);
  const days = weekProgressOf(habit, log, calendar, shown);
  const isVacation = vacationDays(calendar, habit.id);
  const isCounted = habit.type !== "boolean";
  const sum = days.reduce((total, day) => total + Math.round(day.total * 1000), 0) / 1000;
  const done = days.filter((day) => day.done).length;
  const standing = standingOf(habit, log, calendar, shown.from);
  const said =
    standing.unit === "week" && standing.of > 0
      ? text.ofQuota(format.number(standing.done), format.number(standing.of))
      : isCounted
        ? ""
        : text.days(done);
  const totals = [isCounted ? text.sumOf(format.number(sum), habit.unit) : "", said];
  return (
    <tr className="week-row" data-color={paletteOf(habit.color)}>
      <th scope="row" className="week-name">
        <Link href={`/habits/${habit.id}`} className="week-habit">
          <HabitIcon icon={habit.icon} title={habit.title} />
          <span>{habit.title}</span>
        </Link>
      </th>
      {days.map((progress, place) => {
        const { day, total } = progress;
        const state = stateOfDay(progress, calendar, isVacation);
        const isAhead = day > calendar.today;
        const isStop = index === 0 && day === Math.min(calendar.today, shown.to);
        return (
          <td key={weekdayOf(day)} className="week-cell" data-today={day === calendar.today}>
            <button
              type="button"
              data-cell={`${index}:${place}`}
              tabIndex={isStop ? 0 : -1}
              aria-label={`${habit.title}, ${words(habit, progress, state)}`}
              aria-disabled={isAhead}
              {...(isCounted ? {} : { "aria-pressed": progress.done })}
              {...(isAhead
                ? {}
                : {
                    "data-habit": habit.id,
                    "data-day": day,
                    "data-marked": progress.done || progress.skipped,
                  })}
            >
              <span
                className="day-mark week-mark"
                data-state={state}
                style={shareStyle(total, habit.targetValue)}
              >
                {isCounted && total > 0 ? (
                  <span className="week-value">{compact(total)}</span>
                ) : progress.done ? (
                  <Icon name="check" />
                ) : null}
              </span>
            </button>
          </td>
        );
      })}
      <td className="week-total soft">{totals.filter((part) => part !== "").join(" · ")}</td>
    </tr>
  );
});
