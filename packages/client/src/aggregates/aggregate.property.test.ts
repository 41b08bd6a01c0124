// Aggregates against a plain look at all rows, once and live, after any changes.

import { canonicalJson, type Json } from "@syncline/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../../../tools/property-runs.ts";
import { collection, openMemoryStore, type Where } from "../index.ts";
import { aggregate, liveAggregate } from "./index.ts";
import { openThings, type Thing, type ThingRow } from "./things.ts";

/** Sums of these are rounded, and differ by the order in which they are added. */
const NUMBERS = [
  0,
  1,
  -1,
  3,
  0.1,
  0.2,
  0.3,
  -0.7,
  1e-9,
  2 ** 53 - 1,
  1 - 2 ** 53,
  2 ** 52,
  1e15 + 0.5,
];
const value = fc.oneof(
  fc.constantFrom<Json>(...NUMBERS),
  fc.constantFrom<Json>(null, true, "", "a", "b", [1], { x: 1 }),
);
const IDS = Array.from({ length: 12 }, (_, i) => `r${i}`);
const step = fc.record({
  id: fc.constantFrom(...IDS),
  fields: fc.dictionary(fc.constantFrom("a", "b", "c"), value, { maxKeys: 3 }),
  remove: fc.boolean(),
});
type Field = "a" | "b";
const groupBy = fc.constantFrom<Field | readonly Field[] | undefined>(
  undefined,
  "a",
  "b",
  ["a"],
  ["b", "a"],
);
const where = fc.constantFrom<Where<Thing>>(
  {},
  { c: { isNull: false } },
  { or: [{ a: 1 }, { b: "a" }] },
);

const VALUES = {
  n: { count: true },
  total: { sum: "c" },
  mean: { avg: "c" },
  least: { min: "c" },
  most: { max: "c" },
  share: { avg: "a" },
} as const;

const SCALE = 200;
/** The sum without rounding, and its nearest number. */
function exactSum(numbers: readonly number[]): number {
  let sum = 0n;
  for (let number of numbers) {
    let halvings = 0;
    for (; !Number.isInteger(number); number *= 2) halvings += 1;
    sum += BigInt(number) << BigInt(SCALE - halvings);
  }
  return Number(sum) / 2 ** SCALE;
}

const KINDS = ["boolean", "number", "string"];
const scalars = (rows: readonly ThingRow[], field: "a" | "c") =>
  rows
    .map((row) => row[field])
    .filter((one) => KINDS.includes(typeof one))
    .sort((x, y) => {
      const kinds = KINDS.indexOf(typeof x) - KINDS.indexOf(typeof y);
      return kinds !== 0 ? kinds : (x as never) < (y as never) ? -1 : x === y ? 0 : 1;
    });
const numbersOf = (rows: readonly ThingRow[], field: "a" | "c") =>
  scalars(rows, field).filter((one) => typeof one === "number");

function plain(rows: readonly ThingRow[], fields: readonly ("a" | "b")[]) {
  const groups = new Map<string, ThingRow[]>(fields.length === 0 ? [["{}", []]] : []);
  for (const row of rows) {
    const key = canonicalJson(Object.fromEntries(fields.map((name) => [name, row[name] ?? null])));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const average = (numbers: readonly number[]) =>
    numbers.length === 0 ? null : exactSum(numbers) / numbers.length;
  return [...groups].map(([key, its]) => ({
    ...(JSON.parse(key) as object),
    n: its.length,
    total: exactSum(numbersOf(its, "c")),
    mean: average(numbersOf(its, "c")),
    least: scalars(its, "c")[0] ?? null,
    most: scalars(its, "c").at(-1) ?? null,
    share: average(numbersOf(its, "a")),
  }));
}

const byText = (groups: readonly unknown[]) =>
  groups.map((group) => canonicalJson(group as Json)).sort();

it("are what a plain look at the rows gives, and groups that did not change the same objects", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      groupBy,
      where,
      fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
      async (isIndexed, by, conditions, batches) => {
        const things = collection<Thing>(isIndexed ? { indexes: ["a", "c"] } : {});
        const client = await openThings(await openMemoryStore(), things);
        const asked = {
          where: conditions,
          values: VALUES,
          ...(by === undefined ? {} : { groupBy: by }),
        };
        const live = liveAggregate(client.collections.things, asked);
        let told = 0;
        const stop = live.subscribe(() => {
          told += 1;
        });
        for (const batch of batches) {
          const before = live.getSnapshot();
          const toldBefore = told;
          await client.transaction(async (tx) => {
            for (const { id, fields, remove } of batch) {
              if ((await tx.things.get(id)) === undefined) tx.things.insert({ id, ...fields });
              else if (remove) tx.things.delete(id);
              else tx.things.update(id, fields);
            }
          }).local;
          await expect.poll(() => live.getSnapshot().ready).toBe(true);
          const rows = await client.collections.things.query({ where: conditions });
          const expected = byText(plain(rows, [by ?? []].flat()));
          const after = live.getSnapshot();
          expect(byText(after.groups)).toEqual(expected);
          expect(await aggregate(client.collections.things, asked)).toEqual(after.groups);
          if (!before.ready) continue;
          const isSame =
            canonicalJson(before.groups as never) === canonicalJson(after.groups as never);
          expect(after === before).toBe(isSame);
          expect(told > toldBefore).toBe(!isSame);
          for (const group of after.groups) {
            const text = canonicalJson(group as never);
            const held = before.groups.find((one) => canonicalJson(one as never) === text);
            if (held !== undefined) expect(group).toBe(held);
          }
        }
        stop();
        await client.close();
      },
    ),
    { numRuns: runs(300) },
  );
}, 600_000);
