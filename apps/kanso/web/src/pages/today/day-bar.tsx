// From day to day, and how much of the day is done.

import { addUp, type Day } from "@syncline/kanso-domain";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { ProgressRing } from "../../ui/progress-ring.tsx";
import type { DueHabit } from "./use-due-habits.ts";

interface DayBarProps {
  readonly day: Day;
  readonly today: Day;
  readonly rows: readonly DueHabit[];
  onDay(day: Day): void;
}

export function DayBar({ day, today, rows, onDay }: DayBarProps) {
  const text = useMessages("today");
  const format = useFormat();
  const isKnown = rows.every((row) => row.isKnown);
  const { asked, met } =
    rows.length === 0 ? { asked: 0, met: 0 } : addUp(rows.map(({ progress }) => progress));
  const share = asked === 0 ? 0 : met / asked;
  return (
    <section className="day-bar card" aria-label={format.longDay(day)}>
      <ProgressRing share={share}>
        <span className="day-bar-percent" aria-hidden="true">
          {isKnown ? format.percent(share) : null}
        </span>
      </ProgressRing>
      <div className="day-bar-text">
        <strong>{format.longDay(day)}</strong>
        <span className="soft">
          {!isKnown
            ? "\u00a0"
            : asked === 0
              ? text.noneDue
              : met === asked
                ? text.allDone
                : text.doneOf(format.number(met), format.number(asked))}
        </span>
      </div>
      <div className="day-bar-arrows">
        {day === today ? null : <Button onClick={() => onDay(today)}>{text.title}</Button>}
        <IconButton icon="left" label={text.previousDay} onClick={() => onDay(day - 1)} />
        <IconButton
          icon="right"
          label={text.nextDay}
          disabled={day >= today}
          onClick={() => onDay(day + 1)}
        />
      </div>
    </section>
  );
}
