// The habits of a day. Space or a tap completes, Enter or a long press opens the rest, arrows go from one to the next.

import type { Day } from "@syncline/kanso-domain";
import type { KeyboardEvent } from "react";
import { useMessages } from "../../i18n/index.tsx";
import { useGrowing } from "../../ui/use-growing.ts";
import { HabitRow } from "./habit-row.tsx";
import type { DueHabit } from "./use-due-habits.ts";
import { useRowActions } from "./use-row-actions.ts";

/** As many as a phone shows. */
const SCREEN = 10;

interface HabitListProps {
  readonly rows: readonly DueHabit[];
  readonly day: Day;
  onOpen(habitId: string): void;
}

export function HabitList({ rows, day, onOpen }: HabitListProps) {
  const text = useMessages("today");
  const shown = useGrowing(rows.length, SCREEN);
  const actions = useRowActions({ rows, day, onOpen });
  return (
    <ul
      className="plain-list"
      aria-label={text.list}
      {...actions}
      onKeyDown={(event) => {
        moveFocus(event);
        actions.onKeyDown(event);
      }}
    >
      {rows.slice(0, shown).map((row) => (
        <HabitRow key={row.habit.id} row={row} day={day} onOpen={onOpen} />
      ))}
    </ul>
  );
}

function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>(".habit-main")];
  const at = buttons.findIndex((button) => button.closest("li")?.contains(document.activeElement));
  const next = buttons[at + step];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
