// Digests: the sum, modulo 2^64, of a hash of (id, stamp) over the visible records of a collection.
// A sum can be kept up to date by what was written alone: subtract the old, add the new.

import { hashText, type U64, u64ToHex } from "./hash.ts";

const WRAP = 0x1_0000_0000;

/** The digest of a collection without records. */
export const EMPTY_DIGEST = "0000000000000000";

/** A digest that is being added up. */
export class DigestSum {
  #high = 0;
  #low = 0;

  /** @param hex a digest to go on from: 16 hex digits */
  constructor(hex: string = EMPTY_DIGEST) {
    this.#high = Number.parseInt(hex.slice(0, 8), 16);
    this.#low = Number.parseInt(hex.slice(8), 16);
  }

  add(id: string, stamp: number): this {
    return this.#plus(hashOf(id, stamp));
  }

  subtract(id: string, stamp: number): this {
    const { high, low } = hashOf(id, stamp);
    const negatedLow = (WRAP - low) % WRAP;
    const borrow = low === 0 ? 0 : 1;
    return this.#plus({ high: (2 * WRAP - high - borrow) % WRAP, low: negatedLow });
  }

  toString(): string {
    return u64ToHex({ high: this.#high, low: this.#low });
  }

  #plus(value: U64): this {
    const low = this.#low + value.low;
    this.#high = (this.#high + value.high + (low >= WRAP ? 1 : 0)) % WRAP;
    this.#low = low % WRAP;
    return this;
  }
}

function hashOf(id: string, stamp: number): U64 {
  return hashText(id, (stamp % WRAP) ^ Math.floor(stamp / WRAP));
}
