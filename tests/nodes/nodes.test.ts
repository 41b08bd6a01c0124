// Two nodes on one PostgreSQL, over each bus: a client of one sees what a client of the other does.

import type { Bus } from "@syncline/server";
import { openNatsBus, openPostgresBus, openPostgresStore, openRedisBus } from "@syncline/server";
import {
  openRawSocket,
  startTestNats,
  startTestPostgres,
  startTestRedis,
  startTestServer,
  type TestPostgres,
  type TestProcess,
  type TestServer,
} from "@syncline/server/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

let postgres: TestPostgres;
let redis: TestProcess;
let nats: TestProcess;
beforeAll(async () => {
  [postgres, redis, nats] = await Promise.all([
    startTestPostgres(),
    startTestRedis(),
    startTestNats(),
  ]);
});
afterAll(async () => {
  await postgres.stop();
  await redis.stop();
  await nats.stop();
});

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const KEY = "what the nodes seal their messages with";
const SECRET = "one secret for all nodes, long enough for HS256";

async function node(url: string, bus: Bus): Promise<TestServer> {
  const store = await openPostgresStore({ url });
  const server = await startTestServer({ store, server: { bus, auth: { secret: SECRET } } });
  open.push(server);
  return server;
}

async function put(server: TestServer, userId: string, clientId: string, mutation: number) {
  const time = `2026-11-20T10:00:00.000Z-${mutation.toString(16).padStart(4, "0")}-${clientId}`;
  const change = { collection: "todos", id: `t${mutation}`, op: "put", time, fields: { mutation } };
  const answer = await server.call(userId, "/v1/todo/team/sync", {
    method: "POST",
    body: JSON.stringify({
      clientId,
      now: time,
      cursor: null,
      mutations: [{ id: mutation, seen: null, changes: [change] }],
    }),
  });
  expect(answer.status).toBe(200);
}

describe.each<[string, (url: string) => Promise<Bus>]>([
  ["redis", () => openRedisBus({ url: redis.url, key: KEY })],
  ["nats", () => openNatsBus({ url: nats.url, key: KEY })],
  ["postgres", (url) => openPostgresBus({ url, key: KEY })],
])("two nodes over %s", (_name, openBus) => {
  async function pair() {
    const url = await postgres.database();
    const [a, b] = [await node(url, await openBus(url)), await node(url, await openBus(url))];
    return { a, b };
  }

  test("[G2] what is committed on one reaches the followers of the other, in order, without a gap", async () => {
    const { a, b } = await pair();
    await put(a, "alice", "c1", 1);
    const socket = await openRawSocket(b, "alice");
    socket.say({ type: "subscribe", space: "todo/team", cursor: null, clientId: "c2" });
    let { cursor } = await socket.next("changes");
    for (let i = 2; i <= 20; i++) await put(i % 2 === 0 ? a : b, "alice", "c1", i);
    const seen = new Set<string>();
    while (seen.size < 19) {
      const frame = await socket.next("changes");
      expect(frame["after"]).toBe(cursor);
      cursor = frame["cursor"];
      for (const { id } of frame["changes"] as { id: string }[]) seen.add(id);
    }
    await socket[Symbol.asyncDispose]();
  });

  test("[G10] a right that is withdrawn on one ends the subscription on the other", async () => {
    const { a, b } = await pair();
    await put(a, "alice", "c1", 1);
    const member = "/v1/todo/team/members/bob";
    const role = JSON.stringify({ role: "reader" });
    await a.call("alice", member, { method: "PUT", body: role });
    const socket = await openRawSocket(b, "bob");
    socket.say({ type: "subscribe", space: "todo/team", cursor: null, clientId: "b1" });
    await socket.next("changes");
    await a.call("alice", member, { method: "DELETE" });
    expect(await socket.next("error")).toMatchObject({ error: { code: "forbidden" } });
    await socket[Symbol.asyncDispose]();
  });

  test("[AC4] a right that a rule takes on one is gone from the followers of the other, live", async () => {
    const { a, b } = await pair();
    await put(a, "alice", "c1", 1);
    await put(a, "alice", "c1", 2);
    const role = JSON.stringify({ role: "reader" });
    await a.call("alice", "/v1/todo/team/members/bob", { method: "PUT", body: role });
    const rule = async (item: string, type: string) => {
      const body = JSON.stringify({ rules: [{ user: "bob", item, action: "read", type }] });
      expect((await a.call("alice", "/v1/todo/team/rules", { method: "POST", body })).status).toBe(
        200,
      );
    };
    const socket = await openRawSocket(b, "bob");
    socket.say({ type: "subscribe", space: "todo/team", cursor: null, clientId: "b1" });
    await socket.next("changes");
    // Until the first rule all readers shared their frames: each is told to read by itself.
    await rule("todos.*", "allow");
    expect(await socket.next("behind")).toMatchObject({ space: "todo/team" });
    socket.say({ type: "subscribe", space: "todo/team", cursor: null, clientId: "b1" });
    expect(await socket.next("changes")).toMatchObject({ changes: [{ id: "t1" }, { id: "t2" }] });
    await rule("todos.t1", "deny");
    expect(await socket.next("changes")).toMatchObject({
      changes: [{ collection: "todos", id: "t1", gone: "revoked" }],
    });
    await put(a, "alice", "c1", 1);
    await put(a, "alice", "c1", 3);
    expect(await socket.next("changes")).toMatchObject({ changes: [{ id: "t3" }] });
    await rule("todos.t1", "allow");
    expect(await socket.next("changes")).toMatchObject({ changes: [{ id: "t1" }] });
    await socket[Symbol.asyncDispose]();
  });

  test("presence is seen across nodes, by newcomers too", async () => {
    const { a, b } = await pair();
    await put(a, "alice", "c1", 1);
    const here = await openRawSocket(a, "alice");
    here.say({ type: "subscribe", space: "todo/team", cursor: null, clientId: "a1" });
    await here.next("changes");
    here.say({ type: "presence", space: "todo/team", state: { at: "t1" } });
    here.say({ type: "ping" });
    await here.next("pong");
    const there = await openRawSocket(b, "alice");
    there.say({ type: "subscribe", space: "todo/team", cursor: null, clientId: "b1" });
    expect(await there.next("presence")).toMatchObject({ clientId: "a1", state: { at: "t1" } });
    await here[Symbol.asyncDispose]();
    expect(await there.next("presence")).toMatchObject({ clientId: "a1", state: null });
    await there[Symbol.asyncDispose]();
  });
});

test("[G2] a commit that the bus lost is found all the same", async () => {
  const url = await postgres.database();
  const deaf: Bus = {
    remote: true,
    publish: () => undefined,
    subscribe: () => () => undefined,
    isConnected: () => true,
    watch: () => () => undefined,
    close: async () => undefined,
  };
  const [a, b] = [await node(url, deaf), await node(url, deaf)];
  const socket = await openRawSocket(b, "alice");
  await put(a, "alice", "c1", 1);
  socket.say({ type: "subscribe", space: "todo/team", cursor: null, clientId: "c2" });
  await socket.next("changes");
  await put(a, "alice", "c1", 2);
  expect(await socket.next("changes")).toMatchObject({ changes: [{ id: "t2" }] });
  await socket[Symbol.asyncDispose]();
});
