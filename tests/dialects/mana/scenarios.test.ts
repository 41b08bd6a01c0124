// What the original's two clients do in an ordinary day, with Dexie on an IndexedDB in memory: one node on each store, and
// two on PostgreSQL. And what no client of theirs does by itself.

import { createMemoryStore } from "@syncline/server";
import { IDBKeyRange, indexedDB } from "fake-indexeddb";
import { expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { CLIENTS, describeDay, type OpenClient } from "./describe-day.ts";
import { EPOCH, pullAll, startMana } from "./fixture.ts";
import { onTwoNodes } from "./two-nodes.ts";

const open: OpenClient = (kind, options) => CLIENTS[kind]({ ...options, indexedDB, IDBKeyRange });

onBothStores("a day", (store) =>
  describeDay(async (options) => [await startMana(store, options)], open),
);
onTwoNodes("a day", (start) => describeDay(start, open));

test("a record that was changed while its reader was between two pages comes whole, to who starts and to who goes on", async () => {
  await using server = await startMana(async () => createMemoryStore(), {
    limits: { pageChanges: 4, deltaChanges: 4 },
  });
  const [a, b] = [server.device("anna", "a"), server.device("anna", "b")];
  for (const round of ["one", "two"]) {
    const since = (await pullAll(b, "tasks")).at(-1)?.syncedUntil ?? EPOCH;
    const insert = (id: string) => ({ table: "tasks", id, op: "insert", data: { id, x: round } });
    for (let i = 0; i < 8; i += 1) await a.push([insert(`${round}${i}`)]);
    const at = new Date().toISOString();
    const fields = { y: { value: 1, at } };
    await a.push([{ table: "tasks", id: `${round}0`, op: "update", fields }]);
    for (const start of [EPOCH, since]) {
      const pages = await pullAll(server.device("anna", "reader"), "tasks", start);
      const changes = pages.flatMap(({ serverChanges }) => serverChanges);
      const changed = changes.find(({ id }) => id === `${round}0`);
      expect(changed?.data).toMatchObject({ x: round, y: 1 });
    }
  }
});

test("without a service that says who belongs where, what names an organisation is its writer's own", async () => {
  await using server = await startMana(async () => createMemoryStore());
  const change = { table: "tasks", id: "k", op: "insert", data: { x: 1 }, spaceId: "acme" };
  await server.device("anna", "a").push([change]);
  expect((await server.device("anna", "b").pull("tasks")).serverChanges).toMatchObject([
    { id: "k", spaceId: "acme" },
  ]);
  expect((await server.device("ben", "c").pull("tasks")).serverChanges).toEqual([]);
});
