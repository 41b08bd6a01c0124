// Queries against a plain filter and sort: whatever the indexes, and however the rows have changed.

import "fake-indexeddb/auto";
import { type Json, SynclineError } from "@syncline/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../../../tools/property-runs.ts";
import { collection, openClient, openMemoryStore, type Query, type Transport } from "../index.ts";
import { page, record } from "../store/conformance-samples.ts";
import { STORES } from "./every-store.ts";
import { plain, type Thing } from "./plain-answer.ts";

const offline = () => Promise.reject(new SynclineError("offline"));
const transport: Transport = {
  sync: offline,
  pull: offline,
  // biome-ignore lint/correctness/useYield: it fails before it could
  async *stream() {
    throw new SynclineError("offline");
  },
  close: async () => undefined,
};

const FIELDS = ["a", "b", "c", "d"] as const;

const value = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    1,
    2,
    -1,
    1.5,
    "",
    "a",
    "ab",
    "abc",
    "b",
    "\uffff",
    "a\uffffb",
  ),
  fc.constantFrom<Json>([1], ["a", null, { x: 1 }], []),
  fc.constantFrom<Json>({ x: 1 }, { x: "ab", y: { z: 2 } }, { y: null }, { y: { z: "a" } }),
);
const scalar = fc.constantFrom<Json>(null, true, false, 0, 1, 2, "", "a", "ab", "b", "a\uffff");
const text = fc.constantFrom("", "a", "ab", "b", "\uffff", "a\uffff");
const { condition } = fc.letrec<{ condition: unknown }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    // An object is conditions; one that a field equals is asked for with "in".
    fc.oneof(scalar, fc.constant<Json>([1])),
    fc.record({ in: fc.array(fc.option(value, { nil: undefined }), { maxLength: 4 }) }),
    fc.record({ gte: scalar, lt: scalar }, { requiredKeys: [] }),
    fc.record({ gt: scalar, lte: scalar }, { requiredKeys: [] }),
    fc.record({ startsWith: text, includes: text }, { requiredKeys: [] }),
    fc.record({ contains: value }),
    fc.record({ isNull: fc.boolean() }),
    fc.record({ not: tie("condition") }),
  ),
}));
const name = fc.constantFrom(...FIELDS);
const path = fc.constantFrom(...FIELDS, "d.x", "d.y.z");
const fields = fc.uniqueArray(path, { minLength: 1, maxLength: 2 });
const { where } = fc.letrec<{ where: object }>((tie) => ({
  where: fc.oneof(
    { maxDepth: 3 },
    fc.dictionary(path, condition, { maxKeys: 3 }),
    fc.record(
      {
        and: fc.array(tie("where"), { maxLength: 3 }),
        or: fc.array(tie("where"), { maxLength: 3 }),
        not: tie("where"),
        a: condition,
      },
      { requiredKeys: [] },
    ),
  ),
}));
const query = fc.record(
  {
    where,
    orderBy: fc.oneof(
      fc.array(
        fc.tuple(path, fc.boolean()).map(([field, down]) => (down ? `-${field}` : field)),
        {
          maxLength: 2,
        },
      ),
      // As an index has it, in one of its directions.
      fc
        .tuple(fields, fc.boolean())
        .map(([all, down]) => all.map((one) => (down ? `-${one}` : one))),
    ),
    after: fc.record(
      { id: fc.constantFrom("r0", "r3", "r9"), a: value, b: value, c: value },
      { requiredKeys: ["id"] },
    ),
    offset: fc.nat(3),
    limit: fc.nat(5),
  },
  { requiredKeys: [] },
);
const IDS = ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"];
const step = fc.record({
  id: fc.constantFrom(...IDS),
  fields: fc.dictionary(name, value, { maxKeys: 3 }),
  remove: fc.boolean(),
});
const indexes = fc.array(fields, { maxLength: 3 });

const sent = fc.array(step, { maxLength: 20 });
/** Databases on a disk take their time. */
const RUNS: { readonly [store: string]: number } = { memory: 1_000, sqlite: 100, indexeddb: 100 };
let databases = 0;

it.each(Object.keys(STORES))(
  "gives what a plain filter and sort give, with any indexes, of what was sent and what is pending, and live after any changes: %s",
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        indexes,
        sent,
        fc.array(query, { minLength: 1, maxLength: 3 }),
        fc.array(step, { maxLength: 30 }),
        async (declared, before, queries, steps) => {
          databases += 1;
          const store = await STORES[kind]?.(`any ${databases}`);
          if (store === undefined) throw new Error("There is no such store.");
          const records = before.map(({ id, fields, remove }, i) =>
            record(id, i + 1, remove ? { deleted: true } : { fields }),
          );
          await store.apply(page(records));
          const client = await openClient({
            app: "x",
            store,
            transport,
            autoSync: false,
            collections: { things: collection<Thing>({ indexes: declared as never }) },
          });
          const { things } = client.collections;
          const wanted = queries as Query<Thing>[];
          // Some are answered by the store now, and all out of memory once one of them is.
          const firsts = await Promise.all(wanted.map((one) => things.query(one)));
          const lives = wanted.map((one) => ({
            one,
            live: things.live(one),
            count: things.liveCount(one),
          }));
          const stops = lives.flatMap(({ live, count }) => [
            live.subscribe(() => undefined),
            count.subscribe(() => undefined),
          ]);
          const rows = async () => {
            const all = await Promise.all(IDS.map((id) => things.get(id)));
            return all.filter((row) => row !== undefined);
          };
          const there = await rows();
          for (const [i, one] of wanted.entries())
            expect(firsts[i]).toEqual(plain(there, one).rows);
          for (const { id, fields, remove } of steps) {
            const held = await things.get(id);
            const write =
              held === undefined
                ? things.insert({ id, ...(fields as Thing) })
                : remove
                  ? things.delete(id)
                  : things.update(id, fields as Thing);
            await write.local;
          }
          await expect.poll(() => lives.every(({ live }) => live.getSnapshot().ready)).toBe(true);
          const now = await rows();
          for (const { one, live, count } of lives) {
            const expected = plain(now, one);
            expect(await things.query(one)).toEqual(expected.rows);
            expect(live.getSnapshot()).toEqual({ ready: true, rows: expected.rows });
            expect(await things.count(one)).toBe(expected.count);
            await expect.poll(() => count.getSnapshot()).toBe(expected.count);
          }
          for (const stop of stops) stop();
          await client.close();
        },
      ),
      { numRuns: runs(RUNS[kind] ?? 0) },
    );
  },
  600_000,
);

it("brings with each row what a plain look at the other rows finds, live after any changes", async () => {
  const link = fc.record({
    collection: fc.constantFrom("things", "others"),
    id: fc.constantFrom("r0", "r1", "r2", "r3"),
    fields: fc.dictionary(
      fc.constantFrom("a", "b", "c"),
      fc.constantFrom<Json>("r0", "r1", "r2", null, 1),
      { maxKeys: 2 },
    ),
    remove: fc.boolean(),
  });
  const INCLUDE = {
    one: { collection: "others", id: "a" },
    own: { collection: "things", id: "b" },
    many: { collection: "others", by: "a", orderBy: "-b", limit: 2 },
    children: {
      collection: "things",
      by: "c",
      where: { or: [{ a: "r0" }, { b: { isNull: true } }] },
      include: {
        other: { collection: "others", id: "a", where: { c: { not: 1 } } },
        others: {
          collection: "others",
          by: "b",
          orderBy: ["-a", "c"],
          limit: 1,
          include: { back: { collection: "things", by: "a", orderBy: "-id" } },
        },
      },
    },
  } as const;
  const isOneOf = (id: unknown) => (row: { id: string }) => row.id === id;
  await fc.assert(
    fc.asyncProperty(
      indexes,
      fc.array(fc.array(link, { minLength: 1, maxLength: 4 }), { maxLength: 15 }),
      async (declared, batches) => {
        const client = await openClient({
          app: "x",
          store: await openMemoryStore(),
          transport,
          autoSync: false,
          collections: {
            things: collection<Thing>({ indexes: declared }),
            others: collection<Thing>({ indexes: declared }),
          },
        });
        const { things, others } = client.collections;
        const live = things.live({ orderBy: "a", limit: 3, include: INCLUDE });
        const stop = live.subscribe(() => undefined);
        for (const batch of batches) {
          const before = live.getSnapshot();
          await client.transaction(async (tx) => {
            for (const { collection: which, id, fields, remove } of batch) {
              const into = which === "things" ? tx.things : tx.others;
              const there = (await into.get(id)) !== undefined;
              if (!there) into.insert({ id, ...fields });
              else if (remove) into.delete(id);
              else into.update(id, fields);
            }
          }).local;
          const [all, rest] = [await things.query(), await others.query()];
          const expected = plain(all, { orderBy: "a", limit: 3 }).rows.map((row) => ({
            ...row,
            one: rest.find(isOneOf(row.a)),
            own: all.find(isOneOf(row.b)),
            many: plain(rest, { where: { a: row.id }, orderBy: "-b", limit: 2 }).rows,
            children: plain(all, {
              where: { c: row.id, or: [{ a: "r0" }, { b: { isNull: true } }] },
            }).rows.map((child) => ({
              ...child,
              other: plain(rest, { where: { c: { not: 1 } } }).rows.find(isOneOf(child.a)),
              others: plain(rest, {
                where: { b: child.id },
                orderBy: ["-a", "c"],
                limit: 1,
              }).rows.map((other) => ({
                ...other,
                back: plain(all, { where: { a: other.id }, orderBy: "-id" }).rows,
              })),
            })),
          }));
          const after = live.getSnapshot();
          expect(after.rows).toEqual(expected);
          expect(await things.query({ orderBy: "a", limit: 3, include: INCLUDE })).toEqual(
            expected,
          );
          // What says the same is the same.
          const text = JSON.stringify;
          for (const row of after.rows) {
            const held = before.rows.find(isOneOf(row.id));
            expect(row === held).toBe(text(row) === text(held));
          }
          expect(before === after).toBe(before.ready && text(before.rows) === text(after.rows));
        }
        stop();
        await client.close();
      },
    ),
    { numRuns: runs(200) },
  );
});
