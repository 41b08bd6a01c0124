// Small things that the kit's own tests say often.

import type { Event, EventStore, StoredEvent } from "../ports.ts";

/** An event with what a test leaves out. */
export function makeEvent(id: string, over: Partial<Event> = {}): Event {
  return { id, type: "Noted", aggregateId: "a", data: { id }, metadata: null, ...over };
}

export async function allOf(store: EventStore): Promise<StoredEvent[]> {
  const list: StoredEvent[] = [];
  for await (const one of store.load(null)) list.push(one);
  return list;
}

export async function idsOf(store: EventStore): Promise<string[]> {
  return (await allOf(store)).map(({ event }) => event.id);
}
