// A fast 64-bit hash for fingerprints of sets and check digits. Not for anything an attacker gains by.
// Two lanes of 32-bit multiply-xor mixing with murmur3's finaliser (Appleby, public domain).

const LANE_A = 0x9e3779b1;
const LANE_B = 0x85ebca77;

/** A 64-bit number as two unsigned halves. */
export interface U64 {
  readonly high: number;
  readonly low: number;
}

export function hashText(text: string, seed = 0): U64 {
  let a = (0xdeadbeef ^ seed) | 0;
  let b = (0x41c6ce57 ^ seed) | 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, LANE_A);
    b = Math.imul(b ^ unit, LANE_B);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  return { high: finish(a, b), low: finish(b, a) };
}

/** The hash as 16 hex digits. */
export function hash64(text: string): string {
  return u64ToHex(hashText(text));
}

export function u64ToHex(value: U64): string {
  return value.high.toString(16).padStart(8, "0") + value.low.toString(16).padStart(8, "0");
}

function finish(x: number, y: number): number {
  let h = (x ^ Math.imul(y, 0xc2b2ae35)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
