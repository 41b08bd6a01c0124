// Sockets: who may open one and follow what, and what hostile clients get.

import { setTimeout as later } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { issueToken } from "../auth/issue-token.ts";
import { openRawSocket } from "../testing/raw-socket.ts";
import { clientOf, connect, push, put, serve } from "../testing/socket-fixture.ts";

describe("[G10] who may", () => {
  test("a socket without a token in time is closed with 4401", async () => {
    const server = await serve({ server: { liveLimits: { authenticateMs: 100 } } });
    const socket = await connect(server);
    expect(await socket.closed()).toMatchObject({ code: 4401 });
  });

  test.each([
    ["no token", { type: "auth", token: "" }],
    ["rubbish", { type: "auth", token: "rubbish" }],
    ["a subscription first", { type: "subscribe", space: "todo/~alice", cursor: null }],
    ["a push first", { type: "push", ref: 1, space: "todo/~alice", ...put("c1", 1, "t1") }],
  ])("%s is refused and the socket closed", async (_what, message) => {
    const server = await serve();
    const socket = await connect(server);
    socket.say(message);
    expect(await socket.next("error")).toMatchObject({ error: { code: "unauthenticated" } });
    expect(await socket.closed()).toMatchObject({ code: 4401 });
  });

  test("a token that expires closes the socket; a new one before that keeps it", async () => {
    const server = await serve();
    const soon = (userId: string) =>
      issueToken({ secret: server.secret, userId, expiresInSeconds: 2 });
    const kept = await connect(server);
    const left = await connect(server);
    for (const socket of [kept, left]) {
      socket.say({ type: "auth", token: await soon("alice") });
      expect((await socket.next("ready"))["expiresAt"]).toBeGreaterThan(Date.now());
    }
    kept.say({ type: "auth", token: await server.token("alice") });
    await kept.next("ready");
    expect(await left.closed()).toMatchObject({ code: 4401 });
    kept.say({ type: "ping" });
    await kept.next("pong");
    kept.say({ type: "auth", token: await server.token("bob") });
    expect(await kept.closed()).toMatchObject({ code: 4401 });
  });

  test("a space of somebody else cannot be followed, nor one be told apart that is not there", async () => {
    const server = await serve();
    await push(server, "bob", "~", put("b1", 1, "t1"));
    const socket = await connect(server, "alice");
    for (const space of ["todo/~bob", "todo/~nobody"]) {
      socket.say({ type: "subscribe", space, cursor: null });
      expect((await socket.next("error"))["error"]).toEqual({
        code: "forbidden",
        message: "You have no right to do this in this space.",
        path: "space",
      });
    }
  });

  test("a reader's push is answered mutation by mutation, with what is new", async () => {
    const server = await serve();
    const owner = clientOf(server, "todo/team");
    await owner.push(owner.change("put", "todos", "t1", {}));
    const body = JSON.stringify({ role: "reader" });
    await server.call("alice", "/v1/todo/team/members/bob", { method: "PUT", body });
    const socket = await connect(server, "bob");
    socket.say({ type: "push", ref: 7, space: "todo/team", ...put("b1", 1, "t2") });
    expect(await socket.next("pushed")).toMatchObject({
      ref: 7,
      results: [{ id: 1, status: "rejected", error: { code: "forbidden" } }],
      changes: [{ id: "t1" }],
    });
  });

  test("a right that is withdrawn ends the subscription, and nothing more is sent", async () => {
    const server = await serve();
    const owner = clientOf(server, "todo/team");
    await owner.push(owner.change("put", "todos", "t1", {}));
    const members = "/v1/todo/team/members/bob";
    const role = JSON.stringify({ role: "reader" });
    await server.call("alice", members, { method: "PUT", body: role });
    const socket = await connect(server, "bob");
    socket.say({ type: "subscribe", space: "todo/team", cursor: null });
    await socket.next("changes");
    await server.call("alice", members, { method: "DELETE" });
    expect(await socket.next("error")).toMatchObject({
      space: "todo/team",
      error: { code: "forbidden" },
    });
    await owner.push(owner.change("put", "todos", "t2", {}));
    socket.say({ type: "ping" });
    await socket.next("pong");
    expect(socket.heard.filter(({ type }) => type === "changes")).toHaveLength(1);
  });

  test("a right that an app's hook takes away ends it within two seconds", async () => {
    let allowed = true;
    const app = {
      name: "todo",
      collections: { todos: {} },
      createSpaces: "anyone" as const,
      authorize: ({ userId }: { userId: string }) => userId === "alice" || allowed,
    };
    const server = await serve({ apps: [app] });
    const owner = clientOf(server, "todo/team");
    await owner.push(owner.change("put", "todos", "t1", {}));
    const role = JSON.stringify({ role: "reader" });
    await server.call("alice", "/v1/todo/team/members/bob", { method: "PUT", body: role });
    const socket = await connect(server, "bob");
    socket.say({ type: "subscribe", space: "todo/team", cursor: null });
    await socket.next("changes");
    allowed = false;
    await later(2_100);
    await owner.push(owner.change("put", "todos", "t2", {}));
    expect(await socket.next("error")).toMatchObject({ error: { code: "forbidden" } });
    expect(socket.heard.filter(({ type }) => type === "changes")).toHaveLength(1);
  });

  test.each([
    ["a foreign origin", { headers: { origin: "https://evil.example" } }],
    ["another subprotocol", { protocols: ["graphql-ws"] }],
    ["a token in the address", { path: "/v1/live?token=x" }],
    ["another path", { path: "/v1/other" }],
  ])("%s is refused at the door", async (_what, options) => {
    const server = await serve();
    await expect(openRawSocket(server, undefined, options)).rejects.toThrow(
      /Unexpected server response: (403|426|400|404)/,
    );
  });

  test("pages of allowed origins, and the server's own, may connect", async () => {
    const server = await serve({ server: { corsOrigins: ["https://app.example"] } });
    for (const origin of ["https://app.example", server.url])
      await connect(server, "alice", { headers: { origin } });
  });
});

describe("[G11] hostile clients", () => {
  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["null", "null"],
    ["an unknown type", '{"type":"hello"}'],
    ["a type of the prototype", '{"type":"constructor"}'],
    ["nesting", `{"type":"ping","x":${"[".repeat(200)}${"]".repeat(200)}}`],
    ["a member too many", '{"type":"ping","__proto__":{},"more":1}'],
    ["a number for a token", '{"type":"auth","token":1}'],
    ["a subscription without a cursor", '{"type":"subscribe","space":"todo/~"}'],
    ["a space that is no text", '{"type":"subscribe","space":{},"cursor":null}'],
    ["a push without mutations", '{"type":"push","ref":1,"space":"todo/~"}'],
  ])("%s is answered by name and ends the socket", async (_what, text) => {
    const server = await serve();
    const socket = await connect(server, "alice");
    socket.say(text);
    const { error } = await socket.next("error");
    expect(error).toMatchObject({ code: expect.stringMatching(/^(invalid|too_large)$/) });
    expect(await socket.closed()).toMatchObject({ code: 4400 });
  });

  test("binary, too large and torn messages close the socket, and only that one", async () => {
    const server = await serve();
    const witness = await connect(server, "alice");
    const binary = await connect(server, "alice");
    binary.socket.send(Buffer.from("{}"), { binary: true });
    expect(await binary.closed()).toMatchObject({ code: 4400 });
    const large = await connect(server, "alice");
    large.say("x".repeat(1024 * 1024 + 1));
    expect(await large.closed()).toMatchObject({ code: 1009 });
    const torn = await connect(server, "alice");
    torn.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect(await torn.closed()).toMatchObject({ code: 1007 });
    witness.say({ type: "ping" });
    await witness.next("pong");
  });

  test("sockets of a user, and subscriptions of a socket, are counted", async () => {
    const server = await serve({
      server: { liveLimits: { socketsOfUser: 2, subscriptionsOfSocket: 2 } },
    });
    const socket = await connect(server, "alice");
    const second = await connect(server, "alice");
    const third = await connect(server);
    third.say({ type: "auth", token: await server.token("alice") });
    expect(await third.next("error")).toMatchObject({ error: { code: "rate_limited" } });
    expect(await third.closed()).toMatchObject({ code: 4429 });
    await second[Symbol.asyncDispose]();
    await connect(server, "alice");
    for (const space of ["todo/~", "todo/a", "todo/b"])
      socket.say({ type: "subscribe", space, cursor: null });
    expect(await socket.next("error")).toMatchObject({
      space: "todo/b",
      error: { code: "rate_limited" },
    });
    socket.say({ type: "subscribe", space: "todo/~", cursor: null });
    expect(await socket.next("error")).toMatchObject({ error: { code: "invalid" } });
  });

  test("a peer that gives no sign of life is cut off", async () => {
    const server = await serve({ server: { liveLimits: { heartbeatMs: 200 } } });
    const gone = await connect(server, "alice", { autoPong: false });
    const there = await connect(server, "alice");
    expect(await gone.closed()).toMatchObject({ code: 1006 });
    there.say({ type: "ping" });
    await there.next("pong");
  });
});
