// What a tap, a long press and keys do with the habits of a day: one set of handlers for all of them.

import type { Day } from "@syncline/kanso-domain";
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useRef } from "react";
import { useActions } from "../../data/actions.ts";
import { additionInWords } from "../../i18n/amount.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { stepOf } from "./step.ts";
import type { DueHabit } from "./use-due-habits.ts";
import { useLongPress } from "./use-long-press.ts";

interface RowActionsOptions {
  readonly rows: readonly DueHabit[];
  readonly day: Day;
  onOpen(habitId: string): void;
}

/** For buttons with `data-habit`. A tap completes and takes that back; of what is counted it adds a step. */
export function useRowActions({ rows, day, onOpen }: RowActionsOptions) {
  const actions = useActions();
  const text = useMessages("today");
  const format = useFormat();
  const act = useUndoToast();
  const at = useRef<DueHabit>(undefined);

  function find({ target }: { readonly target: EventTarget }): DueHabit | undefined {
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-habit]") : null;
    at.current = rows.find((row) => row.isKnown && row.habit.id === button?.dataset["habit"]);
    return at.current;
  }

  function open(): void {
    if (at.current !== undefined) onOpen(at.current.habit.id);
  }

  function tap(): void {
    if (at.current === undefined) return;
    const { habit, progress } = at.current;
    const { title } = habit;
    if (habit.type !== "boolean") {
      const step = stepOf(habit.targetValue);
      const added = { before: progress.total, amount: step };
      const said = additionInWords(habit, added, { text, format });
      act(actions.completeHabit(habit, day, step), said);
    } else if (progress.done) act(actions.reopenDay(habit, day), text.toastCleared(title));
    else act(actions.completeHabit(habit, day), text.toastDone(title));
  }

  const press = useLongPress(open, tap);
  return {
    ...press,
    onPointerDown(event: PointerEvent) {
      if (find(event) !== undefined) press.onPointerDown(event);
    },
    onContextMenu(event: MouseEvent) {
      if (find(event) !== undefined) press.onContextMenu(event);
    },
    onClick(event: MouseEvent) {
      if (find(event) !== undefined) press.onClick(event);
    },
    onKeyDown(event: KeyboardEvent) {
      if (event.key !== "Enter" || find(event) === undefined) return;
      event.preventDefault();
      open();
    },
  };
}
