// The live feed against a real server: what others commit arrives by itself, whatever happens to the connection.

import { SynclineError } from "@syncline/core";
import { issueToken } from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { afterEach, describe, expect, test } from "vitest";
import { collection, openClient, openMemoryStore } from "../index.ts";
import type { Client } from "../open-client.ts";
import type { ConnectionState } from "../status.ts";
import { createLiveTransport, type LiveTransportOptions } from "./live.ts";

const COLLECTIONS = { todos: collection<{ title: string }>() };
type Device = Client<typeof COLLECTIONS>;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function serve(...given: Parameters<typeof startTestServer>): Promise<TestServer> {
  const server = await startTestServer(...given);
  open.push(server);
  return server;
}

async function device(
  server: Pick<TestServer, "url" | "token">,
  more: Partial<LiveTransportOptions> = {},
): Promise<Device> {
  const client = await openClient({
    app: "todo",
    store: await openMemoryStore(),
    collections: COLLECTIONS,
    // Only what arrives by itself arrives at all.
    pollMs: 3_600_000,
    transport: createLiveTransport({
      url: server.url,
      app: "todo",
      token: () => server.token("alice"),
      ...more,
    }),
  });
  open.push(client);
  return client;
}

/** Waits until an observable shows what is wanted. */
function until<Value>(
  { subscribe, getSnapshot }: { subscribe(run: () => void): () => void; getSnapshot(): Value },
  wanted: (value: Value) => boolean,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`it is ${JSON.stringify(getSnapshot())}`));
    }, 180_000);
    const look = () => {
      if (!wanted(getSnapshot())) return;
      clearTimeout(timer);
      stop();
      resolve(getSnapshot());
    };
    const stop = subscribe(look);
    look();
  });
}

const isLive = ({ phase }: ConnectionState) => phase === "live";
const shows = (client: Device, title: string) =>
  until(client.collections.todos.live(), ({ rows }) => rows.some((row) => row.title === title));

describe.each([
  ["over a socket", {}],
  ["over event streams, where there are no sockets", { WebSocket: null }],
])("%s", (_name, more) => {
  test("[LF1] one device's write is on another's screen without asking", async () => {
    const server = await serve();
    const [a, b] = [await device(server, more), await device(server, more)];
    await until(a.status, isLive);
    await until(b.status, isLive);
    const write = a.collections.todos.insert({ title: "milk" });
    await shows(b, "milk");
    await write.synced;
    await until(a.outbox, (entries) => entries.length === 0);
    for (let i = 0; i < 50; i++) b.collections.todos.insert({ title: `b${i}` });
    await shows(a, "b49");
    expect(await a.collections.todos.count()).toBe(51);
    expect(a.status.getSnapshot()).toMatchObject({ phase: "live", diverged: [] });
  });

  test("[LF2] a server that restarts is found again, and what was written meanwhile arrives", async () => {
    const first = await startTestServer();
    const port = Number(new URL(first.url).port);
    const a = await device(first, more);
    await until(a.status, isLive);
    await first.close();
    await until(a.status, ({ phase }) => phase !== "live");
    a.collections.todos.insert({ title: "offline" });
    const second = await serve({ server: { port, auth: { secret: first.secret } } });
    const b = await device({ url: second.url, token: first.token }, more);
    await shows(b, "offline");
    b.collections.todos.insert({ title: "back" });
    await shows(a, "back");
    await until(a.status, isLive);
  });
});

describe.each([
  ["over a socket", {}],
  ["over event streams", { WebSocket: null }],
])("%s, a token that ends before its time", (_name, more) => {
  test("is asked for anew, and what was written goes out", async () => {
    const server = await serve({ server: { accounts: {} } });
    const tokens = await signInTwice(server);
    let asked = 0;
    const a = await device(server, { ...more, token: async () => tokens[asked++] ?? "" });
    await until(a.status, isLive);
    await signOut(server, tokens[0]);
    await a.collections.todos.insert({ title: "milk" }).synced;
    expect(asked).toBe(2);
    await until(a.status, isLive);
    await a.collections.todos.insert({ title: "bread" }).synced;
    expect(asked).toBe(2);
  });

  test("and has no successor is told as it is", async () => {
    const server = await serve({ server: { accounts: {} } });
    const [first] = await signInTwice(server);
    const given = [first];
    const over = () => new SynclineError("unauthenticated", "This session is over.");
    const token = async () => given.pop() ?? Promise.reject(over());
    const a = await device(server, { ...more, token });
    await until(a.status, isLive);
    await signOut(server, first);
    a.collections.todos.insert({ title: "milk" }).synced.catch(() => undefined);
    const { reason } = await until(a.status, ({ phase }) => phase === "needs-auth");
    expect(reason?.message).toBe("This session is over.");
    expect(a.outbox.getSnapshot()).toHaveLength(1);
  });
});

const PERSON = { email: "alice@example.org", password: "a few quiet words" };

/** The tokens of two devices of one person. */
async function signInTwice(server: TestServer): Promise<readonly [string, string]> {
  const post = async (path: string) => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(PERSON);
    const answer = await fetch(`${server.url}/accounts/${path}`, { method: "POST", headers, body });
    return (await answer.json()) as { readonly token: string }; // as documented
  };
  await post("register");
  return [(await post("login")).token, (await post("login")).token];
}

async function signOut({ url }: TestServer, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const { ok } = await fetch(`${url}/accounts/devices/current`, { method: "DELETE", headers });
  expect(ok).toBe(true);
}

describe("the socket", () => {
  test("stays when its token runs out, because a new one is asked for before", async () => {
    const server = await serve();
    let asked = 0;
    const token = async () => {
      asked += 1;
      return await issueToken({ secret: server.secret, userId: "alice", expiresInSeconds: 3 });
    };
    const a = await device(server, { token });
    await until(a.status, isLive);
    let drops = 0;
    a.status.subscribe(() => {
      if (!isLive(a.status.getSnapshot())) drops += 1;
    });
    while (asked < 3) await new Promise((resolve) => setTimeout(resolve, 50));
    const b = await device(server);
    await until(b.status, isLive);
    b.collections.todos.insert({ title: "still here" });
    await shows(a, "still here");
    expect(drops).toBe(0);
  });

  test("that cannot be opened gives way to event streams", async () => {
    const server = await serve();
    let tries = 0;
    class Refused extends EventTarget {
      onclose: ((event: { code: number }) => void) | null = null;
      constructor() {
        super();
        tries += 1;
        queueMicrotask(() => this.onclose?.({ code: 1006 }));
      }
      close() {}
      send() {}
    }
    const environment = { ...(await import("../environment.ts")).systemEnvironment() };
    const a = await device(server, {
      WebSocket: Refused as unknown as typeof WebSocket,
      environment: { ...environment, random: () => 0 },
    });
    await until(a.status, isLive);
    expect(tries).toBe(3);
  });

  test("a proxy that lets nothing live through leaves polling", async () => {
    const server = await serve();
    const a = await openClient({
      app: "todo",
      store: await openMemoryStore(),
      collections: COLLECTIONS,
      pollMs: 100,
      transport: {
        ...createLiveTransport({
          url: server.url,
          app: "todo",
          token: () => server.token("alice"),
        }),
        live: { follow: () => ({ present: () => undefined, close: () => undefined }) },
      },
    });
    open.push(a);
    const b = await device(server);
    await b.collections.todos.insert({ title: "polled" }).synced;
    await shows(a, "polled");
    await expect.poll(() => a.status.getSnapshot().phase, { timeout: 20_000 }).toBe("polling");
  });

  test("[LF3] who has let go hears nothing more", async () => {
    const server = await serve();
    const writer = await device(server);
    const transport = createLiveTransport({
      url: server.url,
      app: "todo",
      token: () => server.token("alice"),
    });
    open.push(transport);
    const heard: string[] = [];
    const listener = (name: string) => ({
      request: async () => ({ cursor: null, clientId: name }),
      frame: () => void heard.push(name),
      peer: () => undefined,
      up: () => undefined,
      down: () => void heard.push(`${name} down`),
      lost: () => void heard.push(`${name} lost`),
    });
    const left = transport.live?.follow("left", listener("left"));
    transport.live?.follow("~", listener("stays"));
    await until(writer.status, isLive);
    await expect.poll(() => heard.length).toBe(2);
    left?.close();
    await (await writer.space("left")).collections.todos.insert({ title: "x" }).synced;
    await writer.collections.todos.insert({ title: "y" }).synced;
    await expect.poll(() => heard.length).toBe(3);
    expect(heard.slice(2)).toEqual(["stays"]);
  });

  test("presence shows who else is there, and that they left", async () => {
    const server = await serve();
    const [a, b] = [await device(server), await device(server)];
    await until(a.status, isLive);
    await until(b.status, isLive);
    a.presence.set({ name: "Ann" });
    const [ann] = await until(b.presence.others, (others) => others.length === 1);
    expect(ann).toMatchObject({ userId: "alice", state: { name: "Ann" } });
    await a.close();
    await until(b.presence.others, (others) => others.length === 0);
  });

  test("a space that the user may not use any more is left, and the reason is shown", async () => {
    const server = await serve();
    const owner = await device(server);
    const team = await owner.space("team");
    await team.collections.todos.insert({ title: "t" }).synced;
    const member = "/v1/todo/team/members/bob";
    const role = JSON.stringify({ role: "writer" });
    await server.call("alice", member, { method: "PUT", body: role });
    const bob = await device(server, { token: () => server.token("bob") });
    const shared = await bob.space("team");
    await until(shared.status, isLive);
    await server.call("alice", member, { method: "DELETE" });
    const { reason } = await until(shared.status, ({ phase }) => phase === "blocked");
    expect(reason).toMatchObject({ code: "forbidden" });
    await until(bob.status, isLive);
  });
});

test("[LF2] a thousand devices that are dropped at once come back spread over time", async () => {
  // Virtual time: what is measured is when they try, not how long anything takes.
  let nowMs = 0;
  const timers: { at: number; run: () => void }[] = [];
  const tries: number[] = [];
  const sockets: { onclose: ((event: { code: number }) => void) | null }[] = [];
  class Fake extends EventTarget {
    onclose: ((event: { code: number }) => void) | null = null;
    constructor() {
      super();
      tries.push(nowMs);
      sockets.push(this);
    }
    close() {}
    send() {}
  }
  let seed = 1;
  const environment = {
    now: () => nowMs,
    random: () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    },
    randomId: () => "id",
    setTimer(run: () => void, ms: number) {
      const timer = { at: nowMs + ms, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
    },
    online: () => true,
    onWake: () => () => undefined,
  };
  for (let i = 0; i < 1_000; i++) {
    const { live } = createLiveTransport({
      url: "http://127.0.0.1:1",
      app: "todo",
      token: async () => "token",
      environment,
      WebSocket: Fake as unknown as typeof WebSocket,
    });
    live?.follow("~", {
      request: async () => ({ cursor: null, clientId: "c1" }),
      frame: () => undefined,
      peer: () => undefined,
      up: () => undefined,
      down: () => undefined,
      lost: () => undefined,
    });
  }
  for (const socket of sockets.splice(0)) socket.onclose?.({ code: 1012 });
  tries.length = 0;
  while (tries.length < 1_000) {
    timers.sort((a, b) => a.at - b.at);
    const next = timers.shift();
    if (next === undefined) break;
    nowMs = Math.max(nowMs, next.at);
    next.run();
  }
  expect(tries).toHaveLength(1_000);
  const perSlot = new Map<number, number>();
  for (const at of tries)
    perSlot.set(Math.floor(at / 100), (perSlot.get(Math.floor(at / 100)) ?? 0) + 1);
  // 2 s in slots of 100 ms: 50 each, give or take.
  expect(Math.max(...perSlot.values())).toBeLessThan(100);
  expect(perSlot.size).toBeGreaterThanOrEqual(19);
});
