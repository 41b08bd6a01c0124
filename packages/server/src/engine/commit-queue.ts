// Commit: pushes that wait together share one transaction and one fsync.

import { SynclineError } from "@syncline/core";
import type { CommitUnit, Store } from "../store/port.ts";
import type { EngineEnvironment } from "./environment.ts";

export interface CommitQueue {
  /**
   * Waits for its turn and commits.
   * @throws {SynclineError} `unavailable` when too many wait, or when the store cannot write now
   */
  commit<Result>(unit: CommitUnit<Result>): Promise<Result>;
  /** Waits until nothing waits any more. */
  drain(): Promise<void>;
}

export interface CommitQueueOptions {
  readonly store: Store;
  readonly environment: EngineEnvironment;
  /** Pushes that may wait; one more is refused. */
  readonly maxWaiting: number;
  /** Records that one group may name: bounds how long others wait for it. */
  readonly groupRecords: number;
}

interface Waiting {
  readonly unit: CommitUnit<unknown>;
  readonly settle: (outcome: PromiseSettledResult<unknown>) => void;
}

export function createCommitQueue(options: CommitQueueOptions): CommitQueue {
  const { store, environment, maxWaiting, groupRecords } = options;
  /** Waiting pushes by space: groups take one of each space in turn, so that a busy one starves nobody. */
  const waiting = new Map<string, Waiting[]>();
  let count = 0;
  let running = false;
  const idle: (() => void)[] = [];

  async function run(): Promise<void> {
    while (count > 0) await commitGroup(store, takeGroup());
    running = false;
    for (const resolve of idle.splice(0)) resolve();
  }

  function takeGroup(): Waiting[] {
    const group: Waiting[] = [];
    let records = 0;
    while (count > 0 && records < groupRecords) {
      for (const [space, queue] of waiting) {
        const next = queue.shift();
        waiting.delete(space);
        if (queue.length > 0) waiting.set(space, queue);
        if (next === undefined) continue;
        count -= 1;
        records += next.unit.records.length + 1;
        group.push(next);
        if (records >= groupRecords) break;
      }
    }
    return group;
  }

  return {
    commit<Result>(unit: CommitUnit<Result>): Promise<Result> {
      if (count >= maxWaiting) {
        const error = new SynclineError("unavailable", "Too many pushes are waiting.", {
          retryAfter: 1,
        });
        return Promise.reject(error);
      }
      const promise = new Promise<Result>((resolve, reject) => {
        const queue = waiting.get(unit.space) ?? [];
        waiting.set(unit.space, queue);
        queue.push({
          unit,
          settle: (outcome) => {
            // The store gives each unit's own result back.
            if (outcome.status === "fulfilled") resolve(outcome.value as Result);
            else reject(outcome.reason);
          },
        });
      });
      count += 1;
      if (!running) {
        running = true;
        environment.defer(() => void run());
      }
      return promise;
    },
    drain: () => (running ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()),
  };
}

/** Commits a group; when it fails as a whole, each unit once more by itself, so that none suffers for another. */
async function commitGroup(store: Store, group: readonly Waiting[]): Promise<void> {
  try {
    const results = await store.commit(group.map(({ unit }) => unit));
    for (const [index, { settle }] of group.entries())
      settle({ status: "fulfilled", value: results[index] });
  } catch (thrown) {
    const [only] = group;
    if (group.length === 1) {
      only?.settle({ status: "rejected", reason: thrown });
      return;
    }
    for (const one of group) await commitGroup(store, [one]);
  }
}
