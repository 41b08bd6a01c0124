// The order of all habits: rows are dragged by their handles, moved with buttons, or with the arrow keys after Space.

import type { Habit } from "@syncline/kanso-domain";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useActions } from "../../data/actions.ts";
import { useMessages } from "../../i18n/index.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { paletteOf } from "../../theme/habit-color.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { HabitIcon, Icon } from "../../ui/icon.tsx";
import { movedTo } from "./moved-to.ts";
import { shiftOf, useDragOrder } from "./use-drag-order.ts";
import "./order-list.css";

interface OrderListProps {
  readonly habits: readonly Habit[];
  onDone(): void;
}

export function OrderList({ habits, onDone }: OrderListProps) {
  const text = useMessages("today");
  const actions = useActions();
  const act = useUndoToast();
  /** What is shown until it is on the device, or while a row is held with the keyboard. */
  const [moved, setMoved] = useState<readonly Habit[]>();
  const [heldId, setHeldId] = useState<string>();
  const [said, say] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const shown = moved ?? habits;

  function save(ordered: readonly Habit[]): void {
    setMoved(ordered);
    const saved = actions.reorderHabits(ordered);
    act(saved, text.toastOrder);
    saved.then(
      () => setMoved(undefined),
      () => setMoved(undefined),
    );
  }
  function move(from: number, to: number): void {
    const habit = shown[from];
    if (habit === undefined || to < 0 || to >= shown.length || from === to) return;
    save(movedTo(shown, from, to));
    say(text.orderDropped(habit.title, to + 1, shown.length));
  }
  const { drag, handle, cancel } = useDragOrder(list, move);

  // A row that is moved in the page loses the focus there.
  useEffect(() => {
    if (heldId !== undefined)
      list.current?.querySelector<HTMLElement>(`[data-handle="${CSS.escape(heldId)}"]`)?.focus();
  });

  function onKey(event: KeyboardEvent, at: number): void {
    const habit = shown[at];
    if (habit === undefined) return;
    const { key } = event;
    if (key === "Escape" && drag !== undefined) {
      cancel();
      return;
    }
    if (heldId === undefined) {
      if (key !== " " && key !== "Enter") return;
      event.preventDefault();
      setHeldId(habit.id);
      setMoved(shown);
      say(text.orderGrabbed(habit.title, at + 1, shown.length));
      return;
    }
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      Home: 0,
      End: shown.length - 1,
    };
    const to = steps[key];
    if (to !== undefined) {
      event.preventDefault();
      if (to < 0 || to >= shown.length) return;
      setMoved(movedTo(shown, at, to));
      say(text.orderMoved(habit.title, to + 1, shown.length));
    } else if (key === " " || key === "Enter" || key === "Tab") {
      if (key !== "Tab") event.preventDefault();
      setHeldId(undefined);
      if (shown.every((one, place) => one.id === habits[place]?.id)) setMoved(undefined);
      else save(shown);
      say(text.orderDropped(habit.title, at + 1, shown.length));
    } else if (key === "Escape") {
      event.preventDefault();
      setHeldId(undefined);
      setMoved(undefined);
      say(text.orderCancelled(habit.title));
    }
  }

  return (
    <div className="stack">
      <p id="order-hint" className="soft">
        {text.orderHint}
      </p>
      <ul
        ref={list}
        className="plain-list order-list"
        aria-label={text.orderList}
        data-dragging={drag !== undefined}
      >
        {shown.map((habit, at) => (
          <li
            key={habit.id}
            className="order-row"
            data-color={paletteOf(habit.color)}
            data-held={heldId === habit.id || drag?.from === at}
            style={{ transform: `translateY(${shiftOf(at, drag)}px)` }}
          >
            <button
              type="button"
              className="order-handle"
              data-handle={habit.id}
              aria-label={text.orderHandle(habit.title)}
              aria-describedby="order-hint"
              aria-pressed={heldId === habit.id}
              onKeyDown={(event) => onKey(event, at)}
              {...handle(at)}
            >
              <Icon name="grip" />
            </button>
            <HabitIcon icon={habit.icon} title={habit.title} />
            <span className="habit-title" dir="auto">
              {habit.title}
            </span>
            <IconButton
              icon="up"
              label={text.orderUp(habit.title)}
              disabled={at === 0}
              onClick={() => move(at, at - 1)}
            />
            <IconButton
              icon="down"
              label={text.orderDown(habit.title)}
              disabled={at === shown.length - 1}
              onClick={() => move(at, at + 1)}
            />
          </li>
        ))}
      </ul>
      <output className="unseen" aria-live="assertive">
        {said}
      </output>
      <Button look="strong" onClick={onDone}>
        {text.orderDone}
      </Button>
    </div>
  );
}
