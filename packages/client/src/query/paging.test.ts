// Pages by cursor: a page begins behind the last row of the page before, whatever became of the rows meanwhile.

import "fake-indexeddb/auto";
import { SynclineError } from "@syncline/core";
import { describe, expect, it } from "vitest";
import { collection, openClient, type Query, type Transport } from "../index.ts";
import { STORES } from "./every-store.ts";

interface Card {
  rank: number;
  title?: string;
}

const offline = () => Promise.reject(new SynclineError("offline"));
const transport: Transport = {
  sync: offline,
  pull: offline,
  stream: () => ({ [Symbol.asyncIterator]: () => ({ next: offline }) }),
  close: async () => undefined,
};
const ROWS = 500;
const LIMIT = 20;
let databases = 0;

/** A device that has 500 cards of the server's; three have each rank. */
async function open(kind: string) {
  databases += 1;
  const store = await STORES[kind]?.(`paging ${databases}`);
  if (store === undefined) throw new Error("There is no such store.");
  await store.apply({
    space: "~",
    changes: Array.from({ length: ROWS }, (_, i) => ({
      collection: "cards",
      id: `c${String((i * 7) % ROWS).padStart(3, "0")}`,
      version: 1,
      stamp: i + 1,
      time: "2026-01-01T00:00:00.000Z-0000-other",
      fields: { rank: Math.floor(((i * 7) % ROWS) / 3) },
    })),
    cursor: "1",
    scope: "",
    lastMutation: 0,
    final: true,
    replace: false,
  });
  const client = await openClient({
    app: "x",
    store,
    transport,
    autoSync: false,
    collections: { cards: collection<Card>({ indexes: ["rank"] }) },
  });
  return { client, cards: client.collections.cards };
}

describe.each(Object.keys(STORES))("%s", (kind) => {
  it.each<Query<Card>>([
    { orderBy: "rank" },
    { orderBy: "-rank" },
    { orderBy: ["-rank", "id"] },
    {},
    { where: { rank: { gte: 40, lt: 120 } }, orderBy: "rank" },
  ])("page by page gives what all at once gives: %j", async (query) => {
    const { client, cards } = await open(kind);
    const all = await cards.query(query);
    const paged = [];
    let page = await cards.query({ ...query, limit: LIMIT });
    // A page that begins with its cursor would never end.
    while (page.length > 0 && paged.length <= all.length) {
      paged.push(...page);
      const after = page.at(-1);
      page = await cards.query({ ...query, limit: LIMIT, ...(after && { after }) });
    }
    expect(paged).toEqual(all);
    await client.close();
  });

  it("a page stays right while rows come before it and its cursor goes; live, too", async () => {
    const { client, cards } = await open(kind);
    const first = await cards.query({ orderBy: "rank", limit: LIMIT });
    const after = first.at(-1);
    if (after === undefined) throw new Error("There is no row.");
    const second = cards.live({ orderBy: "rank", limit: LIMIT, after });
    const stop = second.subscribe(() => undefined);
    await expect.poll(() => second.getSnapshot().ready).toBe(true);
    const before = second.getSnapshot().rows;
    expect(before).toEqual((await cards.query({ orderBy: "rank", limit: 2 * LIMIT })).slice(LIMIT));
    await cards.insert({ id: "early", rank: -1 }).local;
    await cards.delete(after.id).local;
    await cards.update(first[0]?.id ?? "", { title: "changed" }).local;
    expect(second.getSnapshot().rows).toEqual(before);
    // Just behind the cursor, and out of the page.
    await cards.insert({ id: "zz", rank: after.rank }).local;
    await cards.delete(before[3]?.id ?? "").local;
    const ids = second.getSnapshot().rows.map(({ id }) => id);
    const kept = before.filter((_, i) => i !== 3).map(({ id }) => id);
    const at = before.findIndex(({ rank }) => rank > after.rank);
    expect(ids).toEqual([...kept.slice(0, at), "zz", ...kept.slice(at)].slice(0, LIMIT));
    stop();
    await client.close();
  });

  it.each(["rank", "-rank"] as const)(
    "a far page reads no more than a near one: %s",
    async (orderBy) => {
      const { client, cards } = await open(kind);
      const near = await cards.explainQuery({ orderBy, limit: LIMIT });
      const middle = await cards.query({ orderBy, offset: 400, limit: 1 });
      const after = middle[0];
      if (after === undefined) throw new Error("There is no row.");
      const far = await cards.explainQuery({ orderBy, limit: LIMIT, after });
      expect(far.index).toEqual(near.index);
      // Those of the cursor's own rank, of which it may be the last.
      expect(far.scanned).toBeLessThanOrEqual(near.scanned + 3);
      await client.close();
    },
  );
});
