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
  const lanes = store.parallelCommits ?? 1;
  /** Waiting pushes by space: groups take one of each space in turn, so that a busy one starves nobody. */
  const waiting = new Map<string, Waiting[]>();
  /** Spaces that are committed to now: their next pushes wait, so that nobody overtakes. */
  const busy = new Set<string>();
  let count = 0;
  let running = 0;
  let begun = false;
  const idle: (() => void)[] = [];

  function fillLanes(): void {
    begun = false;
    while (running < lanes) {
      const group = takeGroup();
      if (group.length === 0) break;
      running += 1;
      const spaces = new Set(group.map(({ unit }) => unit.space));
      for (const space of spaces) busy.add(space);
      void commitGroup(store, group).then(() => {
        running -= 1;
        for (const space of spaces) busy.delete(space);
        fillLanes();
      });
    }
    if (running === 0 && count === 0) for (const resolve of idle.splice(0)) resolve();
  }

  function takeGroup(): Waiting[] {
    const group: Waiting[] = [];
    let records = 0;
    for (let took = true; took && records < groupRecords; ) {
      took = false;
      for (const [space, queue] of waiting) {
        if (busy.has(space)) continue;
        const next = queue.shift();
        waiting.delete(space);
        if (queue.length > 0) waiting.set(space, queue);
        if (next === undefined) continue;
        took = true;
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
      if (!begun && running < lanes) {
        begun = true;
        environment.defer(fillLanes);
      }
      return promise;
    },
    drain: () =>
      begun || running > 0 || count > 0
        ? new Promise((resolve) => idle.push(resolve))
        : Promise.resolve(),
  };
}

/**
 * Commits a group; when it fails as a whole, each space by itself and at once, and then each unit: none suffers for
 * another, and where the store is away all know it after twice the time that one would have waited.
 */
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
    const bySpace = Map.groupBy(group, ({ unit }) => unit.space);
    if (bySpace.size > 1)
      await Promise.all([...bySpace.values()].map((part) => commitGroup(store, part)));
    else for (const one of group) await commitGroup(store, [one]);
  }
}
