// Sockets: what a client says and is told, over real ones.

import { setTimeout as later } from "node:timers/promises";
import type { SyncResponse } from "@syncline/core";
import { describe, expect, test } from "vitest";
import { connect, push, put, serve } from "../testing/socket-fixture.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

describe("[G10] two users with one client id", () => {
  async function both() {
    const server = await serve();
    await push(server, "alice", "team", put("same", 1, "t1"));
    await server.call("alice", "/v1/todo/team/members/eve", {
      method: "PUT",
      body: '{"role":"writer"}',
    });
    const [alice, eve] = [await connect(server, "alice"), await connect(server, "eve")];
    for (const socket of [alice, eve]) {
      socket.say({ type: "subscribe", space: "todo/team", cursor: null, clientId: "same" });
      await socket.next("changes");
    }
    return { server, alice, eve };
  }

  test("are told by whom a commit is only where it is their own", async () => {
    const { server, alice, eve } = await both();
    await push(server, "eve", "team", put("same", 1, "t2"));
    expect(await alice.next("changes")).toMatchObject({ by: {}, changes: [{ id: "t2" }] });
    expect(await eve.next("changes")).toMatchObject({ by: { same: 1 } });
    await push(server, "alice", "team", put("same", 2, "t3"));
    expect(await alice.next("changes")).toMatchObject({ by: { same: 2 } });
    expect(await eve.next("changes")).toMatchObject({ by: {} });
  });

  test("each show their own presence, and neither ends the other's", async () => {
    const { server, alice, eve } = await both();
    alice.say({ type: "presence", space: "todo/team", state: { who: "alice" } });
    expect(await eve.next("presence")).toMatchObject({ userId: "alice", state: { who: "alice" } });
    eve.say({ type: "presence", space: "todo/team", state: { who: "eve" } });
    expect(await alice.next("presence")).toMatchObject({ userId: "eve", state: { who: "eve" } });
    eve.say({ type: "presence", space: "todo/team", state: null });
    expect(await alice.next("presence")).toMatchObject({ userId: "eve", state: null });
    const late = await connect(server, "eve");
    late.say({ type: "subscribe", space: "todo/team", cursor: null, clientId: "other" });
    expect(await late.next("presence")).toMatchObject({ userId: "alice", state: { who: "alice" } });
  });
});

describe("following a space", () => {
  test("brings what is new after the cursor, and then each commit, joined on to the last", async () => {
    const server = await serve();
    const first = await push(server, "alice", "~", put("c1", 1, "t1"));
    const socket = await connect(server, "alice");
    socket.say({ type: "subscribe", space: "todo/~", cursor: first.cursor, clientId: "c2" });
    expect(await socket.next("changes")).toMatchObject({
      space: "todo/~",
      after: first.cursor,
      changes: [],
      more: false,
    });
    const second = await push(server, "alice", "~", put("c1", 2, "t2"));
    const frame = await socket.next("changes");
    expect(frame).toMatchObject({
      after: first.cursor,
      cursor: second.cursor,
      by: { c1: 2 },
      changes: [{ collection: "todos", id: "t2", fields: { title: "t2" } }],
    });
    expect(Object.keys(frame["digest"] as object)).toEqual(["todos"]);
    await push(server, "alice", "~", put("c1", 3, "t3"));
    expect(await socket.next("changes")).toMatchObject({ after: second.cursor });
  });

  test("[G4] a commit of many records comes in one frame", async () => {
    const server = await serve();
    const socket = await connect(server, "alice");
    socket.say({ type: "subscribe", space: "todo/~", cursor: null });
    await socket.next("changes");
    const body = put("c1", 1, "t0");
    const [mutation] = body.mutations;
    const [change] = mutation?.changes ?? [];
    const changes = Array.from({ length: 300 }, (_, i) => ({ ...change, id: `t${i}` }));
    await push(server, "alice", "~", { ...body, mutations: [{ ...mutation, changes }] });
    expect((await socket.next("changes"))["changes"]).toHaveLength(300);
  });

  test("only of the collections that were asked for; frames still join on", async () => {
    const server = await serve();
    const socket = await connect(server, "alice");
    socket.say({ type: "subscribe", space: "todo/~", cursor: null, collections: ["notes"] });
    const { cursor } = await socket.next("changes");
    await push(server, "alice", "~", put("c1", 1, "t1"));
    const note = put("c1", 2, "n1");
    const [mutation] = note.mutations;
    const [change] = mutation?.changes ?? [];
    await push(server, "alice", "~", {
      ...note,
      mutations: [{ ...mutation, changes: [{ ...change, collection: "notes" }] }],
    });
    expect(await socket.next("changes")).toMatchObject({ after: cursor, changes: [{ id: "n1" }] });
  });

  test("who is more than a page behind is told to read first", async () => {
    const server = await serve({ limits: { pageRecords: 2 } });
    for (let i = 1; i <= 3; i++) await push(server, "alice", "~", put("c1", i, `t${i}`));
    const socket = await connect(server, "alice");
    socket.say({ type: "subscribe", space: "todo/~", cursor: null });
    expect(await socket.next("behind")).toEqual({ type: "behind", space: "todo/~" });
    const { cursor } = await push(server, "alice", "~", { ...put("c1", 4, "t4"), pull: {} });
    const delta = await server.call("alice", `/v1/todo/~/changes?cursor=${cursor}`);
    const rest = (await delta.json()) as SyncResponse;
    socket.say({ type: "subscribe", space: "todo/~", cursor: rest.cursor });
    expect(await socket.next("changes")).toMatchObject({ changes: [], more: false });
  });

  test("[G11] a slow reader is not fed, is told so when it reads again, and loses nothing", async () => {
    // Who does not read gives no sign of life either, and the pushes take long on a busy machine.
    const liveLimits = { bufferedBytes: 64 * 1024, heartbeatMs: 3_600_000 };
    const server = await serve({ server: { liveLimits } });
    const socket = await connect(server, "alice");
    socket.say({ type: "subscribe", space: "todo/~", cursor: null });
    await socket.next("changes");
    socket.socket.pause();
    // Far more than the network's own buffers hold.
    const text = "x".repeat(200_000);
    for (let i = 1; i <= 60; i++) await push(server, "alice", "~", put("c1", i, `t${i}`, { text }));
    const before = socket.heard.length;
    socket.socket.resume();
    await socket.next("behind");
    expect(socket.heard.length - before).toBeLessThan(60);
    socket.say({ type: "subscribe", space: "todo/~", cursor: null });
    await socket.next("behind");
  });

  test("a cursor of another history is refused with reset, for that space only", async () => {
    const server = await serve();
    const { cursor } = await push(server, "alice", "~", put("c1", 1, "t1"));
    await push(server, "alice", "team", put("c1", 1, "t1"));
    const socket = await connect(server, "alice");
    socket.say({ type: "subscribe", space: "todo/team", cursor });
    expect(await socket.next("error")).toMatchObject({
      space: "todo/team",
      error: { code: "reset" },
    });
    socket.say({ type: "subscribe", space: "todo/~", cursor });
    await socket.next("changes");
  });

  test("unsubscribing ends it", async () => {
    const server = await serve();
    const socket = await connect(server, "alice");
    socket.say({ type: "subscribe", space: "todo/~", cursor: null });
    await socket.next("changes");
    socket.say({ type: "unsubscribe", space: "todo/~" });
    socket.say({ type: "ping" });
    await socket.next("pong");
    await push(server, "alice", "~", put("c1", 1, "t1"));
    socket.say({ type: "ping" });
    await socket.next("pong");
    expect(socket.heard.filter(({ type }) => type === "changes")).toHaveLength(1);
  });
});

describe("pushing over the socket", () => {
  test("is answered as over HTTP, and its own frame is not sent besides", async () => {
    const server = await serve();
    const socket = await connect(server, "alice");
    const other = await connect(server, "alice");
    for (const [one, clientId] of [
      [socket, "c1"],
      [other, "c2"],
    ] as const) {
      one.say({ type: "subscribe", space: "todo/~", cursor: null, clientId });
      await one.next("changes");
    }
    socket.say({ type: "push", ref: 7, space: "todo/~", ...put("c1", 1, "t1") });
    expect(await socket.next("pushed")).toMatchObject({
      ref: 7,
      results: [{ id: 1, status: "applied" }],
      changes: [{ id: "t1" }],
      lastMutation: 1,
      more: false,
    });
    expect(await other.next("changes")).toMatchObject({ by: { c1: 1 }, changes: [{ id: "t1" }] });
    socket.say({ type: "ping" });
    await socket.next("pong");
    expect(socket.heard.filter(({ type }) => type === "changes")).toHaveLength(1);
  });

  test("[G2] what others commit meanwhile is not skipped", async () => {
    const server = await serve();
    const socket = await connect(server, "alice");
    socket.say({ type: "subscribe", space: "todo/~", cursor: null, clientId: "c1" });
    await socket.next("changes");
    const seen = new Set<string>();
    const others = Array.from({ length: 30 }, (_, i) =>
      push(server, "alice", "~", put(`o${i}`, 1, `o${i}`)),
    );
    for (let i = 1; i <= 30; i++)
      socket.say({ type: "push", ref: i, space: "todo/~", ...put("c1", i, `t${i}`) });
    await Promise.all(others);
    for (let i = 1; i <= 30; i++) await socket.next("pushed");
    await push(server, "alice", "~", put("last", 1, "last"));
    const stopMs = Date.now() + 5_000;
    while (!seen.has("last") && Date.now() < stopMs) {
      for (const frame of socket.heard)
        for (const { id } of (frame["changes"] ?? []) as { id: string }[]) seen.add(id);
      await later(5);
    }
    expect(seen.size).toBe(61);
  });

  test("a refusal names the ref, and the socket goes on", async () => {
    const server = await serve();
    const socket = await connect(server, "alice");
    socket.say({ type: "push", ref: 1, space: "todo/~bob", ...put("c1", 1, "t1") });
    expect(await socket.next("error")).toMatchObject({ ref: 1, error: { code: "forbidden" } });
    socket.say({ type: "push", ref: 2, space: "todo/~", ...put("c1", 1, "t1") });
    await socket.next("pushed");
  });
});

describe("presence", () => {
  const subscribe = async (server: TestServer, user: string, clientId: string) => {
    const socket = await connect(server, user);
    socket.say({ type: "subscribe", space: "todo/team", cursor: null, clientId });
    await socket.next("changes");
    return socket;
  };

  test("is shown to the others, to newcomers, and goes with the socket", async () => {
    const server = await serve();
    await push(server, "alice", "team", put("c0", 1, "t1"));
    const role = JSON.stringify({ role: "reader" });
    await server.call("alice", "/v1/todo/team/members/bob", { method: "PUT", body: role });
    const alice = await subscribe(server, "alice", "a1");
    const bob = await subscribe(server, "bob", "b1");
    alice.say({ type: "presence", space: "todo/team", state: { at: "t1" } });
    const shown = { clientId: "a1", userId: "alice", state: { at: "t1" }, space: "todo/team" };
    expect(await bob.next("presence")).toMatchObject(shown);
    const late = await subscribe(server, "bob", "b2");
    expect(await late.next("presence")).toMatchObject(shown);
    await alice[Symbol.asyncDispose]();
    expect(await bob.next("presence")).toMatchObject({ clientId: "a1", state: null });
    expect(alice.heard.some(({ type }) => type === "presence")).toBe(false);
  });

  test("is bounded in size and rate, and only for who follows the space", async () => {
    const server = await serve();
    const alice = await subscribe(server, "alice", "a1");
    alice.say({ type: "presence", space: "todo/other", state: {} });
    expect(await alice.next("error")).toMatchObject({ error: { code: "invalid" } });
    alice.say({ type: "presence", space: "todo/team", state: { text: "x".repeat(5_000) } });
    expect(await alice.next("error")).toMatchObject({ error: { code: "too_large" } });
    for (let i = 0; i < 40; i++) alice.say({ type: "presence", space: "todo/team", state: { i } });
    expect(await alice.next("error")).toMatchObject({ error: { code: "rate_limited" } });
  });
});

test("a shutdown sends everybody elsewhere with 1012", async () => {
  const server = await startTestServer();
  const socket = await connect(server, "alice");
  socket.say({ type: "subscribe", space: "todo/~", cursor: null });
  await socket.next("changes");
  await server.close();
  expect(await socket.closed()).toMatchObject({ code: 1012 });
});
