// Conditions as apps write them: what they find, and what the compiler refuses.

import { expect, it } from "vitest";
import { type Collection, collection, openClient, openMemoryStore, type Query } from "../index.ts";
import { page, record } from "../store/conformance-samples.ts";

interface Person {
  name: string;
  age?: number;
  tags: readonly string[];
  status: "new" | "known" | null;
  address: { city: string; geo?: { lat: number } } | null;
  notes: readonly { readonly by: string }[];
}

const PEOPLE: { readonly [id: string]: Person } = {
  ada: {
    name: "Ada Ant",
    age: 36,
    tags: ["a", "b"],
    status: "new",
    address: { city: "Rome", geo: { lat: 42 } },
    notes: [{ by: "bob" }],
  },
  bob: { name: "Bob Bee", tags: [], status: "known", address: { city: "Bern" }, notes: [] },
  cem: { name: "Cem Ant", age: 7, tags: ["b"], status: null, address: null, notes: [] },
};

async function open(): Promise<Collection<Person>> {
  const store = await openMemoryStore();
  const offline = () => Promise.reject(new Error("offline"));
  const fields = Object.entries(PEOPLE) as unknown as [string, never][];
  const records = fields.map(([id, one], i) =>
    record(id, i + 1, { collection: "people", fields: one }),
  );
  await store.apply(page(records));
  const client = await openClient({
    app: "x",
    store,
    transport: {
      sync: offline,
      pull: offline,
      stream: () => ({ [Symbol.asyncIterator]: () => ({ next: offline }) }),
      close: async () => undefined,
    },
    autoSync: false,
    collections: { people: collection<Person>({ indexes: ["name", ["address.city", "age"]] }) },
  });
  return client.collections.people;
}

const CASES: readonly (readonly [Query<Person>["where"], readonly string[]])[] = [
  [{ or: [{ name: { startsWith: "B" } }, { age: { lt: 10 } }] }, ["bob", "cem"]],
  [{ or: [] }, []],
  [{ and: [] }, ["ada", "bob", "cem"]],
  [{ and: [{ age: { gt: 1 } }, { age: { lt: 10 } }], name: { includes: "Ant" } }, ["cem"]],
  [{ not: { or: [{ age: 36 }, { age: 7 }] } }, ["bob"]],
  [{ age: { not: { gt: 10 } } }, ["bob", "cem"]],
  [{ age: { isNull: true } }, ["bob"]],
  [{ age: { isNull: false } }, ["ada", "cem"]],
  [{ name: { includes: "ant" } }, []],
  [{ tags: { contains: "b" } }, ["ada", "cem"]],
  [{ tags: ["b"] }, ["cem"]],
  [{ notes: { contains: { by: "bob" } } }, ["ada"]],
  [{ tags: { not: { contains: "a" } } }, ["bob", "cem"]],
  [{ "address.city": { startsWith: "R" } }, ["ada"]],
  [{ "address.city": { in: ["Bern", "Rome"] }, age: { isNull: true } }, ["bob"]],
  [{ "address.geo.lat": { gte: 42 } }, ["ada"]],
  [{ "address.geo": { isNull: true } }, ["bob", "cem"]],
  [{ address: { in: [{ city: "Bern" }] } }, ["bob"]],
  [{ address: null }, ["cem"]],
  [{ status: { in: ["new", null] } }, ["ada", "cem"]],
];

it.each(CASES)("%j finds %j", async (where, ids) => {
  const people = await open();
  expect((await people.query(where && { where, orderBy: "id" })).map(({ id }) => id)).toEqual(ids);
});

it("an index over what lies in a field answers ranges and orders", async () => {
  const people = await open();
  const query = { where: { "address.city": "Rome", age: { gt: 30 } } } as const;
  expect(await people.explainQuery(query)).toEqual({
    index: ["address.city", "age"],
    from: "store",
    scanned: 1,
    found: 1,
  });
  const rows = await people.query({ orderBy: ["-address.city", "-age"], limit: 2 });
  expect(rows.map(({ id }) => id)).toEqual(["ada", "bob"]);
  await people.update("cem", { address: { city: "Zug" } }).local;
  expect((await people.first({ orderBy: ["-address.city", "-age"] }))?.id).toBe("cem");
});

it("a field whose own name has a dot comes before what lies in another", async () => {
  const people = await open();
  await people.update("cem", { "address.city": "own" } as never).local;
  expect(await people.count({ where: { "address.city": "own" } })).toBe(1);
});

it("what cannot be asked is refused by the compiler", () => {
  // Never run: the compiler is asked.
  const _typed = (people: Collection<Person>) => [
    people.query({ where: { status: "new", "address.city": "Rome", "address.geo.lat": 1 } }),
    // @ts-expect-error: there is no such field
    people.query({ where: { nme: "Ada" } }),
    // @ts-expect-error: nor in the other one
    people.query({ where: { "address.town": "Rome" } }),
    // @ts-expect-error: nor in a part of the conditions
    people.query({ where: { or: [{ name: "Ada" }, { nme: "Ada" }] } }),
    // @ts-expect-error: it is a number
    people.query({ where: { age: "36" } }),
    // @ts-expect-error: it is a number in there, too
    people.query({ where: { not: { "address.geo.lat": { gt: "1" } } } }),
    // @ts-expect-error: numbers have no beginning
    people.query({ where: { age: { startsWith: "3" } } }),
    // @ts-expect-error: texts have no elements
    people.query({ where: { name: { contains: "A" } } }),
    // @ts-expect-error: these elements are texts
    people.query({ where: { tags: { contains: 1 } } }),
    // @ts-expect-error: no such status
    people.query({ where: { status: { not: "old" } } }),
    // @ts-expect-error: an object is asked for with `in`
    people.query({ where: { address: { city: "Rome" } } }),
    // @ts-expect-error: there is no such test
    people.query({ where: { name: { prefix: "A" } } }),
    // @ts-expect-error: there is no such field
    people.query({ orderBy: "-address.town" }),
    // @ts-expect-error: there is no such field
    collection<Person>({ indexes: ["address.town"] }),
  ];
  expect(_typed).toBeTypeOf("function");
});
