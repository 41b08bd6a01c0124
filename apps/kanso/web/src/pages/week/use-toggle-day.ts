// A tap on a day of a habit that is done or not: does it, and takes it back.

import type { DayProgress, Habit } from "@syncline/kanso-domain";
import { useActions } from "../../data/actions.ts";
import { useMessages } from "../../i18n/index.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";

export function useToggleDay(habit: Habit, { day, done, skipped }: DayProgress): () => void {
  const actions = useActions();
  const text = useMessages("today");
  const act = useUndoToast();
  return () => {
    if (done || skipped) act(actions.clearEntry(habit, day), text.toastCleared(habit.title));
    else act(actions.completeHabit(habit, day), text.toastDone(habit.title));
  };
}
