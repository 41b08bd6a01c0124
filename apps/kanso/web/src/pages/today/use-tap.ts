// What a tap does: completes and takes that back; of what is counted it adds a step. A toast offers the way back.

import type { Day } from "@syncline/kanso-domain";
import { useActions } from "../../data/actions.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { stepOf } from "./step.ts";
import type { DueHabit } from "./use-due-habits.ts";

export function useTap({ habit, progress }: DueHabit, day: Day): () => void {
  const actions = useActions();
  const text = useMessages("today");
  const format = useFormat();
  const act = useUndoToast();
  const { title, unit } = habit;
  return () => {
    if (habit.type !== "boolean") {
      const step = stepOf(habit.targetValue);
      const amount = `${format.number(step)} ${unit}`.trim();
      act(actions.completeHabit(habit, day, step), text.toastAdded(title, amount));
    } else if (progress.done) act(actions.clearEntry(habit, day), text.toastCleared(title));
    else act(actions.completeHabit(habit, day), text.toastDone(title));
  };
}
