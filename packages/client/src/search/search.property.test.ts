// Full text search against a plain look at all words of all rows, once and live, after any changes, in every store.

import "fake-indexeddb/auto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { openThings } from "../aggregates/things.ts";
import { collection, type Query } from "../index.ts";
import { STORES } from "../query/every-store.ts";
import { page, record } from "../store/conformance-samples.ts";
import { textSearch } from "./index.ts";

interface Card {
  title?: string | null;
  notes?: string | readonly string[] | null;
  group?: number;
}

/** Words as they are written, and as they are compared. */
const WORDS: { readonly [written: string]: string } = {
  water: "water",
  Wat: "wat",
  WATERING: "watering",
  plant: "plant",
  Plan: "plan",
  plán: "plan",
  Straße: "strasse",
  STRASSE: "strasse",
  x1: "x1",
  "1": "1",
};
const word = fc.constantFrom(...Object.keys(WORDS));
const gap = fc.constantFrom(" ", ", ", "-", "\n", "’", " – ");
const text = fc.array(fc.tuple(word, gap), { maxLength: 6 }).map((parts) => parts.flat().join(""));
const IDS = Array.from({ length: 10 }, (_, i) => `r${i}`);
const step = fc.record({
  id: fc.constantFrom(...IDS),
  fields: fc.record(
    {
      title: fc.option(text),
      notes: fc.oneof(text, fc.array(text, { maxLength: 2 }), fc.constant(null)),
      group: fc.nat(1),
    },
    { requiredKeys: [] },
  ),
  remove: fc.boolean(),
});
const asked = fc
  .array(fc.oneof(word, fc.constantFrom("wa", "p", "PL", "s", "z", "str")), { maxLength: 3 })
  .map((words) => words.join(" "));
const query = fc.record(
  {
    search: asked,
    where: fc.constantFrom(
      { group: 1 },
      { group: { isNull: false } },
      { id: { in: IDS.slice(5) } },
    ),
    orderBy: fc.constantFrom<"group" | "-title">("group", "-title"),
    limit: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: ["search"] },
);

type Row = Card & { readonly id: string };

const plainWords = (value: unknown) =>
  [value]
    .flat()
    .flatMap((one) => (typeof one === "string" ? one.split(/[^\p{L}\p{N}]+/u) : []))
    .filter((one) => one !== "")
    .map((one) => WORDS[one] ?? one.toLowerCase());

/** By the formula of the guide. */
function plainScore(row: Row, search: string): number {
  const fields = [plainWords(row.title), plainWords(row.notes)];
  const scores = [...new Set(plainWords(search))].map((wanted) => {
    let often = 0;
    for (const [place, words] of fields.entries())
      for (const one of words)
        if (one.startsWith(wanted))
          often += wanted.length / one.length / (place + 1) / (0.25 + (0.75 * words.length) / 20);
    return often / (often + 1.2);
  });
  if (scores.length === 0) return 1;
  return scores.includes(0) ? 0 : scores.reduce((sum, one) => sum + one, 0);
}

function check(rows: readonly Row[], found: readonly Row[], { search = "" }: Query<Card>): void {
  const expected = rows.filter((row) => plainScore(row, search) > 0).map(({ id }) => id);
  expect(found.map(({ id }) => id).sort()).toEqual(expected.sort());
  for (const [i, row] of found.slice(1).entries()) {
    const before = found[i];
    if (before === undefined) throw new Error("There is none before it.");
    const difference = plainScore(before, search) - plainScore(row, search);
    // Added in another order, what is equal differs by a little.
    expect(difference).toBeGreaterThan(-1e-9);
    const isSame = before.title === row.title && String(before.notes) === String(row.notes);
    if (isSame && Array.isArray(before.notes) === Array.isArray(row.notes))
      expect(before.id < row.id).toBe(true);
  }
}

const RUNS: { readonly [store: string]: number } = { memory: 300, sqlite: 60, indexeddb: 60 };
let databases = 0;

it.each(Object.keys(STORES))(
  "finds what a plain look finds, in the order of the formula: %s",
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.array(query, { minLength: 1, maxLength: 3 }),
        fc.array(step, { maxLength: 15 }),
        async (before, queries, steps) => {
          databases += 1;
          const store = await STORES[kind]?.(`search ${databases}`);
          if (store === undefined) throw new Error("There is no such store.");
          await store.apply(
            page(
              before.map(({ id, fields, remove }, i) =>
                record(id, i + 1, remove ? { deleted: true } : { fields }),
              ),
            ),
          );
          const cards = collection<Card>({
            indexes: ["group", ["group", "title"]],
            search: { fields: ["title", "notes"], engine: textSearch },
          });
          const client = await openThings(store, cards);
          const { things } = client.collections;
          const lives = (queries as Query<Card>[]).map((one) => ({
            one,
            live: things.live(one),
            count: things.liveCount(one),
          }));
          const stops = lives.flatMap(({ live, count }) => [
            live.subscribe(() => undefined),
            count.subscribe(() => undefined),
          ]);
          for (const { id, fields, remove } of steps) {
            const isThere = (await things.get(id)) !== undefined;
            await (isThere
              ? remove
                ? things.delete(id)
                : things.update(id, fields)
              : things.insert({ id, ...fields })
            ).local;
            if (id === "r0") await things.query({ search: "w" });
          }
          await expect.poll(() => lives.every(({ live }) => live.getSnapshot().ready)).toBe(true);
          for (const { one, live, count } of lives) {
            const { where, orderBy, limit } = one;
            const rows = await things.query(where === undefined ? {} : { where });
            const { limit: _limit, orderBy: _order, ...whole } = one;
            const ranked = await things.query(whole);
            check(rows, ranked, one);
            const ids = new Set(ranked.map(({ id }) => id));
            const ordered = await things.query({
              ...(where === undefined ? {} : { where }),
              ...(orderBy === undefined ? {} : { orderBy }),
            });
            const expected =
              orderBy === undefined ? ranked : ordered.filter(({ id }) => ids.has(id));
            const shown = expected.slice(0, limit);
            expect(await things.query(one)).toEqual(shown);
            expect(live.getSnapshot()).toEqual({ ready: true, rows: shown });
            await expect.poll(() => count.getSnapshot()).toBe(ranked.length);
          }
          for (const stop of stops) stop();
          await client.close();
        },
      ),
      { numRuns: RUNS[kind] ?? 0 },
    );
  },
  600_000,
);
