// Queries against a plain filter and sort: whatever the indexes, and however the rows have changed.

import { type Json, SynclineError } from "@syncline/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { collection, openClient, openMemoryStore, type Query, type Transport } from "../index.ts";
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

const FIELDS = ["a", "b", "c"] as const;

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
  fc.constant<Json>([1]),
  fc.constant<Json>({ x: 1 }),
);
const scalar = fc.constantFrom<Json>(null, true, false, 0, 1, 2, "", "a", "ab", "b", "a\uffff");
const condition = fc.oneof(
  // An object is conditions; one that a field equals is asked for with "in".
  fc.oneof(scalar, fc.constant<Json>([1])),
  fc.record({ in: fc.array(fc.option(value, { nil: undefined }), { maxLength: 4 }) }),
  fc.record({ gte: scalar, lt: scalar }, { requiredKeys: [] }),
  fc.record({ gt: scalar, lte: scalar }, { requiredKeys: [] }),
  fc.record({ prefix: fc.constantFrom("", "a", "ab", "\uffff", "a\uffff") }),
  fc.record({ not: value }),
);
const name = fc.constantFrom(...FIELDS);
const fields = fc.uniqueArray(name, { minLength: 1, maxLength: 2 });
const query = fc.record(
  {
    where: fc.dictionary(name, condition, { maxKeys: 3 }),
    orderBy: fc.oneof(
      fc.array(
        fc.tuple(name, fc.boolean()).map(([field, down]) => (down ? `-${field}` : field)),
        {
          maxLength: 2,
        },
      ),
      // As an index has it, in one of its directions.
      fc
        .tuple(fields, fc.boolean())
        .map(([all, down]) => all.map((one) => (down ? `-${one}` : one))),
    ),
    offset: fc.nat(3),
    limit: fc.nat(5),
  },
  { requiredKeys: [] },
);
const step = fc.record({
  id: fc.constantFrom("r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"),
  fields: fc.dictionary(name, value, { maxKeys: 3 }),
  remove: fc.boolean(),
});
const indexes = fc.array(fields, { maxLength: 3 });

it("gives what a plain filter and sort give, with any indexes, and live after any changes", async () => {
  await fc.assert(
    fc.asyncProperty(
      indexes,
      fc.array(query, { minLength: 1, maxLength: 3 }),
      fc.array(step, { maxLength: 30 }),
      async (declared, queries, steps) => {
        const client = await openClient({
          app: "x",
          store: await openMemoryStore(),
          transport,
          autoSync: false,
          collections: { things: collection<Thing>({ indexes: declared }) },
        });
        const { things } = client.collections;
        const wanted = queries as Query<Thing>[];
        const lives = wanted.map((one) => ({
          one,
          live: things.live(one),
          count: things.liveCount(one),
        }));
        const stops = lives.flatMap(({ live, count }) => [
          live.subscribe(() => undefined),
          count.subscribe(() => undefined),
        ]);
        for (const { id, fields, remove } of steps) {
          const there = (await things.get(id)) !== undefined;
          const write = !there
            ? things.insert({ id, ...fields })
            : remove
              ? things.delete(id)
              : things.update(id, fields);
          await write.local;
        }
        const rows = await things.query();
        for (const { one, live, count } of lives) {
          const expected = plain(rows, one);
          expect(await things.query(one)).toEqual(expected.rows);
          expect(live.getSnapshot()).toEqual({ ready: true, rows: expected.rows });
          expect(count.getSnapshot()).toBe(expected.count);
          expect(await things.count(one)).toBe(expected.count);
        }
        for (const stop of stops) stop();
        await client.close();
      },
    ),
    { numRuns: 1_000 },
  );
});

it("brings with each row what a plain look at the other rows finds, live after any changes", async () => {
  const link = fc.record({
    collection: fc.constantFrom("things", "others"),
    id: fc.constantFrom("r0", "r1", "r2", "r3"),
    fields: fc.dictionary(name, fc.constantFrom<Json>("r0", "r1", "r2", null, 1), { maxKeys: 2 }),
    remove: fc.boolean(),
  });
  const INCLUDE = {
    one: { collection: "others", id: "a" },
    own: { collection: "things", id: "b" },
    many: { collection: "others", by: "a", orderBy: "-b", limit: 2 },
    children: { collection: "things", by: "c" },
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
            children: plain(all, { where: { c: row.id } }).rows,
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
    { numRuns: 200 },
  );
});
