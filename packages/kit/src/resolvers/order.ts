// The order of concurrent events: by the writers' clocks, then by id. The same on every node; places in logs do not count.

import { formatTime, MS_MAX } from "@syncline/core";
import { readCausality } from "../event/causality.ts";
import { compareBytes } from "../event/compare-bytes.ts";
import type { Event } from "../ports.ts";

/** When an event was written, as text that sorts: of its clock, or of a `timestamp` in its metadata; empty where it does not say. */
export function timeOf(event: Event): string {
  const { time } = readCausality(event);
  if (time !== undefined) return time;
  const stamp = event.metadata?.["timestamp"];
  const ms = typeof stamp === "number" ? stamp : typeof stamp === "string" ? Date.parse(stamp) : -1;
  return ms >= 0 && ms <= MS_MAX ? formatTime({ ms: Math.floor(ms), counter: 0 }, "0") : "";
}

/** Negative when `a` came first. Zero only for one and the same event. */
export function compareEvents(a: Event, b: Event): number {
  return compareBytes(timeOf(a), timeOf(b)) || compareBytes(a.id, b.id);
}
