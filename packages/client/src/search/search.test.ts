// Full text search as apps ask for it: what is found, in which order, live, and what is refused.

import { afterEach, expect, it, vi } from "vitest";
import { openThings } from "../aggregates/things.ts";
import { type Collection, collection, openMemoryStore } from "../index.ts";
import { textSearch } from "./index.ts";

interface Card {
  title: string;
  notes?: string;
  tags?: readonly string[];
  rank: number;
  place?: { city: string };
}

const CARDS: { readonly [id: string]: Omit<Card, "rank"> } = {
  once: { title: "Water the plants", notes: "On the balcony, and in the kitchen." },
  notes: { title: "Balcony", notes: "Buy plants. Water them well." },
  many: { title: "Water, water, water the plants" },
  long: { title: `Water the plants ${"and much more besides ".repeat(10)}` },
  tags: { title: "Garden", tags: ["watering", "planning"] },
  water: { title: "Water" },
  cafe: { title: "CAFÉ Größe ﬁnd", place: { city: "Σίφνος" } },
  far: { title: "東京都でお茶を飲む", notes: "ภาษาไทยง่าย" },
};

afterEach(() => vi.unstubAllGlobals());

async function open(
  ids = Object.keys(CARDS),
  indexes: readonly ("rank" | "title")[] = [],
): Promise<Collection<Card>> {
  const cards = collection<Card>({
    indexes,
    search: { fields: ["title", "tags", "notes", "place.city"], engine: textSearch },
  });
  const client = await openThings(await openMemoryStore(), cards);
  const { things } = client.collections;
  await Promise.all(
    ids.map((id, rank) => things.insert({ id, rank, ...(CARDS[id] ?? { title: "" }) }).local),
  );
  return things;
}

async function found(cards: Collection<Card>, search: string): Promise<string[]> {
  return (await cards.query({ search })).map(({ id }) => id);
}

it("finds what holds all words, or words that begin so, the best first", async () => {
  const cards = await open();
  // Once more in the title counts more; a field that is named later less; what is asked for in full more than a beginning.
  expect(await found(cards, "wat pla")).toEqual(["many", "once", "tags", "notes", "long"]);
  expect((await found(cards, "water")).slice(0, 3)).toEqual(["many", "water", "once"]);
  expect(await found(cards, "plants water balcony")).toEqual(["once", "notes"]);
  expect(await found(cards, "ater")).toEqual([]);
  expect(await found(cards, "water tundra")).toEqual([]);
});

it("compares words without case, accents and written forms, and splits them at whatever is no letter or digit", async () => {
  const cards = await open();
  for (const search of [
    "cafe",
    "Café",
    "GROSSE",
    "größe",
    "find",
    "σιφνοσ",
    "ΣΊΦΝΟΣ",
    "cafe/größe!",
  ])
    expect([search, await found(cards, search)]).toEqual([search, ["cafe"]]);
});

it.each([true, false])(
  "finds words of scripts that put no space between them, with a segmenter or without: %s",
  async (hasSegmenter) => {
    if (!hasSegmenter) vi.stubGlobal("Intl", {});
    const cards = await open();
    for (const search of ["東京", "お茶", "飲む", "ภาษา", "ไทย"])
      expect([search, await found(cards, search)]).toEqual([search, ["far"]]);
  },
);

it("asks for nothing where there are no words", async () => {
  const cards = await open();
  const all = await cards.query();
  for (const search of ["", "  ", "…!?"]) expect(await cards.query({ search })).toEqual(all);
});

it("goes with conditions, an order of your own, a limit, relations and counts", async () => {
  const cards = await open();
  const ids = async (query: Parameters<typeof cards.query>[0]) =>
    (await cards.query(query)).map(({ id }) => id);
  expect(await ids({ search: "water", where: { rank: { gt: 1 } }, orderBy: "-rank" })).toEqual([
    "water",
    "tags",
    "long",
    "many",
  ]);
  expect(await ids({ search: "wat pla", limit: 2, offset: 1 })).toEqual(["once", "tags"]);
  expect(await ids({ search: "water", where: { id: { in: ["far", "many"] } } })).toEqual(["many"]);
  expect(await cards.count({ search: "wat pla", limit: 1 })).toBe(5);
  expect((await cards.first({ search: "wat pla" }))?.id).toBe("many");
  const include = { same: { collection: "things", id: "id" } } as const;
  const [first] = await cards.query({ search: "wat pla", include });
  expect(first?.same?.["title"]).toBe("Water, water, water the plants");
});

it("looks only at rows with the rarest of the words, in memory even where an index would give the order", async () => {
  const cards = await open(Object.keys(CARDS), ["rank", "title"]);
  const fields = ["title", "tags", "notes", "place.city"];
  expect(await cards.explainQuery({ search: "water balcony", orderBy: "rank", limit: 5 })).toEqual({
    index: fields,
    from: "memory",
    scanned: 2,
    found: 2,
  });
  expect((await cards.explainQuery({ search: "x", where: { title: "y" } })).from).toBe("memory");
});

it("is kept up: rows come, move and go, and those that stay are the same objects", async () => {
  const cards = await open(["once", "notes", "many"]);
  const live = cards.live({ search: "wat pla", limit: 2 });
  const count = cards.liveCount({ search: "wat pla" });
  let told = 0;
  const stops = [
    live.subscribe(() => {
      told += 1;
    }),
    count.subscribe(() => undefined),
  ];
  const ids = () => live.getSnapshot().rows.map(({ id }) => id);
  await expect.poll(ids).toEqual(["many", "once"]);
  const [before, toldBefore] = [live.getSnapshot(), told];
  await cards.insert({ id: "other", title: "Nothing of that", rank: 0 }).local;
  expect([live.getSnapshot() === before, told]).toEqual([true, toldBefore]);
  await cards.update("notes", { title: "Water plants" }).local;
  expect(ids()).toEqual(["notes", "many"]);
  expect(live.getSnapshot().rows[1]).toBe(before.rows[0]);
  await cards.delete("many").local;
  expect(ids()).toEqual(["notes", "once"]);
  await cards.update("once", { title: "Planted" }).local;
  expect([ids(), count.getSnapshot()]).toEqual([["notes"], 1]);
  expect(await found(cards, "plan")).toEqual(["notes", "once"]);
  for (const stop of stops) stop();
});

it("forgets words that no row holds any more, and finds them when they come back", async () => {
  const cards = await open(["once"]);
  expect(await found(cards, "bal")).toEqual(["once"]);
  await cards.update("once", { notes: "Basil" }).local;
  expect([await found(cards, "bal"), await found(cards, "bas")]).toEqual([[], ["once"]]);
  await cards.update("once", { notes: "Balcony" }).local;
  expect([await found(cards, "bal"), await found(cards, "bas")]).toEqual([["once"], []]);
});

it("goes on finding after most of the rows that it knew are gone", async () => {
  const client = await openThings(
    await openMemoryStore(),
    collection<Card>({ search: { fields: ["title"], engine: textSearch } }),
  );
  const cards = client.collections.things;
  const ids = Array.from({ length: 2_200 }, (_, i) => `c${i}`);
  const each = async (
    work: (
      tx: Parameters<Parameters<typeof client.transaction>[0]>[0],
      id: string,
      i: number,
    ) => void,
  ) => {
    for (let from = 0; from < ids.length; from += 500)
      await client.transaction((tx) => {
        for (const [i, id] of ids.slice(from, from + 500).entries()) work(tx, id, from + i);
      }).local;
  };
  await each((tx, id, i) => tx.things.insert({ id, title: `number n${i} of many`, rank: i }));
  expect(await cards.count({ search: "number" })).toBe(ids.length);
  await each((tx, id, i) => {
    if (i % 10 !== 0) tx.things.delete(id);
    else if (i % 20 === 0) tx.things.update(id, { title: `other n${i}` });
  });
  expect(await cards.count({ search: "number" })).toBe(110);
  expect(await cards.count({ search: "other" })).toBe(110);
  expect(await found(cards, "n1010")).toEqual(["c1010"]);
  expect(await found(cards, "n1011")).toEqual([]);
});

it("wants fields that hold texts, and the engine where a query searches", async () => {
  collection<Card>({
    // @ts-expect-error a number is no text
    search: { fields: ["rank"], engine: textSearch },
  });
  collection<Card>({
    // @ts-expect-error there is no such field
    search: { fields: ["titel"], engine: textSearch },
  });
  const cards = await open([]);
  await expect(cards.query({ search: 1 } as never)).rejects.toMatchObject({
    code: "invalid",
    path: "search",
  });
  const plain = (await openThings(await openMemoryStore(), collection<Card>())).collections.things;
  const refused = {
    code: "invalid",
    path: "search",
    message: expect.stringContaining("@syncline/client/search"),
  };
  await expect(plain.query({ search: "x" })).rejects.toMatchObject(refused);
  expect(() => plain.live({ search: "x" })).toThrow(expect.objectContaining(refused));
});
