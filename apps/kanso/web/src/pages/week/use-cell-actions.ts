// What a tap, a long press and keys do with the cells of the week: one set of handlers for all of them.

import type { Day, Habit } from "@syncline/kanso-domain";
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useRef } from "react";
import { useActions } from "../../data/actions.ts";
import { useMessages } from "../../i18n/index.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { useLongPress } from "../today/use-long-press.ts";

interface CellActionsOptions {
  readonly habits: readonly Habit[];
  onOpen(habitId: string, day: Day): void;
}

interface Cell {
  readonly habit: Habit;
  readonly day: Day;
  /** Something was done on it, or it was skipped. */
  readonly isMarked: boolean;
}

/** For cells with `data-habit`, `data-day` and `data-marked`; without them a cell does nothing. */
export function useCellActions({ habits, onOpen }: CellActionsOptions) {
  const actions = useActions();
  const text = useMessages("today");
  const act = useUndoToast();
  const at = useRef<Cell>(undefined);

  function find({ target }: { readonly target: EventTarget }): Cell | undefined {
    const element = target instanceof Element ? target.closest<HTMLElement>("[data-cell]") : null;
    const { habit: id, day, marked } = element?.dataset ?? {};
    const habit = habits.find((one) => one.id === id);
    at.current =
      habit === undefined || day === undefined
        ? undefined
        : { habit, day: Number(day), isMarked: marked === "true" };
    return at.current;
  }

  function open(): void {
    if (at.current !== undefined) onOpen(at.current.habit.id, at.current.day);
  }

  function tap(): void {
    if (at.current === undefined) return;
    const { habit, day, isMarked } = at.current;
    if (habit.type !== "boolean") open();
    else if (isMarked) act(actions.reopenDay(habit, day), text.toastCleared(habit.title));
    else act(actions.completeHabit(habit, day), text.toastDone(habit.title));
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
