// The records that the benchmarks use: about 200 bytes of fields, ids in random order.

import type { Change, Mutation } from "@syncline/core";
import { createSeededRandom } from "@syncline/core/testing";

const WORDS = [
  "river",
  "mill",
  "harbour",
  "stone",
  "orchard",
  "lantern",
  "meadow",
  "copper",
  "gable",
] as const;
const random = createSeededRandom("bench");

/** A record id that no other call gave, without order. */
export function nextId(): string {
  return `${random.below(2 ** 32).toString(36)}-${random.below(2 ** 32).toString(36)}`;
}

export function sampleFields(): { readonly [name: string]: string | number | boolean } {
  const words = (count: number) =>
    Array.from({ length: count }, () => random.pick(WORDS)).join(" ");
  return {
    title: words(4),
    note: words(14),
    done: random.chance(0.5),
    position: random.below(100_000),
  };
}

export function samplePut(time: string): Change {
  return { collection: "items", id: nextId(), op: "put", time, fields: sampleFields() };
}

/** One mutation with so many fresh records. */
export function sampleMutation(id: number, size: number, time: string): Mutation {
  return { id, seen: null, changes: Array.from({ length: size }, () => samplePut(time)) };
}
