// What ends when a right ends: every stream and socket that was opened with it, on every node, whether or not anybody tells of it.

import { createMemoryBus, createMemoryStore, issueToken, type Store } from "@syncline/server";
import { afterEach, describe, expect, test } from "vitest";
import {
  type Everything,
  openSocket,
  openStream,
  PASSWORD,
  type SignedIn,
  startEverything,
  syncRequest,
} from "./fixture.ts";

const running: Everything[] = [];
afterEach(async () => {
  for (const server of running.splice(0).reverse()) await server.close();
});

/** Two nodes on one store; with `told` they hear of each other, else each has to look. */
async function nodes(told: boolean): Promise<[Everything, Everything]> {
  const store = createMemoryStore();
  const shared: Store = { ...store, close: async () => undefined };
  const bus = createMemoryBus();
  const sharedBus = { ...bus, close: async () => undefined };
  const start = async () => {
    const server = await startEverything({ ...(told ? { bus: sharedBus } : {}) }, shared);
    running.push(server);
    return server;
  };
  return [await start(), await start()];
}

const PATIENCE_MS = 6_000;

/** Tells what is still open after a while. */
async function stillOpen(ends: { readonly [what: string]: Promise<unknown> }): Promise<string[]> {
  const open = new Set(Object.keys(ends));
  const all = Object.entries(ends).map(async ([what, ended]) => {
    await ended;
    open.delete(what);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([Promise.all(all), late]);
  clearTimeout(timer);
  return [...open];
}

const STREAMS = [
  "/v1/todo/team/live",
  "/sync/todo/stream?collections=todos",
  "/kit/shop/sse",
] as const;
const SOCKETS = ["/v1/live", "/ws", "/ws/todo"] as const;

/** Everything that goes on, opened by one device on one node. */
async function openAll(
  server: Everything,
  token: string,
): Promise<{ readonly [what: string]: Promise<unknown> }> {
  const ends: { [what: string]: Promise<unknown> } = {};
  for (const path of STREAMS) {
    const stream = await openStream(server, path, { authorization: `Bearer ${token}` });
    expect([path, stream.status]).toEqual([path, 200]);
    ends[path] = stream.ended;
  }
  for (const path of SOCKETS) {
    const socket = await openSocket(server, path, token);
    if (path === "/v1/live") {
      socket.say({ type: "subscribe", space: "todo/team", cursor: null });
      await socket.until("changes");
    }
    ends[path] = socket.closed;
  }
  return ends;
}

async function prepare(server: Everything, owner: SignedIn): Promise<void> {
  const made = await server.post("/v1/todo/team/sync", syncRequest("c1", 1), owner.headers);
  expect(made.status).toBe(200);
  const event = { id: "e1", type: "T", aggregate_id: "a", data: 1, metadata: null };
  const pushed = await server.post("/kit/shop/push", [{ event, version: "" }], owner.headers);
  expect(pushed.status).toBe(200);
}

describe.each([
  ["which is told", true],
  ["which has to look", false],
])("[G10] on another node, %s,", (_how, told) => {
  test.each([
    [
      "a device that is signed out",
      async (server: Everything, device: SignedIn, other: SignedIn) => {
        const answer = await fetch(`${server.url}/accounts/devices/current`, {
          method: "DELETE",
          headers: device.headers,
        });
        expect(answer.status).toBe(204);
        // Only this one: the other device goes on.
        const mine = await fetch(`${server.url}/accounts/me`, { headers: other.headers });
        expect(mine.status).toBe(200);
      },
    ],
    [
      "a device after a change of the password elsewhere",
      async (server: Everything, _device: SignedIn, other: SignedIn) => {
        const body = { password: PASSWORD, newPassword: `${PASSWORD}-new` };
        const answer = await server.post("/accounts/password", body, other.headers);
        expect(answer.status).toBe(204);
      },
    ],
    [
      "a device whose account is deleted",
      async (server: Everything, _device: SignedIn, other: SignedIn) => {
        const answer = await fetch(`${server.url}/accounts/me`, {
          method: "DELETE",
          headers: other.headers,
        });
        expect(answer.status).toBe(204);
      },
    ],
  ])("%s receives nothing more", async (_what, end) => {
    const [here, there] = await nodes(told);
    const device = await here.person("ana");
    const other = await device.signIn();
    await prepare(here, device);
    const ends = await openAll(there, device.token);
    await end(here, device, other);
    expect(await stillOpen(ends)).toEqual([]);
  });

  test("a key that is revoked opens nothing more and keeps nothing open", async () => {
    const [here, there] = await nodes(told);
    await here.server.keys.createUser("eve");
    const { key, info } = await here.server.keys.createKey("eve");
    const headers = { authorization: `Bearer ${key}` };
    expect((await here.post("/v1/todo/team/sync", syncRequest("c1", 1), headers)).status).toBe(200);
    const event = { id: "e1", type: "T", aggregate_id: "a", data: 1, metadata: null };
    await here.post("/kit/shop/push", [{ event, version: "" }], headers);
    const ends = await openAll(there, key);
    expect(await here.server.keys.revoke("eve", info.uuid)).toBe(true);
    expect(await stillOpen(ends)).toEqual([]);
  });

  test("a member who is one no more hears nothing more of the space", async () => {
    const [here, there] = await nodes(told);
    const owner = await here.person("ana");
    const member = await here.person("bob");
    await prepare(here, owner);
    for (const space of ["todo/team", "kit/shop"]) {
      const answer = await fetch(`${here.url}/v1/${space}/members/${member.userId}`, {
        method: "PUT",
        headers: { ...owner.headers, "content-type": "application/json" },
        body: '{"role":"reader"}',
      });
      expect(answer.status).toBe(200);
    }
    const ends: { [what: string]: Promise<unknown> } = {};
    for (const path of ["/v1/todo/team/live", "/kit/shop/sse"]) {
      const stream = await openStream(there, path, member.headers);
      expect([path, stream.status]).toEqual([path, 200]);
      ends[path] = stream.ended;
    }
    const socket = await openSocket(there, "/v1/live", member.token);
    socket.say({ type: "subscribe", space: "todo/team", cursor: null });
    await socket.until("changes");
    ends["/v1/live"] = socket.until("error");
    for (const space of ["todo/team", "kit/shop"])
      await fetch(`${here.url}/v1/${space}/members/${member.userId}`, {
        method: "DELETE",
        headers: owner.headers,
      });
    expect(await stillOpen(ends)).toEqual([]);
    socket.socket.terminate();
  });
});

test("[G10] what was opened with a token ends with it", async () => {
  const [server] = await nodes(true);
  const owner = await server.person("ana");
  await prepare(server, owner);
  const { secret } = server;
  const token = await issueToken({ secret, userId: owner.userId, expiresInSeconds: 3 });
  expect(await stillOpen(await openAll(server, token))).toEqual([]);
});
