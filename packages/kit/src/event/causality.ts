// Causal facts inside of an event's metadata, as texts: so that peers that know nothing of them pass them on unchanged.

import { isTime, type Time } from "@syncline/core";
import type { Event, Metadata, Relation } from "../ports.ts";
import { parseVectorClock, type VectorClock } from "../versions/vector-clock.ts";

export const ORIGIN_NODE = "origin_node";
export const ORIGIN_COUNTER = "origin_counter";
export const CLOCK = "vector_clock";
export const CLOCK_PRUNED = "vector_clock_pruned";
export const TIME = "hlc";

/** What an event says of when it was written, and by whom. */
export interface Causality {
  /** The write itself: the n-th of a node. Absent from events that were made by merging. */
  readonly dot?: { readonly node: string; readonly counter: bigint };
  /** Everything that the writer knew, the write included. */
  readonly clock?: VectorClock;
  readonly time?: Time;
}

/** Reads what an event says; what is damaged counts as absent. */
export function readCausality(event: Event): Causality {
  const { metadata } = event;
  if (metadata === null) return {};
  const clock = readClock(metadata);
  const dot = readDot(metadata);
  const time = metadata[TIME];
  return {
    ...(clock === undefined ? {} : { clock }),
    // A write that its own clock does not know was damaged on the way.
    ...(dot === undefined || (clock !== undefined && clock.get(dot.node) < dot.counter)
      ? {}
      : { dot }),
    ...(typeof time === "string" && isTime(time) ? { time } : {}),
  };
}

/** Metadata with causal facts in it. */
export function withCausality(metadata: Metadata | null, causality: Causality): Metadata {
  const { dot, clock, time } = causality;
  return {
    ...metadata,
    ...(dot === undefined
      ? {}
      : { [ORIGIN_NODE]: dot.node, [ORIGIN_COUNTER]: String(dot.counter) }),
    ...(clock === undefined ? {} : { [CLOCK]: clock.toString() }),
    ...(clock?.pruned === true ? { [CLOCK_PRUNED]: "true" } : {}),
    ...(time === undefined ? {} : { [TIME]: time }),
  };
}

/** Metadata without causal facts: what the app itself gave; null when nothing else is there. */
export function withoutCausality(metadata: Metadata | null): Metadata | null {
  if (metadata === null) return null;
  const own = Object.entries(metadata).filter(([name]) => !CAUSAL.has(name));
  return own.length === 0 ? null : Object.fromEntries(own);
}

/** How two writes stand to each other; undefined when one of them says nothing. */
export function relationOf(a: Causality, b: Causality): Relation | undefined {
  if (a.clock === undefined || b.clock === undefined) return undefined;
  // A write is known to whoever knows its number: that holds when all else was pruned.
  const known = knows(b.clock, a);
  const knowsBack = knows(a.clock, b);
  if (known === undefined || knowsBack === undefined) return a.clock.relation(b.clock);
  if (known && knowsBack) return "equal";
  if (known) return "before";
  return knowsBack ? "after" : "concurrent";
}

function knows(clock: VectorClock, { dot }: Causality): boolean | undefined {
  if (dot === undefined) return undefined;
  if (!clock.has(dot.node) && clock.pruned) return undefined;
  return clock.get(dot.node) >= dot.counter;
}

const CAUSAL: ReadonlySet<string> = new Set([
  ORIGIN_NODE,
  ORIGIN_COUNTER,
  CLOCK,
  CLOCK_PRUNED,
  TIME,
]);

function readClock(metadata: Metadata): VectorClock | undefined {
  const text = metadata[CLOCK];
  if (typeof text !== "string") return undefined;
  try {
    const clock = parseVectorClock(text, { pruned: metadata[CLOCK_PRUNED] === "true" });
    return clock.isZero() ? undefined : clock;
  } catch {
    // Somebody else's idea of a clock: the event is as good as one without.
    return undefined;
  }
}

function readDot(metadata: Metadata): Causality["dot"] {
  const node = metadata[ORIGIN_NODE];
  const counter = metadata[ORIGIN_COUNTER];
  if (typeof node !== "string" || node === "") return undefined;
  if (typeof counter !== "string" || !/^[1-9]\d{0,19}$/.test(counter)) return undefined;
  return { node, counter: BigInt(counter) };
}
