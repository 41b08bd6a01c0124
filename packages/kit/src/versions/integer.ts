// Integer versions: places in one log, 0 to 2^64 - 1.

import { SynclineError } from "@syncline/core";
import type { Version } from "../ports.ts";

const MAX_SIGNED = 2n ** 63n - 1n;
/** The greatest that the wire can say. */
export const MAX_UINT64 = 2n ** 64n - 1n;

/** The place of an event in a store's log. */
export class IntegerVersion implements Version {
  readonly kind = "integer";
  readonly seq: bigint;

  /** @throws {SynclineError} `invalid` beyond 0 to 2^64 - 1 */
  constructor(seq: bigint) {
    if (seq < 0n || seq > MAX_UINT64) {
      throw new SynclineError("invalid", "A position is from 0 to 2^64 - 1.");
    }
    this.seq = seq;
  }

  compare(other: Version): -1 | 0 | 1 {
    if (!(other instanceof IntegerVersion) || other.seq === this.seq) return 0;
    return this.seq < other.seq ? -1 : 1;
  }

  toString(): string {
    return this.seq.toString();
  }

  isZero(): boolean {
    return this.seq === 0n;
  }
}

/** The place before the first event. */
export const INTEGER_ZERO: IntegerVersion = new IntegerVersion(0n);

/**
 * Reads a position as the original does: decimal and signed, an empty text is the start, and so is what lies before it.
 * @throws {SynclineError} `invalid` with the original's words
 */
export function parseIntegerVersion(text: string): IntegerVersion {
  if (text === "" || text === "0") return INTEGER_ZERO;
  if (!/^[+-]?\d+$/.test(text)) throw unreadable(text, "invalid syntax");
  if (text.length > 40) throw unreadable(text, "value out of range");
  const seq = BigInt(text.replace(/^\+/, ""));
  if (seq > MAX_SIGNED || seq < -MAX_SIGNED - 1n) throw unreadable(text, "value out of range");
  return seq <= 0n ? INTEGER_ZERO : new IntegerVersion(seq);
}

/**
 * The place in a log that a version means; null and zero of any kind are the start.
 * @throws {SynclineError} `invalid` when a version is of another kind, and not zero
 */
export function toPosition(version: Version | null): bigint {
  if (version === null || version.isZero()) return 0n;
  if (version instanceof IntegerVersion) return version.seq;
  throw new SynclineError(
    "invalid",
    `This store counts positions; it cannot be asked with a version of kind ${version.kind}.`,
  );
}

function unreadable(text: string, why: string): SynclineError {
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return new SynclineError(
    "invalid",
    `invalid integer version string '${shown}': strconv.ParseInt: parsing ${JSON.stringify(shown)}: ${why}`,
  );
}
