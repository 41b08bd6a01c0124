// Versions that are moments: plain timestamps, and readings of the hybrid logical clock.

import { isTime, parseTime, SynclineError, type Time } from "@syncline/core";
import type { Version } from "../ports.ts";

const MAX_MS = 8.64e15;

/** A moment by the wall clock. Two writes within one millisecond compare as equal. */
export class TimestampVersion implements Version {
  readonly kind = "timestamp";
  readonly ms: number;

  /** @param ms milliseconds since 1970. @throws {SynclineError} `invalid` for what is no moment */
  constructor(ms: number) {
    if (!Number.isInteger(ms) || ms < 0 || ms > MAX_MS) {
      throw new SynclineError("invalid", "A timestamp is whole milliseconds since 1970.");
    }
    this.ms = ms;
  }

  compare(other: Version): -1 | 0 | 1 {
    if (!(other instanceof TimestampVersion) || other.ms === this.ms) return 0;
    return this.ms < other.ms ? -1 : 1;
  }

  /** ISO 8601 with milliseconds. */
  toString(): string {
    return new Date(this.ms).toISOString();
  }

  isZero(): boolean {
    return this.ms === 0;
  }
}

/**
 * Reads a moment, as RFC 3339; an empty text is the start.
 * @throws {SynclineError} `invalid`
 */
export function parseTimestampVersion(text: string): TimestampVersion {
  const ms = Date.parse(text);
  // What does not come back the same was no date, or not in our form.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== text) {
    throw new SynclineError("invalid", "This is no timestamp such as 2026-11-20T10:05:00.000Z.");
  }
  return new TimestampVersion(ms);
}

/** A reading of a hybrid logical clock; readings of all nodes are in one order. An empty text is the start. */
export class HybridVersion implements Version {
  readonly kind = "hlc";
  readonly time: Time | "";

  /** @throws {SynclineError} `invalid` for what is no reading */
  constructor(time: Time | "") {
    if (time !== "" && !isTime(time)) {
      throw new SynclineError(
        "invalid",
        "This is no clock reading such as 2026-11-20T10:05:00.000Z-0000-k9x2.",
      );
    }
    this.time = time;
  }

  compare(other: Version): -1 | 0 | 1 {
    if (!(other instanceof HybridVersion) || other.time === this.time) return 0;
    return this.time < other.time ? -1 : 1;
  }

  toString(): string {
    return this.time;
  }

  isZero(): boolean {
    return this.time === "";
  }

  /** Milliseconds since 1970. */
  toMs(): number {
    return this.time === "" ? 0 : parseTime(this.time).ms;
  }
}
