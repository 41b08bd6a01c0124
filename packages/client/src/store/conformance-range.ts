// What every local store must do with its indexes: ranges of them against a plain filter and sort.

import type { Fields, WireRecord } from "@syncline/core";
import { expect, it } from "vitest";
import type { LocalStoreHarness } from "./conformance.ts";
import { page, record, SPACE } from "./conformance-samples.ts";
import { indexKey, KEY_END, recordKey } from "./index-key.ts";
import type { IndexRange, LocalStore } from "./port.ts";

/** Every kind of value, and those whose order is easily mistaken. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  false,
  true,
  Number.MIN_SAFE_INTEGER,
  -1.5,
  -1,
  0,
  5e-324,
  1,
  1.5,
  10,
  2 ** 60,
  "",
  "\u0000",
  "\u0000a",
  "\u0001",
  "A",
  "a",
  "a\u0000",
  "a\u0000\u0000",
  "a\u0001",
  "ab",
  "ä",
  "\ud83d\ude00",
  "\ufb01",
  "\uffff",
  [1],
  { x: 1 },
];

const INDEXES = { things: [["a"], ["a", "b"], ['"x', "id"]], others: [["b"]] };

/** Records with every value in both fields, and in no order. */
function samples(from = 1): WireRecord[] {
  const count = VALUES.length;
  return Array.from({ length: count * 6 }, (_, i) => {
    const [a, b] = [VALUES[(i * 7) % count], VALUES[(i * 5 + Math.floor(i / count)) % count]];
    const fields = { ...(a === undefined ? {} : { a }), b, '"x': i % 3 } as Fields; // JSON without what is undefined
    if (b === undefined) delete (fields as { b?: unknown }).b;
    const deleted = i % 11 === 0 ? ({ deleted: true } as const) : {};
    return record(`r${(i * 37) % (count * 6)}`, from + i, { fields, ...deleted });
  });
}

/** What a range means, written as plainly as can be. */
function plain(records: readonly WireRecord[], range: IndexRange): WireRecord[] {
  const { fields, low, high, down, after, limit } = range;
  const compare = (x: { key: string; id: string }, y: { key: string; id: string }) =>
    x.key === y.key ? (x.id < y.id ? -1 : 1) : (x.key < y.key ? -1 : 1) * (down ? -1 : 1);
  return records
    .filter(({ deleted }) => deleted !== true)
    .map((one) => ({ key: recordKey(one, fields), id: one.id, one }))
    .filter(({ key }) => key >= low && key < high + KEY_END)
    .sort(compare)
    .filter((entry) => after === undefined || (entry.id !== after.id && compare(entry, after) > 0))
    .slice(0, limit)
    .map(({ one }) => one);
}

/** Asks until the index is built. */
async function rangeOf(store: LocalStore, range: IndexRange): Promise<WireRecord[]> {
  let found: WireRecord[] | null = null;
  await expect
    .poll(async () => {
      found = await store.range(SPACE, "things", range);
      return found !== null;
    })
    .toBe(true);
  return found ?? [];
}

/** Compares many ranges, read as a whole and in pieces, with the plain answer. */
async function compareAll(store: LocalStore): Promise<void> {
  const visible = await store.scan(SPACE, "things");
  expect(visible.length).toBeGreaterThan(0);
  for (const fields of INDEXES.things) {
    const ends = fields.length > 1 ? [[], ["a"], ["a", "ab"]] : [[], ["a"]];
    for (const down of [false, true]) {
      for (const low of ends.map(indexKey)) {
        for (const high of ends.map(indexKey)) {
          const range = { fields, low, high, down, limit: 1_000 };
          const all = plain(visible, range);
          const ids = (records: readonly WireRecord[]) => records.map(({ id }) => id);
          expect(ids(await rangeOf(store, range))).toEqual(ids(all));
          const pieces: WireRecord[] = [];
          for (let last: WireRecord | undefined; pieces.length < all.length; ) {
            const after = last && { key: recordKey(last, fields), id: last.id };
            const piece = await rangeOf(store, { ...range, limit: 67, after });
            expect(ids(piece)).toEqual(ids(all.slice(pieces.length, pieces.length + 67)));
            pieces.push(...piece);
            last = piece.at(-1);
          }
        }
      }
    }
  }
}

/** @param store opens in the suite's own beforeEach */
export function describeRanges(store: () => LocalStore, harness: LocalStoreHarness): void {
  it("[LS16] gives ranges of an index as a plain filter and sort do", async () => {
    await store().index(INDEXES);
    await store().apply(page(samples()));
    await compareAll(store());
  });

  it("[LS16] keeps its indexes through changes, deletions and a replacing catch-up", async () => {
    await store().index(INDEXES);
    await store().apply(page(samples()));
    await rangeOf(store(), { fields: ["a"], low: "", high: "", down: false, limit: 1 });
    const changed = samples(10_000).map((one, i) => ({ ...one, id: `r${i}` }));
    await store().apply(page(changed.slice(0, 60)));
    await store().apply(
      page([
        record("r1", 20_000, { deleted: true }),
        record("r2", 20_001, { fields: { a: "z" } }),
        { collection: "things", id: "r3", gone: "revoked" },
      ]),
    );
    await compareAll(store());
    await store().apply(page(samples(30_000).slice(0, 90), { replace: true, final: false }));
    await compareAll(store());
    await store().apply(page(samples(30_000).slice(90), { replace: true }));
    await compareAll(store());
    expect(await store().range("team", "things", { ...RANGE, fields: ["a"] })).toEqual([]);
  });

  it("[LS16] builds an index over what is there, and knows none that was not declared", async () => {
    await store().apply(page(samples()));
    expect(await store().range(SPACE, "things", RANGE)).toBeNull();
    await store().index(INDEXES);
    // Changed while it may be building.
    await store().apply(page([record("r4", 5_000, { fields: { a: 1, b: 1 } })]));
    await compareAll(store());
    expect(await store().range(SPACE, "things", { ...RANGE, fields: ["b"] })).toBeNull();
    await store().index({ things: [["b"]] });
    expect(await store().range(SPACE, "things", RANGE)).toBeNull();
    await store().apply(page([record("r5", 5_001, { fields: { a: "later", b: 2 } })]));
    await store().index(INDEXES);
    await compareAll(store());
  });

  it("[LS16] keeps its indexes where a first load brings a record twice, or takes it back", async () => {
    await store().index(INDEXES);
    const all = samples();
    const part = (from: number, to: number) => all.slice(from, to);
    const first = { replace: true, final: false };
    await store().apply(page(part(0, 60), first));
    await store().apply(
      page(
        [
          ...part(60, 120),
          record("r1", 9_000, { fields: { a: "moved" } }),
          { collection: "things", id: "r2", gone: "revoked" },
        ],
        first,
      ),
    );
    await store().apply(page(part(120, all.length), { replace: true }));
    await compareAll(store());
    // The same once more, with indexes that are declared on the way.
    await store().apply(page(part(0, 60), first));
    await store().index({ ...INDEXES, things: [...INDEXES.things, ["b"]] });
    await store().apply(page(part(60, all.length), { replace: true }));
    await compareAll(store());
  });

  it("[LS16] keeps its indexes through many changes that nobody asks between", async () => {
    await store().index(INDEXES);
    await store().apply(page(samples(), { replace: true }));
    for (let round = 1; round <= 4; round++) {
      const moved = samples(round * 1_000).map((one, i) => ({ ...one, id: `r${i}` }));
      await store().apply(page(moved));
      await store().apply(
        page([
          { collection: "things", id: "r7", gone: "revoked" },
          record("r8", round * 1_000 + 900, { deleted: true }),
        ]),
      );
      if (round % 2 === 0) await compareAll(store());
    }
    for (let round = 0; round < 20; round++) {
      const moved = samples(10_000 + round * 1_000).map((one, i) => ({
        ...one,
        id: `r${i + round}`,
      }));
      await store().apply(page(moved));
    }
    await compareAll(store());
  });

  it("[LS16] shows what another instance has changed", async () => {
    const other = await harness.again?.();
    if (other === undefined) return;
    await store().index(INDEXES);
    await other.index(INDEXES);
    await other.apply(page(samples()));
    await compareAll(store());
    await other.apply(page([record("r6", 5_000, { fields: { a: 1 } })]));
    await compareAll(store());
    await other.close();
  });
}

const RANGE: IndexRange = { fields: ["a"], low: "", high: "", down: false, limit: 10 };
