// Merging at the server: what comes late undoes nothing, and who lost is told what won.

import { afterEach, beforeEach, expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { EPOCH, type ManaServer, startMana } from "./fixture.ts";

const INSERT = {
  table: "tasks",
  id: "k1",
  op: "insert",
  data: { id: "k1", title: "Plant beans", done: false },
};

onBothStores("merging", (open) => {
  let server: ManaServer;
  beforeEach(async () => {
    server = await startMana(open);
  });
  afterEach(() => server.close());

  test("[DM3] a stale update undoes nothing newer, and its device gets the winner back", async () => {
    const [a, b, c] = [
      server.device("anna", "a"),
      server.device("anna", "b"),
      server.device("anna", "c"),
    ];
    const update = (value: string, at: string) => [
      { table: "tasks", id: "k1", op: "update", fields: { title: { value, updatedAt: at } } },
    ];
    const first = await a.push([
      { ...INSERT, data: { title: "old", createdAt: "2026-05-01T08:00:00.000Z" } },
    ]);
    const seenByB = await b.push([], { since: EPOCH });
    const won = await a.push(update("newer", "2026-05-01T08:02:00.000Z"), {
      since: first.syncedUntil,
    });
    const pulled = await b.pull("tasks", seenByB.syncedUntil);
    expect(pulled.serverChanges).toMatchObject([
      { op: "update", fields: { title: { value: "newer" } } },
    ]);
    const lost = await b.push(update("stale", "2026-05-01T08:01:00.000Z"), {
      since: pulled.syncedUntil,
    });
    expect(lost.serverChanges).toMatchObject([
      {
        id: "k1",
        op: "update",
        fields: { title: { value: "newer", updatedAt: "2026-05-01T08:02:00.000Z" } },
      },
    ]);
    expect((await a.pull("tasks", won.syncedUntil)).serverChanges).toEqual([]);
    expect((await c.pull("tasks")).serverChanges).toMatchObject([{ data: { title: "newer" } }]);
    // Only what changed goes to who has the record.
    expect(Object.keys(pulled.serverChanges[0]?.fields ?? {})).toEqual(["title"]);
  });

  test("[DM3] a device that was given another's value after its own edit gets its own back; one that edits later does not", async () => {
    await server.close();
    let now = Date.UTC(2026, 10, 1);
    server = await startMana(open, { now: () => now });
    const [a, b] = [server.device("anna", "a"), server.device("anna", "b")];
    const text = () => new Date(now).toISOString();
    const update = (value: string, at: string, name = "updatedAt") => [
      { table: "tasks", id: "k1", op: "update", fields: { title: { value, [name]: at } } },
    ];
    await a.push([{ ...INSERT, data: { title: "first", createdAt: text() } }]);
    const { syncedUntil } = await b.pull("tasks");
    now += 10_000;
    await a.push(update("of a", text()));
    // B edits, is given A's value before it pushes, and shows that one now.
    now += 1_000;
    const at = text();
    now += 1_000;
    const pulled = await b.pull("tasks", syncedUntil);
    expect(pulled.serverChanges).toMatchObject([{ fields: { title: { value: "of a" } } }]);
    const pushed = await b.push(update("of b", at), { since: pulled.syncedUntil });
    expect(pushed.serverChanges).toMatchObject([
      { id: "k1", op: "update", fields: { title: { value: "of b", updatedAt: at } } },
    ]);
    // Who merges by times needs none of it, and neither does who edits what it was given.
    now += 60_000;
    await a.push(update("of a again", text()));
    const seen = await b.pull("tasks", pushed.syncedUntil);
    now += 60_000;
    const later = await b.push(update("of b again", text()), { since: seen.syncedUntil });
    expect(later.serverChanges).toEqual([]);
  });

  test("[DM3] equal times are decided the same for all, whatever the order of arrival", async () => {
    const at = "2026-05-01T08:00:00.000Z";
    const update = (value: string) => [
      { table: "tasks", id: "k", op: "update", fields: { t: { value, at } } },
    ];
    const results: unknown[] = [];
    for (const order of [
      ["a", "b"],
      ["b", "a"],
    ]) {
      const app = `app-${order.join("")}`;
      const cursors = new Map<string, string>();
      for (const name of order) {
        const answer = await server.device("anna", name, app).push(update(name), { since: EPOCH });
        cursors.set(name, answer.syncedUntil);
      }
      const all = await server.device("anna", "c", app).pull("tasks");
      results.push(all.serverChanges[0]?.data?.["t"]);
    }
    expect(results).toEqual(["b", "b"]);
  });

  test("[DM3] of two updates of one device in one millisecond the later one wins, and none is dropped", async () => {
    const at = "2026-05-01T08:00:00.000Z";
    const update = (fields: object) => ({ table: "tasks", id: "k", op: "update", fields });
    await server
      .device("anna", "a")
      .push([
        update({ title: { value: "z", at }, done: { value: true, at } }),
        update({ title: { value: "a", at } }),
        update({ title: { value: "m", at } }),
      ]);
    const { serverChanges } = await server.device("anna", "b").pull("tasks");
    expect(serverChanges).toMatchObject([
      { data: { title: "m", done: true }, fields: { title: { at } } },
    ]);
  });
});
