// Timers that run: kept on this device, so that they go on while the app is closed.

import type { Day } from "@syncline/kanso-domain";
import { createSource, useSource } from "./source.ts";

export interface RunningTimer {
  readonly startedMs: number;
  /** The day that the time counts for: who goes on after midnight has not begun anew. */
  readonly day: Day;
}

type Timers = Readonly<Record<string, RunningTimer>>;

const KEY = "kanso.timers";

const source = createSource<Timers>(read());

addEventListener("storage", ({ key }) => {
  if (key === KEY || key === null) source.set(read());
});

/** The timer of a habit; undefined where none runs. */
export function useTimer(habitId: string): RunningTimer | undefined {
  return useSource(source)[habitId];
}

export function startTimer(habitId: string, timer: RunningTimer): void {
  keep({ ...read(), [habitId]: timer });
}

export function stopTimer(habitId: string): void {
  const { [habitId]: _, ...others } = read();
  keep(others);
}

function keep(timers: Timers): void {
  localStorage.setItem(KEY, JSON.stringify(timers));
  source.set(timers);
}

function read(): Timers {
  try {
    const kept: Record<string, Partial<RunningTimer>> = JSON.parse(
      localStorage.getItem(KEY) ?? "{}",
    );
    const timers = Object.entries(kept).flatMap(([id, { startedMs, day }]) =>
      typeof startedMs === "number" && typeof day === "number"
        ? [[id, { startedMs, day }] as const]
        : [],
    );
    return Object.fromEntries(timers);
  } catch {
    return {}; // what cannot be read does not run
  }
}
