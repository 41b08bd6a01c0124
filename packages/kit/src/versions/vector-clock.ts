// Vector clocks: what a node had seen when it wrote. Values, never changed in place.
// Source: Fidge (1988) and Mattern (1989); the text form is the original's.

import { isWellFormed, SynclineError } from "@syncline/core";
import { compareBytes } from "../event/compare-bytes.ts";
import { ExactNumber } from "../event/exact-number.ts";
import { readJson } from "../event/read-json.ts";
import { writeText } from "../event/write-json.ts";
import type { Relation, Version } from "../ports.ts";
import { MAX_UINT64 } from "./integer.ts";

/** A node's id, in UTF-8 bytes. */
export const MAX_NODE_ID_BYTES = 255;
/** Nodes that a vector clock has at most. */
export const MAX_CLOCK_NODES = 1_000;

/** How many writes of each node somebody has seen. It does not change; its methods give new ones. */
export class VectorClock implements Version {
  readonly kind = "vector";
  /** True when entries were taken out: a node that is missing may have been there. */
  readonly pruned: boolean;
  readonly #counters: ReadonlyMap<string, bigint>;

  /**
   * @param counters how many writes of each node are known
   * @throws {SynclineError} `invalid` for a node without a name or a counter beyond 0 to 2^64 - 1
   */
  constructor(
    counters: Iterable<readonly [string, bigint]> = [],
    options: { readonly pruned?: boolean } = {},
  ) {
    const copy = new Map<string, bigint>();
    for (const [node, counter] of counters) {
      checkNode(node);
      if (counter < 0n || counter > MAX_UINT64) {
        throw new SynclineError("invalid", "A clock's counter is from 0 to 2^64 - 1.");
      }
      copy.set(node, counter);
    }
    this.#counters = copy;
    this.pruned = options.pruned ?? false;
  }

  /** A node's counter; 0 for one that is not there. */
  get(node: string): bigint {
    return this.#counters.get(node) ?? 0n;
  }

  has(node: string): boolean {
    return this.#counters.has(node);
  }

  get size(): number {
    return this.#counters.size;
  }

  entries(): IterableIterator<[string, bigint]> {
    return this.#counters.entries();
  }

  /** The clock after one more write of a node. @throws {SynclineError} `too_large` when it would have too many nodes */
  increment(node: string): VectorClock {
    const counters = new Map(this.#counters);
    counters.set(node, this.get(node) + 1n);
    return bounded(counters, this.pruned);
  }

  /** What either clock knows. @throws {SynclineError} `too_large` when it would have too many nodes */
  merge(other: VectorClock | null): VectorClock {
    if (other === null) return this;
    const counters = new Map(this.#counters);
    for (const [node, counter] of other.#counters)
      if (counter > (counters.get(node) ?? -1n)) counters.set(node, counter);
    return bounded(counters, this.pruned || other.pruned);
  }

  /**
   * Keeps the counters of some nodes only. The clock remembers that it was pruned: where what is missing could decide, its
   * relation to others is `unknown`, and never `concurrent`.
   */
  prune(keep: Iterable<string>): VectorClock {
    const kept = new Set(keep);
    const counters = [...this.#counters].filter(([node]) => kept.has(node));
    const lost = [...this.#counters].some(([node, counter]) => counter > 0n && !kept.has(node));
    return new VectorClock(counters, { pruned: this.pruned || lost });
  }

  /** How this clock stands to another. */
  relation(other: VectorClock): Relation {
    // A node that neither has may have been pruned from either.
    let mayBeLess = other.pruned;
    let mayBeGreater = this.pruned;
    let less = false;
    let greater = false;
    for (const node of new Set([...this.#counters.keys(), ...other.#counters.keys()])) {
      const own = this.#known(node);
      const others = other.#known(node);
      if (own === undefined || others === undefined) {
        mayBeLess = true;
        mayBeGreater = true;
      } else if (own < others) less = true;
      else if (own > others) greater = true;
    }
    if (less && greater) return "concurrent";
    if (less) return mayBeGreater ? "unknown" : "before";
    if (greater) return mayBeLess ? "unknown" : "after";
    return mayBeLess || mayBeGreater ? "unknown" : "equal";
  }

  happensBefore(other: VectorClock): boolean {
    return this.relation(other) === "before";
  }

  happensAfter(other: VectorClock): boolean {
    return this.relation(other) === "after";
  }

  /** Neither knew of the other. False where pruning leaves it open. */
  isConcurrentWith(other: VectorClock): boolean {
    return this.relation(other) === "concurrent";
  }

  equals(other: VectorClock): boolean {
    return this.relation(other) === "equal";
  }

  compare(other: Version): -1 | 0 | 1 {
    if (!(other instanceof VectorClock)) return 0;
    const relation = this.relation(other);
    return relation === "before" ? -1 : relation === "after" ? 1 : 0;
  }

  isZero(): boolean {
    if (this.pruned) return false;
    for (const counter of this.#counters.values()) if (counter > 0n) return false;
    return true;
  }

  /** `{"alice":1,"server":6}`: nodes in the order of their bytes, no spaces. */
  toString(): string {
    const entries = [...this.#counters].sort(([a], [b]) => compareBytes(a, b));
    return `{${entries.map(([node, counter]) => `${writeText(node, "clock")}:${counter}`).join(",")}}`;
  }

  /** Undefined where the counter may have been pruned. */
  #known(node: string): bigint | undefined {
    return this.#counters.get(node) ?? (this.pruned ? undefined : 0n);
  }
}

/** The vector clock of who has seen nothing. */
export const EMPTY_CLOCK: VectorClock = new VectorClock();

/**
 * Reads the text form; blank is the empty clock.
 * @throws {SynclineError} `invalid` for anything that is no clock
 */
export function parseVectorClock(
  text: string,
  options: { readonly pruned?: boolean } = {},
): VectorClock {
  if (text.trim() === "") return new VectorClock([], options);
  let read: unknown;
  try {
    read = readJson(text);
  } catch (cause) {
    throw new SynclineError("invalid", "This is no vector clock.", { cause });
  }
  return vectorClockOf(read, options);
}

/** The clock of an object as `readJson` gives it. @throws {SynclineError} `invalid` */
export function vectorClockOf(
  value: unknown,
  options: { readonly pruned?: boolean } = {},
): VectorClock {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SynclineError("invalid", "A vector clock is an object of counters.");
  }
  const entries = Object.entries(value);
  if (entries.length > MAX_CLOCK_NODES) throw tooManyNodes();
  return new VectorClock(
    entries.map(([node, counter]) => [node, readCounter(counter)] as const),
    options,
  );
}

function readCounter(counter: unknown): bigint {
  if (counter instanceof ExactNumber) return counter.toBigInt();
  if (typeof counter === "number" && Number.isInteger(counter)) return BigInt(counter);
  throw new SynclineError("invalid", "A clock's counter is a whole number.");
}

function bounded(counters: ReadonlyMap<string, bigint>, pruned: boolean): VectorClock {
  if (counters.size > MAX_CLOCK_NODES) throw tooManyNodes();
  return new VectorClock(counters, { pruned });
}

function checkNode(node: string): void {
  // A character is three bytes at most.
  const fits =
    node.length * 3 <= MAX_NODE_ID_BYTES ||
    new TextEncoder().encode(node).length <= MAX_NODE_ID_BYTES;
  if (node === "" || !fits || !isWellFormed(node)) {
    const message = `A node's id is a text of 1 to ${MAX_NODE_ID_BYTES} bytes.`;
    throw new SynclineError("invalid", message);
  }
}

function tooManyNodes(): SynclineError {
  return new SynclineError(
    "too_large",
    `A vector clock has at most ${MAX_CLOCK_NODES} nodes: prune it.`,
  );
}
