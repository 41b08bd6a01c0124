// The events of an aggregate that count, once conflicts are resolved: for those who compute a state from a log.

import { type Causality, readCausality } from "../event/causality.ts";
import type { ConflictResolver, Event, StoredEvent } from "../ports.ts";
import { conflictOf } from "../sync/conflicts.ts";
import { addHead, type Head, relationOfEvents } from "../sync/heads.ts";
import { INTEGER_ZERO } from "../versions/index.ts";
import { compareEvents } from "./order.ts";

/**
 * Gives the events that count, in an order in which causes come before effects. It depends on nothing but the events: nodes
 * that have the same ones come to the same list, whatever order they have them in.
 */
export async function effectiveEvents(
  events: Iterable<Event> | AsyncIterable<StoredEvent>,
  resolver: ConflictResolver,
): Promise<readonly Event[]> {
  const all = await collect(events);
  const lost = new Set<string>();
  let heads: readonly Head[] = [];
  for (const head of inCausalOrder(all)) {
    for (const other of heads) {
      const relation = relationOfEvents(other, head);
      if (relation !== "concurrent" && relation !== "unknown") continue;
      const conflict = conflictOf(other.stored, head.stored, relation);
      const { events: kept } = await resolver.resolve(conflict);
      const ids = new Set(kept.map(({ id }) => id));
      for (const { event } of [other.stored, head.stored])
        if (!ids.has(event.id)) lost.add(event.id);
    }
    heads = addHead(heads, head);
  }
  return inCausalOrder(all).flatMap(({ stored: { event } }) => (lost.has(event.id) ? [] : [event]));
}

async function collect(events: Iterable<Event> | AsyncIterable<StoredEvent>): Promise<Head[]> {
  const list: Head[] = [];
  const add = (event: Event) =>
    list.push({ stored: { event, version: INTEGER_ZERO }, causality: readCausality(event) });
  if (Symbol.iterator in events) for (const event of events) add(event);
  else for await (const { event } of events) add(event);
  return list;
}

/** Causes before effects; what is concurrent, by time and id. */
function inCausalOrder(all: readonly Head[]): readonly Head[] {
  // A cause knows less than its effect: the sum of its counters is smaller.
  const weight = new Map(all.map((head) => [head, weightOf(head.causality)]));
  return [...all].sort((a, b) => {
    const [left = 0n, right = 0n] = [weight.get(a), weight.get(b)];
    if (left !== right) return left < right ? -1 : 1;
    return compareEvents(a.stored.event, b.stored.event);
  });
}

function weightOf({ clock }: Causality): bigint {
  let sum = 0n;
  for (const [, counter] of clock?.entries() ?? []) sum += counter;
  return sum;
}
