// The lane of hashing: passwords are hashed a few at a time, so that the threads which also read files, compress answers
// and look up names are never all busy with them.

import { availableParallelism } from "node:os";
import { SynclineError } from "@syncline/core";

export interface HashingLane {
  /**
   * Runs the work when its turn comes; those who wait take turns by the network that they come from.
   * @throws {SynclineError} `unavailable` when too many wait, here or from this network
   */
  run<Result>(network: string, work: () => Promise<Result>): Promise<Result>;
}

/** Hashing is slow on purpose: more than this many at once would wait longer than anybody does. */
const MAX_WAITING = 64;
/** Of one network: the places of others are not its own. */
const MAX_OF_NETWORK = 16;
const BUSY_RETRY_SECONDS = 5;
/** Node has four threads for such work, whatever the machine. */
const MAX_RUNNING = Math.min(2, availableParallelism());

export function createHashingLane(maxRunning = MAX_RUNNING): HashingLane {
  /** Those who wait, by network, each network once in the order of their turns. */
  const queues = new Map<string, (() => void)[]>();
  let running = 0;
  let waiting = 0;

  function next(): void {
    const [turn] = queues;
    if (turn === undefined) return;
    const [network, [first, ...others]] = turn;
    queues.delete(network);
    if (others.length > 0) queues.set(network, others);
    waiting -= 1;
    running += 1;
    first?.();
  }

  async function enter(network: string): Promise<void> {
    if (running < maxRunning) {
      running += 1;
      return;
    }
    const queue = queues.get(network) ?? [];
    if (waiting >= MAX_WAITING || queue.length >= MAX_OF_NETWORK)
      throw new SynclineError("unavailable", "Too many people sign in at this moment.", {
        retryAfter: BUSY_RETRY_SECONDS,
      });
    await new Promise<void>((resolve) => {
      queues.set(network, [...queue, resolve]);
      waiting += 1;
    });
  }

  return {
    async run(network, work) {
      await enter(network);
      try {
        return await work();
      } finally {
        running -= 1;
        next();
      }
    },
  };
}
