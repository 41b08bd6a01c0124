// The resolvers for most cases. Each gives the same survivors whichever of the two events came first.

import type { Conflict, ConflictResolver, Event, Resolution } from "../ports.ts";
import { compareEvents, timeOf } from "./order.ts";

/** The event that was written last counts. */
export const lastWriteWins: ConflictResolver = {
  name: "last_write_wins",
  resolve: (conflict) =>
    winner(conflict, compareEvents(conflict.local.event, conflict.remote.event), "newer"),
};

/** The event that was written first counts. */
export const firstWriteWins: ConflictResolver = {
  name: "first_write_wins",
  resolve: (conflict) =>
    winner(conflict, compareEvents(conflict.remote.event, conflict.local.event), "is first"),
};

/** Both count, in the order in which they were written. */
export const additiveMerge: ConflictResolver = {
  name: "additive_merge",
  resolve: ({ local, remote }) => ({
    decision: "merge",
    events: [local.event, remote.event].sort(compareEvents),
    reasons: ["both are kept"],
  }),
};

/** Neither counts until somebody has decided; the conflict waits in the review queue. */
export function manualReview(reason?: string): ConflictResolver {
  const reasons = ["manual review required", ...(reason === undefined ? [] : [reason])];
  return {
    name: "manual_review",
    resolve: () => ({ decision: "manual_review", events: [], reasons }),
  };
}

/** A resolver of the app's own. It must give the same survivors whichever of the two is `local`. */
export function customResolver<Data = unknown>(
  name: string,
  resolve: ConflictResolver<Data>["resolve"],
): ConflictResolver<Data> {
  return { name, resolve };
}

/** @param order positive when the local event counts */
function winner({ local, remote }: Conflict, order: number, why: string): Resolution {
  const byId = timeOf(local.event) === timeOf(remote.event) ? ["same time, ordered by id"] : [];
  const keep = (side: "local" | "remote", event: Event): Resolution => ({
    decision: side === "local" ? "keep_local" : "keep_remote",
    events: [event],
    reasons: [`${side} ${why}`, ...byId],
  });
  return order > 0 ? keep("local", local.event) : keep("remote", remote.event);
}
