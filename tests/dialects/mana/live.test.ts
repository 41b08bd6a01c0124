// Sockets and streams: who is told of what, and what hostile readers get.

import { createMemoryStore, issueToken } from "@syncline/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { type OpenStore, onBothStores } from "../stores.ts";
import { EPOCH, type ManaServer, startMana } from "./fixture.ts";
import { openStream } from "./stream-reader.ts";

const memory: OpenStore = async () => createMemoryStore();
let server: ManaServer;
afterEach(() => server.close());

interface TestSocket {
  readonly received: unknown[];
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  send(message: unknown): void;
}

async function openSocket(path: string): Promise<TestSocket> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}${path}`);
  const received: unknown[] = [];
  socket.on("message", (data) => received.push(JSON.parse(String(data))));
  socket.on("error", () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once("close", (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise((resolve) => socket.once("open", resolve));
  return {
    received,
    socket,
    closed,
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
  };
}

async function authenticated(path: string, userId = "anna"): Promise<TestSocket> {
  const opened = await openSocket(path);
  opened.send({ type: "auth", token: await server.token(userId) });
  await vi.waitFor(() => expect(opened.received).toEqual([{ type: "auth-ok" }]));
  opened.received.length = 0;
  return opened;
}

function insert(table: string, id = "k1") {
  return { table, id, op: "insert", data: { id, createdAt: "2026-05-01T08:00:00Z" } };
}

describe("sockets", () => {
  beforeEach(async () => {
    server = await startMana(
      memory,
      { limits: { authMs: 300, socketsOfUser: 3 } },
      // One of them says more than an address may.
      { server: { httpLimits: { messagesOfAddress: 10_000 } } },
    );
  });

  test("[DM10] a unified socket hears of every app of its user, a legacy one of its own only, and nobody of others'", async () => {
    await server.device("anna", "a", "todo").push([insert("tasks")]);
    const [all, todo, bob] = [
      await authenticated("/ws"),
      await authenticated("/ws/todo"),
      await authenticated("/ws", "bob"),
    ];
    await server.device("anna", "a", "todo").push([insert("tasks", "k2"), insert("lists")]);
    await server.device("anna", "a", "calendar").push([insert("events")]);
    const ofTodo = {
      type: "sync-available",
      appId: "todo",
      tables: expect.arrayContaining(["tasks", "lists"]),
    };
    const ofCalendar = { type: "sync-available", appId: "calendar", tables: ["events"] };
    await vi.waitFor(() => expect(all.received).toHaveLength(2));
    expect(all.received).toEqual(expect.arrayContaining([ofTodo, ofCalendar]));
    await vi.waitFor(() => expect(todo.received).toEqual([ofTodo]));
    expect(bob.received).toEqual([]);
    // What a native client writes is told too.
    const time = `${new Date().toISOString()}-0000-native`;
    const change = { collection: "tasks", id: "n", op: "put", time, fields: {} };
    await server.call("anna", "/v1/todo/~/sync", {
      method: "POST",
      body: JSON.stringify({
        clientId: "native",
        now: time,
        cursor: null,
        mutations: [{ id: 1, seen: null, changes: [change] }],
      }),
    });
    await vi.waitFor(() =>
      expect(todo.received[1]).toEqual({
        type: "sync-available",
        appId: "todo",
        tables: ["tasks"],
      }),
    );
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({
      connections: 3,
      users: 2,
      service: "mana-sync",
      status: "ok",
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain(
      "# TYPE mana_sync_connections_total gauge\nmana_sync_connections_total 3\n",
    );
    expect(metrics).toContain("mana_sync_users_connected 2\n");
  });

  test("[DM10] ping is answered before anybody authenticates; what is unknown, broken or binary is passed over", async () => {
    const socket = await openSocket("/ws");
    socket.send({ type: "subscribe", appId: "todo" });
    socket.send("{");
    socket.send("null");
    socket.socket.send(Buffer.from([0, 255, 1]), { binary: true });
    // What one address sends is read at 1,000 a second, and who does not authenticate has ten.
    for (let i = 0; i < 2_000; i++) socket.send({ type: "subscribe", n: i });
    socket.send({ type: "ping" });
    await vi.waitFor(() => expect(socket.received).toEqual([{ type: "pong" }]));
  });

  test("[DM10] who does not authenticate is cut off, though it talks", async () => {
    const [silent, talking] = [await openSocket("/ws"), await openSocket("/ws/todo")];
    talking.send({ type: "ping" });
    talking.send({ type: "auth" });
    for (const { closed } of [silent, talking])
      expect(await closed).toEqual({ code: 1008, reason: "auth timeout" });
    expect(talking.received).toEqual([
      { type: "pong" },
      { type: "error", tables: ["missing token"] },
    ]);
  });

  test("[DM10] a token that is none, names nobody, or has run out closes the socket", async () => {
    const bad = await openSocket("/ws");
    bad.send({ type: "auth", token: "x" });
    expect(await bad.closed).toEqual({ code: 1008, reason: "invalid token" });
    expect(bad.received).toEqual([{ type: "error", tables: ["invalid token"] }]);
    const short = await openSocket("/ws");
    const token = await issueToken({ secret: server.secret, userId: "anna", expiresInSeconds: 1 });
    short.send({ type: "auth", token });
    expect(await short.closed).toEqual({ code: 1008, reason: "token expired" });
  });

  test("[DM10] messages beyond 32 KiB close the socket, and sockets beyond a user's number are refused", async () => {
    const large = await openSocket("/ws");
    large.send("x".repeat(32 * 1024 + 1));
    expect((await large.closed).code).toBe(1009);
    for (let i = 0; i < 3; i++) await authenticated("/ws");
    const fourth = await openSocket("/ws");
    fourth.send({ type: "auth", token: await server.token("anna") });
    expect(await fourth.closed).toEqual({ code: 1008, reason: "too many sockets" });
    expect(await authenticated("/ws", "bob")).toBeDefined();
  });

  test("[DM10] what is no upgrade is told so; what is no app is refused", async () => {
    const answer = await fetch(`${server.url}/ws`);
    expect([answer.status, answer.headers.get("upgrade")]).toEqual([426, "websocket"]);
    const failed = new WebSocket(`${server.url.replace("http", "ws")}/ws/%ff`);
    const error = await new Promise<Error>((resolve) => failed.once("error", resolve));
    expect(error.message).toContain("400");
  });
});

onBothStores("streams", (open) => {
  beforeEach(async () => {
    server = await startMana(open, { limits: { heartbeatMs: 200, pageChanges: 10 } });
  });

  test("[DM11] a stream gives its whole backlog, a frame for each table, and then what others write", async () => {
    const a = server.device("anna", "a");
    await a.push([
      ...Array.from({ length: 25 }, (_, i) => insert("tasks", `k${i}`)),
      insert("notes", "n1"),
      insert("other", "o1"),
    ]);
    await using stream = await openStream(server, {
      userId: "anna",
      clientId: "b",
      query: "collections=tasks,%20notes,,tasks&since=",
    });
    expect(stream.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
    });
    await vi.waitFor(() => expect(stream.changes()).toHaveLength(26));
    expect(
      stream.frames.every(({ changes, table }) =>
        changes.every((change) => change.table === table),
      ),
    ).toBe(true);
    expect(stream.frames.at(-1)).toMatchObject({ table: "notes", hasMore: false });
    await a.push([{ table: "tasks", id: "k1", op: "delete" }, insert("other", "o2")]);
    await vi.waitFor(() => expect(stream.changes()[26]).toMatchObject({ id: "k1", op: "delete" }));
    // Its own writes are not told to a device, and neither are tables that it did not ask for.
    await server.device("anna", "b").push([insert("tasks", "own")]);
    await a.push([insert("notes", "n2")]);
    await vi.waitFor(() => expect(stream.changes()).toHaveLength(28));
    expect(stream.changes()[27]).toMatchObject({ id: "n2" });
    expect(Object.keys(stream.frames[0] ?? {})).toEqual([
      "changes",
      "hasMore",
      "syncedUntil",
      "table",
    ]);
    await vi.waitFor(() => expect(stream.text()).toContain("event: heartbeat\ndata: {}\n\n"));
  });

  test("[DM11] without tables there is no backlog, and everything is told from then on", async () => {
    await server.device("anna", "a").push([insert("tasks")]);
    await using stream = await openStream(server, { userId: "anna", clientId: "", query: "" });
    await server.device("anna", "a").push([insert("notes")]);
    await vi.waitFor(() => expect(stream.changes()).toMatchObject([{ table: "notes" }]));
  });

  test("[DM11] a stream ends when its token does", async () => {
    const token = await issueToken({ secret: server.secret, userId: "anna", expiresInSeconds: 1 });
    await using stream = await openStream(server, {
      userId: "anna",
      token,
      query: "collections=tasks",
    });
    await stream.ended;
    const refused = await fetch(`${server.url}/sync/todo/stream`, {
      headers: { authorization: "Bearer x" },
    });
    expect(refused.status).toBe(401);
  });

  test("[DM11] what is written while a stream opens is not missed", async () => {
    const a = server.device("anna", "a");
    for (let round = 0; round < 10; round++) {
      const app = `app${round}`;
      const writing = Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          server.device("anna", `w${i}`, app).push([insert("tasks", `k${i}`)]),
        ),
      );
      await using stream = await openStream(server, {
        userId: "anna",
        clientId: "b",
        app,
        query: `collections=tasks&since=${EPOCH}`,
      });
      await writing;
      await vi.waitFor(() => expect(new Set(stream.changes().map(({ id }) => id)).size).toBe(8));
      expect(stream.changes()).toHaveLength(8);
    }
    expect(a).toBeDefined();
  });
});

test("[DM11] a reader that stops reading is sent no more than fits, and holds up nobody", async () => {
  server = await startMana(memory, { limits: { heartbeatMs: 200 } });
  const a = server.device("anna", "a");
  const { connect } = await import("node:net");
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.pause();
  socket.write(
    `GET /sync/todo/stream?collections=t HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${await server.token("anna")}\r\n\r\n`,
  );
  const big = "x".repeat(200_000);
  for (let i = 0; i < 60; i++)
    await a.push([{ table: "t", id: `k${i}`, op: "insert", data: { big } }], {
      since: "2999-01-01T00:00:00Z",
    });
  expect(process.memoryUsage().heapUsed).toBeLessThan(1_000_000_000);
  expect((await server.device("anna", "b").pull("t")).serverChanges.length).toBeGreaterThan(0);
  socket.destroy();
});
