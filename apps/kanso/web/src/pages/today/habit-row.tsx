// One habit of a day: what it is, how far it got, and the button that completes it.

import type { Day } from "@syncline/kanso-domain";
import { memo } from "react";
import { amountInWords } from "../../i18n/amount.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { paletteOf } from "../../theme/habit-color.ts";
import { IconButton } from "../../ui/button.tsx";
import { HabitIcon, Icon } from "../../ui/icon.tsx";
import { ProgressRing } from "../../ui/progress-ring.tsx";
import { TimerButton, TimerTime } from "./habit-timer.tsx";
import type { DueHabit } from "./use-due-habits.ts";

/** It has the height of what will stand there. */
const NOTHING_YET = "\u00a0";

interface HabitRowProps {
  readonly row: DueHabit;
  readonly day: Day;
  onOpen(habitId: string): void;
}

export const HabitRow = memo(function HabitRow({ row, day, onOpen }: HabitRowProps) {
  const text = useMessages("today");
  const { habit, isKnown, progress, streak } = row;
  const { done, skipped, total } = progress;
  const share = done ? 1 : habit.targetValue > 0 ? total / habit.targetValue : 0;
  const state = !isKnown ? "unknown" : done ? "done" : skipped ? "skipped" : "open";
  return (
    <li className="habit-row" data-color={paletteOf(habit.color)} data-state={state}>
      <button
        type="button"
        className="habit-main"
        {...(isKnown ? { "aria-pressed": done } : { "aria-disabled": true })}
        data-habit={habit.id}
      >
        <ProgressRing share={share}>
          <HabitIcon icon={habit.icon} title={habit.title} />
        </ProgressRing>
        <span className="habit-words">
          <span className="habit-title">{habit.title}</span>
          <span className="soft">
            {habit.type === "timer" ? <TimerTime habit={habit} /> : null}
            {isKnown ? <Amount row={row} /> : NOTHING_YET}
          </span>
        </span>
        {streak.current > 1 ? <StreakBadge row={row} /> : null}
        <span className="habit-mark">
          {done || skipped ? <Icon name={done ? "check" : "skip"} /> : null}
        </span>
      </button>
      {habit.type === "timer" ? <TimerButton habit={habit} day={day} /> : null}
      <IconButton
        icon="more"
        disabled={!isKnown}
        label={text.details(habit.title)}
        onClick={() => onOpen(habit.id)}
      />
    </li>
  );
});

function Amount({ row: { habit, progress } }: { readonly row: DueHabit }) {
  const text = useMessages("today");
  const format = useFormat();
  if (progress.skipped) return text.skipped;
  if (habit.type === "boolean") {
    if (habit.frequencyType === "weekly") return text.timesAWeek(habit.timesPerWeek);
    return progress.done ? text.done : text.notDone;
  }
  return amountInWords(habit, progress.total, { text, format });
}

function StreakBadge({ row: { streak } }: { readonly row: DueHabit }) {
  const text = useMessages("today");
  const format = useFormat();
  const words = { days: text.streakDays, weeks: text.streakWeeks, times: text.streakTimes };
  return (
    <span className="streak" title={words[streak.unit](streak.current)}>
      <Icon name="flame" />
      <span aria-hidden="true">{format.number(streak.current)}</span>
      <span className="unseen">{words[streak.unit](streak.current)}</span>
    </span>
  );
}
