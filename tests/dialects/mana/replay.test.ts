// Push and pull as the spec has them: each worked example, statuses and texts, whatever the store.

import { afterEach, beforeEach, expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { EPOCH, type ManaServer, pullAll, startMana } from "./fixture.ts";

const INSERT = {
  table: "tasks",
  id: "k1",
  op: "insert",
  data: { id: "k1", title: "Plant beans", done: false },
};
/** What others are given of it: with times, because whoever merges by them takes an insert without any for as new as its arrival. */
const GIVEN = { ...INSERT, op: "update" };
const CURSOR = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

onBothStores("mana", (open) => {
  let server: ManaServer;
  beforeEach(async () => {
    server = await startMana(open);
  });
  afterEach(() => server.close());

  test("[DM1] the worked example of a push: others pull what was pushed, the pusher does not", async () => {
    const answer = await server.call("anna", "/sync/todo", {
      method: "POST",
      headers: { "x-client-id": "laptop-7" },
      body: JSON.stringify({
        clientId: "laptop-7",
        since: "2026-05-01T08:00:00Z",
        changes: [
          INSERT,
          {
            table: "tasks",
            id: "k2",
            op: "update",
            fields: { title: { value: "Water", updatedAt: "2026-05-01T08:01:02.345Z" } },
          },
          { table: "tasks", id: "k3", op: "delete", deletedAt: "2026-05-01T08:01:05.000Z" },
        ],
      }),
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
    const text = await answer.text();
    expect(text).toMatch(/^\{"serverChanges":\[\],"conflicts":\[\],"syncedUntil":"[^"]+"\}\n$/);
    expect(JSON.parse(text).syncedUntil).toMatch(CURSOR);

    const { serverChanges } = await server.device("anna", "phone").pull("tasks");
    const time = "2026-05-01T08:01:02.345Z";
    expect(serverChanges).toMatchObject([
      { schemaVersion: 1, ...GIVEN },
      {
        table: "tasks",
        id: "k2",
        op: "update",
        fields: { title: { value: "Water", updatedAt: time, at: time } },
        data: { id: "k2", title: "Water" },
      },
      { table: "tasks", id: "k3", op: "delete", deletedAt: "2026-05-01T08:01:05.000Z" },
    ]);
    expect(new Set(serverChanges.map(({ eventId }) => eventId)).size).toBe(3);
    for (const { eventId } of serverChanges)
      expect(eventId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const own = await server.device("anna", "laptop-7").pull("tasks", "2026-05-01T08:00:00Z");
    expect(own.serverChanges).toEqual([]);
    expect((await server.device("bob", "tablet").pull("tasks")).serverChanges).toEqual([]);
  });

  test("[DM1] a change is written with its names in the original's order, and nothing that HTML could take for its own", async () => {
    const data = { zeta: "<b>&\u2028", alpha: { y: 1, x: 2 } };
    await server
      .device("anna", "a")
      .push([{ ...INSERT, data, actor: { kind: "user", id: 1 }, origin: "user", spaceId: "s1" }]);
    const answer = await server.call("anna", `/sync/todo/pull?collection=tasks&since=${EPOCH}`);
    const text = await answer.text();
    expect(text).toContain(
      '"data":{"alpha":{"x":2,"y":1},"id":"k1","zeta":"\\u003cb\\u003e\\u0026\\u2028"},"spaceId":"s1","actor":{"kind":"user","id":1},"origin":"user"}',
    );
    const [change] = JSON.parse(text).serverChanges;
    expect(Object.keys(change)).toEqual([
      "eventId",
      "schemaVersion",
      "table",
      "id",
      "op",
      "fields",
      "data",
      "spaceId",
      "actor",
      "origin",
    ]);
  });

  test("[DM2] cursors follow the commits: each change is given once, a device's own never", async () => {
    const [a, b] = [server.device("anna", "a"), server.device("anna", "b")];
    let [sinceA, sinceB] = [EPOCH, EPOCH];
    for (let round = 0; round < 5; round++) {
      const at = new Date(Date.UTC(2026, 4, 1, 8, round)).toISOString();
      const pushed = await a.push(
        [{ table: "tasks", id: `k${round}`, op: "insert", data: { round, createdAt: at } }],
        { since: sinceA },
      );
      expect(pushed.serverChanges).toEqual([]);
      expect(pushed.syncedUntil > sinceA).toBe(true);
      const seen = await b.push([], { since: sinceB });
      expect(seen.serverChanges.map(({ id }) => id)).toEqual([`k${round}`]);
      expect(seen.syncedUntil).toBe(pushed.syncedUntil);
      [sinceA, sinceB] = [pushed.syncedUntil, seen.syncedUntil];
    }
    expect((await a.pull("tasks", sinceA)).serverChanges).toEqual([]);
    expect((await b.pull("tasks", sinceB)).serverChanges).toEqual([]);
  });

  test("[DM2] 2,500 records of one push come as 1000, 1000 and 500, without loss or repetition", async () => {
    const changes = Array.from({ length: 2_500 }, (_, i) => ({
      table: "tasks",
      id: `k${i}`,
      op: "insert",
      data: { i },
    }));
    const a = server.device("anna", "a");
    await a.push([...changes, { table: "notes", id: "n", op: "insert", data: {} }]);
    const pages = await pullAll(server.device("anna", "b"), "tasks");
    expect(pages.map(({ serverChanges, hasMore }) => [serverChanges.length, hasMore])).toEqual([
      [1000, true],
      [1000, true],
      [500, undefined],
    ]);
    const ids = pages.flatMap(({ serverChanges }) => serverChanges.map(({ id }) => id));
    expect(new Set(ids).size).toBe(2_500);
    // Who starts again from the beginning is given its own too, on every page.
    expect((await pullAll(a, "tasks")).map(({ serverChanges }) => serverChanges.length)).toEqual([
      1000, 1000, 500,
    ]);
    // An answer to a push says how far it went, and that there is more.
    const delta = await server.device("anna", "c").push([]);
    expect([delta.serverChanges.length, delta.hasMore]).toEqual([2_501, undefined]);
  });

  test("[DM2] a delta that does not fit moves the cursor as far as it went", async () => {
    await server.close();
    server = await startMana(open, { limits: { deltaChanges: 10, pageChanges: 10 } });
    const a = server.device("anna", "a");
    await a.push(
      Array.from({ length: 25 }, (_, i) => ({
        table: "tasks",
        id: `k${i}`,
        op: "insert",
        data: { i },
      })),
    );
    const ids: string[] = [];
    for (let since = EPOCH; ; ) {
      const { serverChanges, syncedUntil, hasMore } = await server
        .device("anna", "b")
        .push([], { since });
      ids.push(...serverChanges.map(({ id }) => id));
      since = syncedUntil;
      if (hasMore !== true) break;
    }
    expect(ids).toEqual(Array.from({ length: 25 }, (_, i) => `k${i}`));
  });

  test.each([
    ["unparsable", "yesterday"],
    ["empty", ""],
    ["before 1970", "1969-12-31T23:59:59Z"],
    ["an impossible day", "2026-02-31T00:00:00Z"],
    ["without a zone", "2026-05-01T08:00:00"],
  ])("[DM2] a `since` that is %s starts from the beginning", async (_name, since) => {
    await server.device("anna", "a").push([INSERT]);
    const { serverChanges } = await server.device("anna", "b").push([], { since });
    expect(serverChanges.map(({ id }) => id)).toEqual(["k1"]);
  });

  test("[DM2] a `since` of any precision and zone is read, and one ahead of the space hides nothing", async () => {
    const [a, b] = [server.device("anna", "a"), server.device("anna", "b")];
    const { syncedUntil } = await a.push([INSERT]);
    const same = [
      syncedUntil,
      syncedUntil.replace("Z", "000Z"),
      syncedUntil.replace("Z", "999Z"),
      syncedUntil.replace("Z", "+00:00"),
    ];
    for (const since of same) expect((await b.pull("tasks", since)).serverChanges).toEqual([]);
    const before = new Date(Date.parse(syncedUntil) - 1000).toISOString();
    for (const since of [before, before.replace(".", ",").slice(0, 19).concat("Z")])
      expect((await b.pull("tasks", since)).serverChanges).toHaveLength(1);
    const ahead = await b.pull("tasks", "2999-01-01T00:00:00Z");
    expect(ahead).toMatchObject({ serverChanges: [], syncedUntil });
    await a.push([{ ...INSERT, id: "k2" }], { since: syncedUntil });
    expect((await b.pull("tasks", ahead.syncedUntil)).serverChanges).toMatchObject([{ id: "k2" }]);
  });

  test("[DM4] the same push again changes nothing, with times and without", async () => {
    const [a, b] = [server.device("anna", "a"), server.device("anna", "b")];
    const { syncedUntil } = await a.push([INSERT]);
    const since = (await b.pull("tasks")).syncedUntil;
    const timed = [
      {
        table: "tasks",
        id: "k1",
        op: "update",
        fields: { done: { value: true, at: "2026-11-01T08:00:00Z" } },
      },
    ];
    const untimed = [
      { table: "tasks", id: "k1", op: "update", fields: { title: { value: "mine" } } },
    ];
    for (const changes of [timed, untimed]) {
      const first = await a.push(changes, { since: syncedUntil });
      const again = await a.push(changes, { since: syncedUntil });
      expect(again.syncedUntil).toBe(first.syncedUntil);
    }
    const { serverChanges } = await b.pull("tasks", since);
    expect(serverChanges).toHaveLength(1);
  });

  test("[DM4] an insert sent again does not undo what others wrote since", async () => {
    const [a, b] = [server.device("anna", "a"), server.device("anna", "b")];
    const insert = [{ ...INSERT, data: { title: "one", createdAt: "2026-05-01T08:00:00Z" } }];
    await a.push(insert);
    await b.push([
      {
        table: "tasks",
        id: "k1",
        op: "update",
        fields: {
          title: { value: "two", at: "2026-05-01T09:00:00Z" },
          note: { value: "n", at: "2026-05-01T09:00:00Z" },
        },
      },
    ]);
    await b.push([{ table: "tasks", id: "k1", op: "delete", deletedAt: "2026-05-01T10:00:00Z" }]);
    await a.push(insert);
    expect((await server.device("anna", "c").pull("tasks")).serverChanges).toMatchObject([
      { op: "delete" },
    ]);
    await b.push([
      {
        table: "tasks",
        id: "k1",
        op: "update",
        fields: { deletedAt: { value: null, at: "2026-05-01T11:00:00Z" } },
      },
    ]);
    const { serverChanges } = await server.device("anna", "c").pull("tasks");
    expect(serverChanges).toMatchObject([
      { op: "update", data: { title: "two", note: "n", deletedAt: null } },
    ]);
  });

  test("[DM4] a deletion wins over older edits, reaches everybody, and is taken back by `deletedAt: null`", async () => {
    const [a, b] = [server.device("anna", "a"), server.device("anna", "b")];
    const first = await a.push([INSERT]);
    const seen = await b.pull("tasks");
    await a.push([{ table: "tasks", id: "k1", op: "delete" }], { since: first.syncedUntil });
    const gone = await b.pull("tasks", seen.syncedUntil);
    expect(gone.serverChanges).toMatchObject([
      { op: "delete", deletedAt: expect.stringMatching(/Z$/) },
    ]);
    const now = new Date().toISOString();
    await b.push(
      [{ table: "tasks", id: "k1", op: "update", fields: { deletedAt: { value: null, at: now } } }],
      { since: gone.syncedUntil },
    );
    const back = await a.pull("tasks", first.syncedUntil);
    expect(back.serverChanges).toMatchObject([
      {
        op: "update",
        fields: { deletedAt: { value: null }, title: { value: "Plant beans" } },
        data: INSERT.data,
      },
    ]);
  });

  test("[DM5] a native client of the same space sees what they write, and they see what it writes", async () => {
    await server.device("anna", "a").push([INSERT]);
    const native = async (mutations: unknown[]) => {
      const answer = await server.call("anna", "/v1/todo/~/sync", {
        method: "POST",
        body: JSON.stringify({
          clientId: "native",
          now: "2026-11-20T10:00:00.000Z-0000-native",
          cursor: null,
          mutations,
        }),
      });
      return (await answer.json()) as { changes: { id: string; fields?: object }[] };
    };
    const time = `${new Date().toISOString()}-0000-native`;
    const change = { collection: "tasks", id: "n1", op: "put", time, fields: { title: "native" } };
    const { changes } = await native([{ id: 1, seen: null, changes: [change] }]);
    expect(changes).toMatchObject([{ id: "k1", fields: INSERT.data }, { id: "n1" }]);
    const { serverChanges, syncedUntil } = await server.device("anna", "b").pull("tasks");
    expect(serverChanges).toMatchObject([
      GIVEN,
      { id: "n1", op: "insert", data: { id: "n1", title: "native", deletedAt: null } },
    ]);
    const patch = {
      collection: "tasks",
      id: "k1",
      op: "patch",
      time: time.replace("-0000-", "-0001-"),
      fields: { done: true },
    };
    await native([{ id: 2, seen: null, changes: [patch] }]);
    expect(
      (await server.device("anna", "b").pull("tasks", syncedUntil)).serverChanges,
    ).toMatchObject([{ id: "k1", op: "update", fields: { done: { value: true } } }]);
  });

  test("[DM6] names that are not ours are kept as they are", async () => {
    const id = "a/b é 😀";
    const app = encodeURIComponent("my app");
    await server.device("anna", "a", app).push([{ ...INSERT, table: "my table", id }]);
    const { serverChanges } = await server.device("anna", "b", app).pull("my table");
    expect(serverChanges).toMatchObject([{ table: "my table", id, op: "update" }]);
  });
});
