// From week to week, and how much of the week is done.

import type { Calendar, Day, Habit } from "@syncline/kanso-domain";
import { useState } from "react";
import type { Logs } from "../../data/entries.ts";
import { createProgressOf } from "../../data/kept-progress.ts";
import { weekRate } from "../../data/week-rate.ts";
import { useCalendarFormat } from "../../i18n/calendar-format.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { ProgressRing } from "../../ui/progress-ring.tsx";
import type { ShownWeek } from "./week-days.ts";

interface WeekBarProps {
  readonly week: ShownWeek;
  readonly habits: readonly Habit[];
  readonly logs: Logs;
  readonly calendar: Calendar;
  onWeek(day: Day): void;
}

export function WeekBar({ week, habits, logs, calendar, onWeek }: WeekBarProps) {
  const text = useMessages("week");
  const format = useFormat();
  const { range } = useCalendarFormat();
  const { from, to } = week;
  const isThis = from <= calendar.today && calendar.today <= to;
  const [progressOf] = useState(createProgressOf);
  const rate = weekRate({ habits, logs, calendar, progressOf }, week);
  const share = isThis && calendar.today < to ? text.doneUntilToday : text.doneShare;
  return (
    <section className="week-bar card" aria-label={range(from, to)}>
      <ProgressRing share={(rate ?? 0) / 100}>
        <span className="week-bar-percent" aria-hidden="true">
          {rate === null ? "" : format.percent(rate / 100)}
        </span>
      </ProgressRing>
      <div className="week-bar-text" aria-live="polite">
        <strong>{range(from, to)}</strong>
        <span className="soft">
          {rate === null ? text.nothingAsked : share(format.percent(rate / 100))}
        </span>
      </div>
      <div className="week-bar-arrows">
        {isThis ? null : <Button onClick={() => onWeek(calendar.today)}>{text.thisWeek}</Button>}
        <IconButton icon="left" label={text.previous} onClick={() => onWeek(from - 7)} />
        <IconButton
          icon="right"
          label={text.next}
          disabled={isThis}
          onClick={() => onWeek(from + 7)}
        />
      </div>
    </section>
  );
}
