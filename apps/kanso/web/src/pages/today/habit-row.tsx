// One habit of a day: what it is, how far it got, and the button that completes it.

import type { Day } from "@syncline/kanso-domain";
import { memo } from "react";
import { useCalendar } from "../../data/calendar.ts";
import { amountInWords } from "../../i18n/amount.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import type { Messages } from "../../i18n/messages/en.ts";
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
  const { done, skipped } = progress;
  const share = shareOf(row);
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
          <span className="habit-title" dir="auto">
            {habit.title}
          </span>
          <span className="soft">
            {habit.type === "timer" ? <TimerTime habit={habit} /> : null}
            {isKnown ? <Standing row={row} day={day} /> : NOTHING_YET}
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

/** What the ring shows: the week where it is the week that is counted, else the day. */
function shareOf({ habit, progress, standing }: DueHabit): number {
  if (standing.unit === "week" && standing.of > 0) return standing.done / standing.of;
  if (progress.done) return 1;
  return habit.targetValue > 0 ? progress.total / habit.targetValue : 0;
}

function Standing({ row, day }: { readonly row: DueHabit; readonly day: Day }) {
  const { today } = useCalendar();
  const text = useMessages("today");
  const format = useFormat();
  const { habit, progress, standing } = row;
  const ofWeek =
    standing.unit === "week" && standing.of > 0
      ? text.ofWeek(format.number(standing.done), format.number(standing.of))
      : "";
  const waits =
    standing.unit === "interval" && standing.dueIn > 0 && !progress.done
      ? text.dueAgain(standing.dueIn)
      : "";
  if (progress.skipped) return text.skipped;
  const own =
    habit.type === "boolean"
      ? dayInWords({ isToday: day === today, isAsked: progress.asked > 0, progress }, text)
      : amountInWords(habit, progress.total, { text, format });
  return [own, ofWeek || waits].filter((part) => part !== "").join(" · ");
}

interface OneDay {
  readonly isToday: boolean;
  readonly isAsked: boolean;
  readonly progress: DueHabit["progress"];
}

/** Nothing where it may wait: what is said beside it says more. */
function dayInWords({ isToday, isAsked, progress }: OneDay, text: Messages["today"]): string {
  if (progress.done) return text.done;
  if (progress.logged) return text.notDone;
  if (!isAsked) return "";
  return isToday ? text.toDo : text.notDone;
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
