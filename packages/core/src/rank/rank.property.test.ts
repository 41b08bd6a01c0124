// Ranks against a plain list: whatever is put where, the order is the list's, and no rank is long.

import { describe, expect, test } from "vitest";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { compareRanks, MAX_RANK_LENGTH, placeAt, type Ranked, rankBetween } from "./rank.ts";

/** Puts a record at a place as an app does; gives how many neighbours changed with it. */
function put(ranks: Map<string, string>, id: string, index: number): number {
  ranks.delete(id);
  const { rank, others } = placeAt(inOrder(ranks), index);
  for (const one of others) ranks.set(one.id, one.rank);
  ranks.set(id, rank);
  return others.length;
}

function inOrder(ranks: ReadonlyMap<string, string>): Ranked[] {
  return [...ranks].map(([id, rank]) => ({ id, rank })).sort(compareRanks);
}

const longest = (ranks: ReadonlyMap<string, string>) =>
  Math.max(...[...ranks.values()].map(({ length }) => length));

describe("ranks", () => {
  test.each(Array.from({ length: 30 }, (_, seed) => seed))(
    "keep the order of a list, seed %i",
    (seed) => {
      const random = createSeededRandom(seed);
      const ranks = new Map<string, string>();
      const list: string[] = [];
      const one = () => list[random.below(list.length)] ?? "";
      for (let step = 0; step < 400; step++) {
        const known = list.length > 0 && random.chance(0.4);
        const id = known ? one() : `r${random.below(2 ** 32)}`;
        if (known) list.splice(list.indexOf(id), 1);
        // Nearly always the same place: what makes ranks long.
        const index = random.chance(0.7) ? Math.min(3, list.length) : random.below(list.length + 1);
        list.splice(index, 0, id);
        put(ranks, id, index);
        if (random.chance(0.05) && list.length > 1) {
          // Two devices put records to one place at once, or something else wrote what is no rank.
          const twin = one();
          const junk = random.pick(["", "0", "é", "A0", "z".repeat(200), "V"]);
          ranks.set(twin, random.chance(0.5) ? junk : (ranks.get(one()) ?? junk));
          list.splice(0, list.length, ...inOrder(ranks).map(({ id: held }) => held));
        }
        expect(inOrder(ranks).map(({ id: held }) => held)).toEqual(list);
      }
    },
  );

  test.each([
    ["the end", (length: number) => length],
    ["the beginning", () => 0],
    ["between the first two", () => 1],
    ["before the last", (length: number) => length - 1],
  ])("stay short however many are put at %s, and few neighbours change", (_where, at) => {
    const ranks = new Map<string, string>();
    let changed = 0;
    for (let i = 0; i < 2_000; i++) changed += put(ranks, `r${i}`, Math.max(0, at(ranks.size)));
    expect(longest(ranks)).toBeLessThanOrEqual(MAX_RANK_LENGTH);
    expect(changed).toBeLessThan(2_000);
    expect(new Set(ranks.values()).size).toBe(2_000);
  });

  test("of two to one place at once stay apart by their ids, and there is room between them", () => {
    const rows = ["b", "a"].map((id) => ({ id, rank: "V" })).sort(compareRanks);
    expect(rows.map(({ id }) => id)).toEqual(["a", "b"]);
    const { rank, others } = placeAt(rows, 1);
    const after = [...others, { id: "m", rank }].sort(compareRanks);
    expect(after.map(({ id }) => id)).toEqual(["a", "m", "b"]);
  });

  test("are none between what is no rank, or in the wrong order", () => {
    for (const [before, after] of [
      ["V", "V"],
      ["W", "V"],
      ["0", "V"],
      ["V", ""],
      ["é", undefined],
    ])
      expect(rankBetween(before, after), `${before} ${after}`).toBeUndefined();
  });
});
