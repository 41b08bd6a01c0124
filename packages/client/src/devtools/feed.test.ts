// The instruments around parts that a test speaks for: order, silence after an end, who is shown again, what is kept.

import { expect, onTestFinished, test, vi } from "vitest";
import { type LiveListener, openMemoryStore, type Transport } from "../index.ts";
import { createDevtools } from "./index.ts";

const never = () => new Promise<never>(() => undefined);

function speaker() {
  const listeners: LiveListener[] = [];
  const shown: unknown[] = [];
  let closed = 0;
  const transport: Transport = {
    sync: never,
    pull: never,
    // biome-ignore lint/correctness/useYield: it fails before it could
    async *stream() {
      throw new Error("no stream");
    },
    live: {
      follow(_space, listener) {
        listeners.push(listener);
        return { present: (state) => void shown.push(state), close: () => void closed++ };
      },
    },
    close: async () => undefined,
  };
  return { transport, listeners, shown, closed: () => closed };
}

function hearer() {
  const heard: string[] = [];
  const listener: LiveListener = {
    request: never,
    frame: ({ cursor }) => void heard.push(cursor),
    peer: () => undefined,
    up: () => void heard.push("up"),
    down: () => void heard.push("down"),
    lost: () => void heard.push("lost"),
  };
  return { heard, listener };
}

const frame = (cursor: string): Parameters<LiveListener["frame"]>[0] => ({
  after: null,
  cursor,
  changes: [],
  by: {},
  now: "2026-11-20T10:00:00.000Z-0000-c1",
});

test("[LF1] frames keep their order when the line gets faster meanwhile", async () => {
  const devtools = createDevtools();
  const { transport, listeners } = speaker();
  const { heard, listener } = hearer();
  devtools.transport(transport).live?.follow("~", listener);
  devtools.simulate({ latencyMs: 60 });
  listeners[0]?.frame(frame("a"));
  devtools.simulate({ latencyMs: 0 });
  listeners[0]?.frame(frame("b"));
  await expect.poll(() => heard).toEqual(["a", "b"]);
});

test("frames that come while another is heard come once, in their order, also when somebody throws", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const devtools = createDevtools();
  const { transport, listeners } = speaker();
  const { heard, listener } = hearer();
  devtools.simulate({ latencyMs: 30 });
  devtools.transport(transport).live?.follow("~", {
    ...listener,
    frame(given) {
      listener.frame(given);
      if (given.cursor === "a") listeners[0]?.frame(frame("c"));
      if (given.cursor === "b") throw new Error("a listener's fault");
    },
  });
  listeners[0]?.frame(frame("a"));
  vi.advanceTimersByTime(30); // "a" is heard, and brings "c"
  listeners[0]?.frame(frame("b"));
  listeners[0]?.frame(frame("d"));
  expect(() => vi.advanceTimersByTime(40)).toThrow("a listener's fault");
  vi.advanceTimersByTime(40);
  expect(heard).toEqual(["a", "c", "b", "d"]);
});

test("[LF3] who lets go when it is told of a drop is not followed again", () => {
  const devtools = createDevtools();
  const { transport, listeners, closed } = speaker();
  const { heard, listener } = hearer();
  const subscription = devtools.transport(transport).live?.follow("~", {
    ...listener,
    down() {
      listener.down();
      subscription?.close();
    },
  });
  listeners[0]?.up();
  devtools.dropSocket();
  expect([listeners.length, closed()]).toEqual([1, 1]);
  expect(heard).toEqual(["up", "down"]);
});

test("[LF3] a feed that lets go while it is asked is left at once", () => {
  const devtools = createDevtools();
  const { transport, closed } = speaker();
  const { heard, listener } = hearer();
  const live: Transport["live"] = {
    follow(space, given) {
      const subscription = transport.live?.follow(space, given);
      given.lost();
      return subscription ?? { present: () => undefined, close: () => undefined };
    },
  };
  devtools.transport({ ...transport, live }).live?.follow("~", listener);
  expect([heard, closed()]).toEqual([["lost"], 1]);
});

test("[LF3] nothing is heard after the end, nor what was under way when the connection broke", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const devtools = createDevtools();
  const { transport, listeners, closed } = speaker();
  const { heard, listener } = hearer();
  devtools.simulate({ latencyMs: 30 });
  const subscription = devtools.transport(transport).live?.follow("~", listener);
  listeners[0]?.up();
  listeners[0]?.frame(frame("under way"));
  devtools.dropSocket();
  listeners[0]?.frame(frame("of an old connection"));
  listeners[1]?.frame(frame("after the end"));
  subscription?.close();
  vi.advanceTimersByTime(80);
  expect(heard).toEqual(["up", "down"]);
  expect(closed()).toBe(2);
});

test("what somebody shows of himself is shown again, also when it was set without a network", () => {
  const devtools = createDevtools();
  const { transport, shown, listeners } = speaker();
  const subscription = devtools.transport(transport).live?.follow("~", hearer().listener);
  subscription?.present({ at: 1 });
  devtools.dropSocket();
  expect(shown).toEqual([{ at: 1 }, { at: 1 }]);
  devtools.simulate({ offline: true });
  subscription?.present({ at: 2 });
  devtools.simulate({ offline: false });
  expect([listeners.length, shown.at(-1)]).toEqual([3, { at: 2 }]);
});

test("clients that share the instruments are dropped together; one that is closed is not followed again", async () => {
  const devtools = createDevtools();
  const [one, other] = [speaker(), speaker()];
  devtools.transport(one.transport).live?.follow("~", hearer().listener);
  const second = devtools.transport(other.transport);
  second.live?.follow("~", hearer().listener);
  await second.close();
  devtools.dropSocket();
  expect([one.listeners.length, other.listeners.length]).toEqual([2, 1]);
});

test("[TR1] a call that is given up ends at once, however slow the line; its end is written down", async () => {
  const devtools = createDevtools();
  const aborting = new AbortController();
  devtools.simulate({ latencyMs: 60_000 });
  const request = { clientId: "c1", now: "", cursor: null, mutations: [] };
  const call = devtools
    .transport(speaker().transport)
    .sync("~", request as never, { signal: aborting.signal }); // never looked at
  aborting.abort();
  await expect(call).rejects.toMatchObject({ code: "aborted" });
  expect(devtools.log.entries().at(-1)).toMatchObject({ what: "sync", failed: true });
});

test("a stream's failure is written down, and long bodies are cut", async () => {
  const devtools = createDevtools();
  const stream = devtools.transport(speaker().transport).stream("~", { cursor: null } as never, {
    signal: new AbortController().signal,
  }); // never looked at
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow("no stream");
  expect(devtools.log.entries().at(-1)).toMatchObject({ what: "stream", failed: true });
  devtools.log.add({
    atMs: 0,
    direction: "in",
    what: "sync",
    space: "~",
    body: "x".repeat(50_000),
  });
  expect(devtools.log.entries().at(-1)?.bytes).toBe(50_002);
  expect(JSON.stringify(devtools.log.entries().at(-1)?.body).length).toBeLessThan(20_000);
});

test("what was thrown is written down, whatever it is", () => {
  const devtools = createDevtools();
  const circle: { self?: unknown } = {};
  circle.self = circle;
  devtools.onEvent({ type: "failed", what: "a listener", thrown: new Error("its fault") });
  devtools.log.add({ atMs: 0, direction: "in", what: "sync", space: "~", body: circle });
  const [failure, odd] = devtools.log.entries();
  expect(failure).toMatchObject({ failed: true, body: { thrown: "Error: its fault" } });
  expect(JSON.stringify(odd?.body)).toBe('"[object Object]"');
});

test("the environment knows of the network that is switched off, and wakes the client when it is back", () => {
  const devtools = createDevtools();
  const environment = devtools.environment();
  let woken = 0;
  const stop = environment.onWake(() => {
    woken += 1;
  });
  devtools.simulate({ offline: true });
  expect(environment.online()).toBe(false);
  devtools.simulate({ offline: false });
  stop();
  devtools.simulate({ offline: true });
  devtools.simulate({ offline: false });
  expect([environment.online(), woken]).toEqual([true, 1]);
});

test("history is kept by space, of what the store took, and bounded", async () => {
  const devtools = createDevtools();
  const inner = await openMemoryStore();
  const store = devtools.store(inner);
  await store.initialise({ clientId: "c", clock: { ms: 0, counter: 0 }, userId: null });
  await store.lead();
  const apply = (space: string, stamp: number, id = "1") => {
    const time = "2026-11-20T10:00:00.000Z-0000-c1";
    const change = { collection: "n", id, version: 1, stamp, time, fields: { space } };
    return store.apply({
      space,
      changes: [change],
      cursor: "x",
      scope: "",
      lastMutation: 0,
      final: true,
      replace: false,
    } as never); // as the sync cycle gives it
  };
  await apply("a", 1_000);
  await apply("b", 2_000);
  expect(devtools.historyOf("a", "n", "1").map(({ record }) => record.stamp)).toEqual([1_000]);
  expect(devtools.historyOf("b", "n", "1").map(({ record }) => record.stamp)).toEqual([2_000]);
  devtools.simulate({ full: true });
  await expect(apply("a", 3_000)).rejects.toMatchObject({ code: "storage_full" });
  expect(devtools.historyOf("a", "n", "1")).toHaveLength(1);
  devtools.simulate({ full: false });
  for (let i = 0; i < 600; i++) await apply("c", 4_000 + i, `r${i}`);
  expect(devtools.historyOf("a", "n", "1")).toHaveLength(0);
  expect(devtools.historyOf("c", "n", "r599")).toHaveLength(1);
});
