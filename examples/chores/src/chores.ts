// The list of chores, as the history tells it.

import type { TypedEvent } from "@syncline/client/simple";
import type { EVENTS } from "./household.ts";

export interface Chore {
  readonly item: string;
  readonly title: string;
  /** Who did it; undefined while it is to be done. */
  readonly doneBy: string | undefined;
  /** Something about it is not with the others yet. */
  readonly pending: boolean;
}

/** What is to be done first, then what was done; each in the order in which it was added. */
export function choresOf(events: readonly TypedEvent<typeof EVENTS>[]): Chore[] {
  const chores = new Map<string, Chore>();
  for (const event of events) {
    const { item, user } = event;
    const held = chores.get(item);
    const pending = event.pending || held?.pending === true;
    switch (event.action) {
      case "add":
        chores.set(item, { item, title: event.payload.title, doneBy: undefined, pending });
        break;
      case "done":
        if (held !== undefined) chores.set(item, { ...held, doneBy: user, pending });
        break;
      case "reopen":
        if (held !== undefined) chores.set(item, { ...held, doneBy: undefined, pending });
        break;
      case "remove":
        chores.delete(item);
        break;
      default:
        event satisfies never;
    }
  }
  const all = [...chores.values()];
  return [
    ...all.filter(({ doneBy }) => doneBy === undefined),
    ...all.filter(({ doneBy }) => doneBy !== undefined),
  ];
}
