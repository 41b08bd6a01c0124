// What the other side's services and scripts do: write for users, look at the health, and send what Go reads.

import { createMemoryStore } from "@syncline/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { EPOCH, type ManaServer, startMana, type WireAnswer } from "./fixture.ts";
import { type AuthService, startAuthService } from "./upstream.ts";

const KEY = "the key of services";

onBothStores("services", (open) => {
  let auth: AuthService;
  let server: ManaServer;
  beforeEach(async () => {
    auth = await startAuthService();
    auth.memberships.set("anna", ["acme"]);
    auth.memberships.set("ben", ["acme"]);
    const memberships = { url: auth.url, serviceKey: KEY };
    server = await startMana(open, { memberships, serviceKey: KEY });
  });
  afterEach(async () => {
    await server.close();
    await auth.close();
  });

  const call = async (
    body: object,
    headers: { [name: string]: string } = { "x-service-key": KEY },
  ) =>
    await fetch(`${server.url}/internal/sync/todo`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  test("[DM14] a service writes for a user, whose devices are given it; and to an organisation of his", async () => {
    const changes = [
      { table: "tasks", id: "boot", op: "insert", data: { id: "boot" }, origin: "system" },
      { table: "tasks", id: "team", op: "insert", data: { id: "team" }, spaceId: "acme" },
      { table: "tasks", id: "not his", op: "insert", data: {}, spaceId: "other" },
    ];
    const answer = await call({ userId: "anna", clientId: "system:bootstrap", changes });
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as WireAnswer).serverChanges).toEqual([]);
    const { serverChanges } = await server.device("anna", "a").pull("tasks");
    expect(serverChanges).toMatchObject([
      { id: "boot", origin: "system" },
      { id: "team", spaceId: "acme" },
    ]);
    expect((await server.device("ben", "b").pull("tasks")).serverChanges).toMatchObject([
      { id: "team" },
    ]);
    // Sent again it changes nothing.
    expect((await call({ userId: "anna", clientId: "system:bootstrap", changes })).status).toBe(
      200,
    );
    expect(await server.device("anna", "a").pull("tasks")).toMatchObject({
      serverChanges: [
        { eventId: serverChanges[0]?.eventId },
        { eventId: serverChanges[1]?.eventId },
      ],
    });
  });

  test("[DM14] nobody writes there without the key, nor for nobody", async () => {
    const body = { userId: "anna", changes: [] };
    const headers = [
      {},
      { "x-service-key": "wrong" },
      { authorization: `Bearer ${await server.token("anna")}` },
    ];
    for (const given of headers) expect((await call(body, given)).status).toBe(401);
    expect((await call({ changes: [] })).status).toBe(400);
    await using without = await startMana(async () => createMemoryStore());
    const answer = await fetch(`${without.url}/internal/sync/todo`, { method: "POST" });
    expect([answer.status, await answer.text()]).toEqual([404, "404 page not found\n"]);
  });

  test("[DM15] a service erases a user: all that was his alone, what was refused of him, and his name; not what he shared", async () => {
    const a = server.device("anna", "a");
    const huge = { table: "tasks", id: "poison", op: "insert", data: { text: "secret\u0000" } };
    await a.push([
      { table: "tasks", id: "own", op: "insert", data: { text: "mine" } },
      { table: "tasks", id: "team", op: "insert", data: { text: "ours" }, spaceId: "acme" },
      huge,
    ]);
    await server
      .device("anna", "a", "notes")
      .push([{ table: "notes", id: "n", op: "insert", data: { text: "mine" } }]);
    const b = server.device("ben", "b");
    await b.push([{ table: "tasks", id: "ben's", op: "insert", data: { text: "his" } }, huge]);
    const erase = async (key = KEY) =>
      await fetch(`${server.url}/internal/users/anna`, {
        method: "DELETE",
        headers: { "x-service-key": key },
      });
    expect((await erase("wrong")).status).toBe(401);
    const owner = await server.call("anna", "/internal/users/anna", { method: "DELETE" });
    expect(owner.status).toBe(401);
    const refusedOf = async () =>
      (await server.store.spaces({ after: "", limit: 10, app: ".mana" })).map(({ space }) => space);
    expect(await refusedOf()).toEqual([".mana/~anna", ".mana/~ben"]);
    const answer = await erase();
    const receipt = (await answer.json()) as object;
    expect([answer.status, receipt]).toEqual([
      200,
      {
        user: "anna",
        erasedAt: expect.any(String),
        account: false,
        apiKeys: 0,
        personalSpaces: [".mana/~anna", "notes/~anna", "todo/~anna"],
        sharedSpaces: ["todo/~=org.acme"],
        entriesRenamed: 1,
        backups: { newest: null, goneBy: null },
        signature: expect.stringMatching(/^[\w-]{43}$/),
      },
    ]);
    expect(await refusedOf()).toEqual([".mana/~ben"]);
    // His token is good until it ends; what he shares is still there, and nothing else.
    const left = await server.device("anna", "new").pull("tasks");
    expect(left.serverChanges.map(({ id }) => id)).toEqual(["team"]);
    const given = await b.pull("tasks");
    expect(given.serverChanges).toMatchObject([
      { id: "team", data: { text: "ours" } },
      { id: "ben's" },
    ]);
    const history = await server.store.history({ space: "todo/~=org.acme", after: 0, limit: 10 });
    expect(history.map(({ userId }) => userId)).toEqual(["erased"]);
    expect((await server.device("ben", "new").pull("tasks")).serverChanges).toHaveLength(2);
    // A device that was away pushes once more, and the service erases once more.
    await a.push([{ table: "tasks", id: "late", op: "insert", data: {} }]);
    expect(await (await erase()).json()).toMatchObject({ personalSpaces: ["todo/~anna"] });
    expect(await (await erase()).json()).toMatchObject({ personalSpaces: [], sharedSpaces: [] });
  });

  test("[DM1] the original's own script passes step by step", async () => {
    const second = () => `${new Date().toISOString().slice(0, 19)}Z`;
    expect(await (await fetch(`${server.url}/health`)).text()).toContain('"status":"ok"');
    const a = server.device("script", "client-a", "test-e2e");
    const b = server.device("script", "client-b", "test-e2e");
    const data = { title: "E2E Test Task", completed: false };
    const { syncedUntil } = await a.push([{ table: "tasks", id: "r", op: "insert", data }]);
    expect((await b.pull("tasks", "1970-01-01T00:00:00Z")).serverChanges).toMatchObject([
      { id: "r", data },
    ]);
    // Its times have seconds, and so lie before the insert that came within the same second.
    const own = await a.push(
      [
        {
          table: "tasks",
          id: "r",
          op: "update",
          fields: { note: { value: "own", updatedAt: second() } },
        },
      ],
      { since: syncedUntil },
    );
    const fields = {
      title: { value: "Updated by Client B", updatedAt: second() },
      completed: { value: true, updatedAt: second() },
    };
    const answer = await b.push([{ table: "tasks", id: "r", op: "update", fields }], {
      since: syncedUntil,
    });
    expect(answer.serverChanges).toMatchObject([{ id: "r", fields: { note: { value: "own" } } }]);
    expect((await a.pull("tasks", own.syncedUntil)).serverChanges).toMatchObject([
      { id: "r", fields: { title: { value: "Updated by Client B" }, completed: { value: true } } },
    ]);
    await a.push([{ table: "tasks", id: "r", op: "delete" }], { since: own.syncedUntil });
    expect((await b.pull("tasks", syncedUntil)).serverChanges).toMatchObject([
      { id: "r", op: "delete" },
    ]);
    const nobody = await fetch(`${server.url}/sync/test-e2e`, { method: "POST", body: "{}" });
    expect(nobody.status).toBe(401);
  });

  test("[DM1] what Go reads is read: names in capitals, and what follows the body", async () => {
    const body =
      '{"ClientID":"a","SINCE":"","Changes":[{"Table":"tasks","ID":"go","OP":"update","Fields":{"x":{"Value":1,"AT":"2026-05-01T08:00:00Z"}}}]} and more }';
    const answer = await server.call("anna", "/sync/todo", { method: "POST", body });
    expect(answer.status).toBe(200);
    expect((await server.device("anna", "b").pull("tasks", EPOCH)).serverChanges).toMatchObject([
      { id: "go", fields: { x: { value: 1, at: "2026-05-01T08:00:00.000Z" } } },
    ]);
  });

  test("[DM1] unknown addresses, the head of the metrics and the order of the health are the original's", async () => {
    for (const path of ["/sync/", "/sync/a/b/c", "/backup/none", "/internal/none"]) {
      const answer = await server.call("anna", path, { headers: { "x-service-key": KEY } });
      expect([path, answer.status, await answer.text()]).toEqual([
        path,
        404,
        "404 page not found\n",
      ]);
    }
    expect((await fetch(`${server.url}/metrics`, { method: "HEAD" })).status).toBe(200);
    const health = (await (await fetch(`${server.url}/health`)).json()) as object;
    expect(Object.keys(health)).toEqual(["connections", "service", "status", "timestamp", "users"]);
  });
});
