// A seeded random generator: xoshiro128** (Blackman and Vigna), seeded by splitmix32.

/** Random numbers that are the same for the same seed. */
export interface SeededRandom {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, bound). */
  below(bound: number): number;
  /** True with the probability given. */
  chance(probability: number): boolean;
  /** One of the items. */
  pick<T>(items: readonly [T, ...T[]]): T;
  /** A generator of its own for a part of the system, so that parts do not disturb each other's numbers. */
  fork(name: string): SeededRandom;
}

/** Makes a generator of random numbers; the same seed gives the same numbers. */
export function createSeededRandom(seed: number | string): SeededRandom {
  let mix = 0x811c9dc5;
  for (const char of String(seed)) mix = Math.imul(mix ^ char.charCodeAt(0), 0x01000193);
  const state = new Uint32Array(4).map(() => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  });
  const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by));
  const uint32 = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    const c2 = c ^ a;
    const d2 = d ^ b;
    state[1] = b ^ c2;
    state[0] = a ^ d2;
    state[2] = c2 ^ t;
    state[3] = rotate(d2, 11);
    return result;
  };
  const random: SeededRandom = {
    next: () => (uint32() * 0x200000 + (uint32() >>> 11)) / 2 ** 53,
    below: (bound) => Math.floor(random.next() * bound),
    chance: (probability) => random.next() < probability,
    pick: (items) => items[random.below(items.length)] ?? items[0],
    fork: (name) => createSeededRandom(`${seed}/${name}`),
  };
  return random;
}
