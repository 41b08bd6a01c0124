// What was entered, month by month, to be looked at and corrected.

import {
  type Calendar,
  type Day,
  type Habit,
  type HabitLog,
  reaches,
} from "@syncline/kanso-domain";
import { useMemo, useState } from "react";
import { useEntries } from "../../data/entries.ts";
import { amountInWords } from "../../i18n/amount.ts";
import { useCalendarFormat } from "../../i18n/calendar-format.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { shareStyle } from "../../ui/share-style.ts";
import "../../ui/day-mark.css";
import { AddPastDay } from "./add-past-day.tsx";
import { type HistoryDay, historyOf } from "./history-months.ts";

/** One month is shown at first: what stands below it is not to be far away. */
const MONTHS = 1;
const MORE_MONTHS = 6;

interface HistoryProps {
  readonly habit: Habit;
  readonly log: HabitLog;
  readonly calendar: Calendar;
  onDay(day: Day): void;
}

export function History({ habit, log, calendar, onDay }: HistoryProps) {
  const text = useMessages("habit");
  const { monthOfYear } = useCalendarFormat();
  const entries = useEntries(habit.id);
  const [shown, setShown] = useState(MONTHS);
  const [isAdding, setIsAdding] = useState(false);
  const months = useMemo(() => historyOf(entries ?? [], log, calendar), [entries, log, calendar]);
  return (
    <section className="card habit-history" aria-labelledby="history">
      <header className="year-header">
        <h2 id="history">{text.history}</h2>
        <Button icon="plus" onClick={() => setIsAdding(true)}>
          {text.addPast}
        </Button>
      </header>
      {entries !== undefined && months.length === 0 ? (
        <p className="soft">{text.noEntries}</p>
      ) : null}
      {months.slice(0, shown).map(({ first, days }) => (
        <section key={first} aria-labelledby={`month-${first}`}>
          <h3 id={`month-${first}`} className="soft">
            {monthOfYear(first)}
          </h3>
          <ul className="plain-list">
            {days.map((day) => (
              <HistoryRow key={day.day} habit={habit} of={day} onDay={onDay} />
            ))}
          </ul>
        </section>
      ))}
      {months.length > shown ? (
        <Button onClick={() => setShown(shown + MORE_MONTHS)}>{text.earlier}</Button>
      ) : null}
      {isAdding ? (
        <AddPastDay
          today={calendar.today}
          onClose={() => setIsAdding(false)}
          onDay={(day) => {
            setIsAdding(false);
            onDay(day);
          }}
        />
      ) : null}
    </section>
  );
}

interface HistoryRowProps {
  readonly habit: Habit;
  readonly of: HistoryDay;
  onDay(day: Day): void;
}

function HistoryRow({ habit, of: { day, total, skipped, notes }, onDay }: HistoryRowProps) {
  const text = useMessages("habit");
  const words = { text: useMessages("today"), format: useFormat() };
  const isDone = !skipped && reaches(habit, total);
  const state = isDone ? "done" : skipped ? "skipped" : total > 0 ? "partly" : "open";
  const amount =
    habit.type === "boolean" || skipped ? text.states[state] : amountInWords(habit, total, words);
  return (
    <li>
      <button type="button" className="history-row" onClick={() => onDay(day)}>
        <span
          className="day-mark history-mark"
          data-state={state}
          style={shareStyle(total, habit.targetValue)}
        >
          {isDone ? <Icon name="check" /> : null}
        </span>
        <span className="history-day">{words.format.longDay(day)}</span>
        <span className="soft history-amount">{amount}</span>
        {notes === "" ? null : (
          <span className="soft history-notes" dir="auto">
            {notes}
          </span>
        )}
      </button>
    </li>
  );
}
