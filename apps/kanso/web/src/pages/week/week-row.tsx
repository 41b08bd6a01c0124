// A habit's week.

import type { Calendar, Day, DayProgress, Habit, HabitLog } from "@syncline/kanso-domain";
import { memo } from "react";
import { Link } from "wouter";
import { type DayState, stateOfDay, vacationDays } from "../../data/day-state.ts";
import { useCalendarFormat } from "../../i18n/calendar-format.ts";
import { useDayWords } from "../../i18n/day-words.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { paletteOf } from "../../theme/habit-color.ts";
import { HabitIcon, Icon } from "../../ui/icon.tsx";
import { shareStyle } from "../../ui/share-style.ts";
import { useLongPress } from "../today/use-long-press.ts";
import { useToggleDay } from "./use-toggle-day.ts";
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
  onOpen(habitId: string, day: Day): void;
}

export const WeekRow = memo(
  function WeekRow({ habit, log, calendar, week, index, onOpen }: WeekRowProps) {
    const text = useMessages("week");
    const format = useFormat();
    const shown = weekOfDay(week, calendar);
    const days = weekProgressOf(habit, log, calendar, shown);
    const isVacation = vacationDays(calendar, habit.id);
    const counted = habit.type !== "boolean";
    const sum = days.reduce((total, day) => total + Math.round(day.total * 1000), 0) / 1000;
    const done = days.filter((day) => day.done).length;
    const total = counted ? `${format.number(sum)} ${habit.unit}`.trim() : text.days(done);
    return (
      <tr className="week-row" data-color={paletteOf(habit.color)}>
        <th scope="row" className="week-name">
          <Link href={`/habits/${habit.id}`} className="week-habit">
            <HabitIcon icon={habit.icon} title={habit.title} />
            <span>{habit.title}</span>
          </Link>
        </th>
        {days.map((progress, place) => (
          <WeekCell
            key={progress.day}
            habit={habit}
            progress={progress}
            state={stateOfDay(progress, calendar, isVacation)}
            today={calendar.today}
            place={`${index}:${place}`}
            isStop={index === 0 && progress.day === Math.min(calendar.today, shown.to)}
            onOpen={onOpen}
          />
        ))}
        <td className="week-total soft">{total}</td>
      </tr>
    );
  },
  (before, after) =>
    before.habit === after.habit &&
    before.log === after.log &&
    before.calendar === after.calendar &&
    before.week === after.week &&
    before.index === after.index,
);

interface WeekCellProps {
  readonly habit: Habit;
  readonly progress: DayProgress;
  readonly state: DayState;
  readonly today: Day;
  readonly place: string;
  /** Where the tab key enters the grid. */
  readonly isStop: boolean;
  onOpen(habitId: string, day: Day): void;
}

function WeekCell({ habit, progress, state, today, place, isStop, onOpen }: WeekCellProps) {
  const calendarFormat = useCalendarFormat();
  const words = useDayWords();
  const { day, total, done } = progress;
  const open = () => onOpen(habit.id, day);
  const toggle = useToggleDay(habit, progress);
  const counted = habit.type !== "boolean";
  const press = useLongPress(open, counted ? open : toggle);
  const isAhead = day > today;
  return (
    <td className="week-cell" data-today={day === today}>
      <button
        type="button"
        data-cell={place}
        tabIndex={isStop ? 0 : -1}
        aria-label={`${habit.title}, ${words(habit, progress, state)}`}
        {...(counted ? {} : { "aria-pressed": done })}
        aria-disabled={isAhead}
        {...(isAhead ? {} : press)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || isAhead) return;
          event.preventDefault();
          open();
        }}
      >
        <span
          className="day-mark week-mark"
          data-state={state}
          style={shareStyle(total, habit.targetValue)}
        >
          {counted && total > 0 ? (
            <span className="week-value">{calendarFormat.compact(total)}</span>
          ) : done ? (
            <Icon name="check" />
          ) : null}
        </span>
      </button>
    </td>
  );
}
