// What this device remembers of today's reminders, for all its tabs: which were shown, and which were put off.

import type { Day } from "@syncline/kanso-domain";
import { createSource } from "../data/source.ts";

export interface KeptReminders {
  readonly day: Day;
  /** What was notified. */
  readonly shown: readonly string[];
  /** Until when, by the habit's id. */
  readonly later: Readonly<Record<string, number>>;
}

const KEY = "kanso.reminders";
const LOCK = "kanso.reminders";
const NONE: KeptReminders = { day: 0, shown: [], later: {} };

const source = createSource<KeptReminders>(read());

export const keptReminders = { subscribe: source.subscribe, getSnapshot: source.getSnapshot };

addEventListener("storage", ({ key }) => {
  if (key === KEY || key === null) source.set(read());
});

/** Says that a notification is shown. @returns false where it was already, by whichever tab */
export async function claimReminder(day: Day, key: string): Promise<boolean> {
  return await navigator.locks.request(LOCK, () => {
    const kept = ofDay(read(), day);
    if (kept.shown.includes(key)) return false;
    keep({ ...kept, shown: [...kept.shown, key] });
    return true;
  });
}

export async function putOff(day: Day, habitId: string, untilMs: number): Promise<void> {
  await navigator.locks.request(LOCK, () => {
    const kept = ofDay(read(), day);
    keep({ ...kept, later: { ...kept.later, [habitId]: untilMs } });
  });
}

/** Of another day than this nothing is left. */
export function ofDay(kept: KeptReminders, day: Day): KeptReminders {
  return kept.day === day ? kept : { ...NONE, day };
}

function keep(kept: KeptReminders): void {
  localStorage.setItem(KEY, JSON.stringify(kept));
  source.set(kept);
}

function read(): KeptReminders {
  try {
    const kept: Partial<KeptReminders> | null = JSON.parse(localStorage.getItem(KEY) ?? "null");
    const { day = 0, shown = [], later = {} } = kept ?? {};
    return typeof day === "number" && Array.isArray(shown) ? { day, shown, later } : NONE;
  } catch {
    return NONE; // what cannot be read was never shown
  }
}
