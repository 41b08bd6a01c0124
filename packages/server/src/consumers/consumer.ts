// What background work is: a name, what it is told of, and what it does with it.

import type { Fields, WireRecord } from "@syncline/core";
import { isId, SynclineError } from "@syncline/core";
import type { Engine, ServerWrite } from "../engine/contract.ts";
import type { HistoryEntry } from "../store/port.ts";

/** A change that was committed, as history keeps it. */
export interface ConsumerEntry extends HistoryEntry {
  /** The same at every attempt, on every node, and of no other entry: what makes a repetition harmless. */
  readonly key: string;
  readonly fields?: Fields;
}

export interface ConsumerBatch {
  readonly app: string;
  /** `app/name`. */
  readonly space: string;
  /** In the order in which they were committed. */
  readonly entries: readonly ConsumerEntry[];
  /**
   * True where history before the first entry was removed (`syncline compact`) before this consumer had seen it: it
   * reads what there is with `records()`, and goes on from there.
   */
  readonly compacted: boolean;
  /** True where the alarm that `wakeAt` set has gone off: there may be no entries then. */
  readonly due: boolean;
}

export interface ConsumerContext {
  /** Fires when the space was taken over by another node, or the server is about to end: stop, and nothing is lost. */
  readonly signal: AbortSignal;
  /** The space's records as they are now, deleted ones left out. */
  records(): AsyncIterable<WireRecord>;
  /** The server's engine: `engine.records` reads what changed since a stamp. */
  readonly engine: Engine;
  /**
   * Puts and deletes records of the space in the server's own name, where that changes anything.
   * @param at the stamp that the space had when what they were made of was read
   * @returns false where somebody has written since, or the space is gone: read again, and try again
   */
  write(records: readonly ServerWrite[], at: number): Promise<boolean>;
  /**
   * Sets the space's alarm, in milliseconds since 1970; null sets none. It is kept when `handle` has ended well, and
   * goes off once, within seconds of its time, on whichever server has time then; in good time after a downtime.
   */
  wakeAt(dueMs: number | null): void;
}

export interface ConsumerDefinition {
  /** Under which its progress is kept: letters, digits, `-` and `_`. */
  readonly name: string;
  /** Only spaces of these apps; of all where left out. */
  readonly apps?: readonly string[];
  /** Only changes of these collections; of all where left out. */
  readonly collections?: readonly string[];
  /** Where it begins when it is new; `now` where left out. */
  readonly startAt?: "beginning" | "now";
  /** Entries that it takes at once; 100 where left out. After a failure it gets them one by one. */
  readonly batch?: number;
  /** Attempts before an entry is put aside; 10 where left out. */
  readonly attempts?: number;
  /** How long a node may be silent before another takes its space over; 30 s where left out. */
  readonly leaseMs?: number;
  /** Spaces that a node works on at once; 4 where left out. */
  readonly parallel?: number;
  /** What time it is for alarms, in milliseconds since 1970; the system's clock where left out. */
  readonly now?: () => number;
  /** Does the work. What it throws is tried again, later and later, and in the end put aside. */
  handle(batch: ConsumerBatch, context: ConsumerContext): Promise<void> | void;
}

/**
 * Checks a definition.
 * @throws {SynclineError} `config` naming the consumer and what is wrong
 */
export function defineConsumer(definition: ConsumerDefinition): ConsumerDefinition {
  const { name, batch = 1, attempts = 1, leaseMs = 1_000, parallel = 1 } = definition;
  const refuse = (what: string) => {
    throw new SynclineError("config", `The consumer ${JSON.stringify(name)} ${what}.`, {
      path: "consumers",
    });
  };
  if (typeof name !== "string" || !isId(name)) refuse("needs a name of letters, digits, - and _");
  if (typeof definition.handle !== "function") refuse("needs a function `handle`");
  const numbers = { batch, attempts, leaseMs, parallel };
  for (const [what, value] of Object.entries(numbers))
    if (!Number.isInteger(value) || value < 1)
      refuse(`needs a whole number of 1 or more as ${what}`);
  if (leaseMs < 1_000) refuse("needs a lease of a second or more");
  return definition;
}
