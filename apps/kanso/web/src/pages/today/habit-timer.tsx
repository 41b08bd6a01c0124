// A timer on the list: starts and stops, and adds its time to the day on which it was started.

import type { Day, Habit } from "@syncline/kanso-domain";
import { useEffect, useState } from "react";
import { useActions } from "../../data/actions.ts";
import { useClient } from "../../data/collections.ts";
import { logStoreOf } from "../../data/log-store.ts";
import { startTimer, stopTimer, useTimer } from "../../data/timers.ts";
import { additionInWords } from "../../i18n/amount.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { IconButton } from "../../ui/button.tsx";
import { useToast } from "../../ui/toast.tsx";
import { timerAmount, timerText } from "./timer-amount.ts";

export function TimerButton({ habit, day }: { readonly habit: Habit; readonly day: Day }) {
  const text = useMessages("today");
  const format = useFormat();
  const actions = useActions();
  const act = useUndoToast();
  const show = useToast();
  const logs = logStoreOf(useClient());
  const timer = useTimer(habit.id);
  const { id, title, unit } = habit;
  if (timer === undefined)
    return (
      <IconButton
        icon="play"
        label={text.startTimer(title)}
        onClick={() => startTimer(id, { startedMs: Date.now(), day })}
      />
    );
  function stop(started: { readonly startedMs: number; readonly day: Day }): void {
    const amount = timerAmount(Date.now() - started.startedMs, unit);
    stopTimer(id);
    if (amount === 0) {
      show({ text: text.toastTooShort });
      return;
    }
    const before = logs.getSnapshot().logOf(id).get(started.day)?.total ?? 0;
    const said = additionInWords(habit, { before, amount }, { text, format });
    act(actions.completeHabit(habit, started.day, amount), said);
  }
  return <IconButton icon="stop" label={text.stopTimer(title)} onClick={() => stop(timer)} />;
}

/** The time that runs; nothing where none does. */
export function TimerTime({ habit }: { readonly habit: Habit }) {
  const timer = useTimer(habit.id);
  const nowMs = useSeconds(timer !== undefined);
  if (timer === undefined) return null;
  return (
    <span className="timer-time" role="timer">
      {timerText(nowMs - timer.startedMs)}
      {" · "}
    </span>
  );
}

function useSeconds(runs: boolean): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!runs) return;
    const look = () => setNowMs(Date.now());
    look();
    const timer = setInterval(look, 1_000);
    return () => clearInterval(timer);
  }, [runs]);
  return nowMs;
}
