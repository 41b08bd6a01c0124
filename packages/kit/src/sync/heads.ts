// The heads of aggregates: the events that no other event of the aggregate knows of. What comes in is compared with these.

import { type Causality, readCausality, relationOf } from "../event/causality.ts";
import type { EventStore, Relation, StoredEvent, Version } from "../ports.ts";

export interface Head {
  readonly stored: StoredEvent;
  readonly causality: Causality;
}

/** What is known of an aggregate. */
export interface AggregateHeads {
  /** Up to where its events were looked at. */
  readonly upTo: Version | null;
  readonly heads: readonly Head[];
}

export interface HeadReader {
  /** The heads of an aggregate, with everything that was stored until now. */
  of(aggregateId: string, signal: AbortSignal): Promise<AggregateHeads>;
}

/** So many aggregates are remembered; others are read again. */
const MAX_AGGREGATES = 10_000;

/** Reads heads, and of aggregates that were read before only what is new. */
export function createHeadReader(store: EventStore): HeadReader {
  const known = new Map<string, AggregateHeads>();
  return {
    async of(aggregateId, signal) {
      let { upTo, heads } = known.get(aggregateId) ?? { upTo: null, heads: [] };
      for await (const stored of store.loadByAggregate(aggregateId, upTo, { signal })) {
        heads = addHead(heads, { stored, causality: readCausality(stored.event) });
        upTo = stored.version;
      }
      known.delete(aggregateId);
      known.set(aggregateId, { upTo, heads });
      for (const oldest of known.keys()) {
        if (known.size <= MAX_AGGREGATES) break;
        known.delete(oldest);
      }
      return { upTo, heads };
    },
  };
}

/** The heads after one more event. Events that say nothing of their causes are no heads. */
export function addHead(heads: readonly Head[], head: Head): readonly Head[] {
  if (head.causality.clock === undefined) return heads;
  const left: Head[] = [];
  for (const other of heads) {
    const relation = relationOfEvents(other, head);
    if (relation === "after") return heads;
    if (relation !== "before") left.push(other);
  }
  return [...left, head];
}

/**
 * How one event stands to another. Two merges of the same past are ordered by their ids, on every node alike; two writes
 * with one number come from two copies of a node, which knew nothing of each other.
 */
export function relationOfEvents(a: Head, b: Head): Relation | undefined {
  const relation = relationOf(a.causality, b.causality);
  if (relation !== "equal" || a.stored.event.id === b.stored.event.id) return relation;
  if (a.causality.dot !== undefined || b.causality.dot !== undefined) return "concurrent";
  return a.stored.event.id < b.stored.event.id ? "before" : "after";
}
