// Keeps a node's vector clock, and prunes it by itself when it grows too large.

import { SynclineError } from "@syncline/core";
import type { Version, VersionManager } from "../ports.ts";
import { EMPTY_CLOCK, MAX_CLOCK_NODES, VectorClock } from "./vector-clock.ts";

export interface VectorClockManagerOptions {
  readonly clock?: VectorClock;
  /** When there are more nodes, those that were heard of longest ago are taken out; 1000 where left out. */
  readonly maxNodes?: number;
}

export type VectorClockManager = VersionManager<VectorClock>;

/**
 * Keeps the vector clock of a node: counts its writes and takes in what it hears.
 * @throws {SynclineError} `config` for a bound below 1 or above 1000
 */
export function createVectorClockManager(
  options: VectorClockManagerOptions = {},
): VectorClockManager {
  const { maxNodes = MAX_CLOCK_NODES } = options;
  if (!(maxNodes >= 1 && maxNodes <= MAX_CLOCK_NODES)) {
    throw new SynclineError("config", `maxNodes is from 1 to ${MAX_CLOCK_NODES}.`);
  }
  let pruned = options.clock?.pruned ?? false;
  /** In the order in which the nodes were last heard of. */
  const counters = new Map<string, bigint>(options.clock?.entries() ?? []);
  let current = options.clock ?? EMPTY_CLOCK;

  const hear = (node: string, counter: bigint) => {
    if (counter <= (counters.get(node) ?? -1n)) return;
    counters.delete(node);
    counters.set(node, counter);
  };
  const settle = () => {
    for (const node of counters.keys()) {
      if (counters.size <= maxNodes) break;
      counters.delete(node);
      pruned = true;
    }
    current = new VectorClock(counters, { pruned });
    return current;
  };

  return {
    currentVersion: () => current,
    nextVersion(nodeId) {
      // Refuses a bad id or a counter at its end before anything changes.
      const counter = new VectorClock([[nodeId, current.get(nodeId) + 1n]]).get(nodeId);
      hear(nodeId, counter);
      return settle();
    },
    updateFromVersion(version: Version | null) {
      if (version === null || (version.isZero() && !(version instanceof VectorClock))) return;
      if (!(version instanceof VectorClock)) {
        const message = `version is not a VectorClock: it is of kind ${version.kind}`;
        throw new SynclineError("invalid", message);
      }
      if (version.pruned) pruned = true;
      for (const [node, counter] of version.entries()) hear(node, counter);
      settle();
    },
    clone: () => createVectorClockManager({ clock: current, maxNodes }),
  };
}
