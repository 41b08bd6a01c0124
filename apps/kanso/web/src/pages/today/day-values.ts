// What the sheet of a day begins with, and what it saves.

import type { DayProgress, Habit } from "@syncline/kanso-domain";
import type { DayRecord } from "../../data/actions.ts";

/** `open`: nothing is said about what was done. `amount`: of habits that are counted. */
export const DAY_STATES = ["open", "done", "not-done", "amount", "skip"] as const;
export type DayChoice = (typeof DAY_STATES)[number];

/** What can be said of a day of a habit. */
export function choicesOf({ type }: Pick<Habit, "type">): readonly DayChoice[] {
  return type === "boolean" ? ["open", "done", "not-done", "skip"] : ["open", "amount", "skip"];
}

export function choiceOf(habit: Pick<Habit, "type">, progress: DayProgress): DayChoice {
  const { done, skipped, logged } = progress;
  if (habit.type !== "boolean") return skipped ? "skip" : logged ? "amount" : "open";
  if (done) return "done";
  return skipped ? "skip" : logged ? "not-done" : "open";
}

interface Chosen {
  readonly choice: DayChoice;
  /** As it was typed. */
  readonly value: string;
  /** Undefined: what was noted stays. */
  readonly note: string | undefined;
}

export function recordOf(
  habit: Pick<Habit, "targetValue">,
  progress: Pick<DayProgress, "total" | "done">,
  { choice, value, note }: Chosen,
): DayRecord {
  switch (choice) {
    case "open":
      return { kind: "note", value: 0, note };
    case "skip":
      return { kind: "skip", value: 0, note };
    case "not-done":
      return { kind: "log", value: 0, note };
    case "done":
      return { kind: "log", value: progress.done ? progress.total : habit.targetValue, note };
    case "amount":
      return { kind: "log", value: Number(value), note };
    default:
      return choice satisfies never;
  }
}
