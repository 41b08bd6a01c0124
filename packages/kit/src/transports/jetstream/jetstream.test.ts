// JetStream keeps the port's promises with a real server, and what it acknowledged arrives, whoever was away.

import {
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import { connect, headers } from "@nats-io/transport-node";
import { startTestNats, type TestProcess } from "@syncline/server/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EventStore } from "../../ports.ts";
import { createMemoryStore } from "../../stores/memory.ts";
import { type ObservedStore, observeStore } from "../../stores/observed.ts";
import { createSyncManager } from "../../sync/sync-manager.ts";
import { idsOf, makeEvent } from "../../testing/events.ts";
import { IntegerVersion } from "../../versions/index.ts";
import { describeTransport } from "../conformance.ts";
import { pack } from "../nats/payload.ts";
import { createJetStreamTransport, serveJetStreamPeer } from "./index.ts";
import { pushSubject, TOLD_HEADER, toldSubjectOf } from "./stream.ts";

let nats: TestProcess;
beforeAll(async () => {
  nats = await startTestNats({ jetStream: true });
});
afterAll(() => nats.stop());

const PATIENCE = { timeout: 20_000, interval: 20 };
const open: { close(): Promise<unknown> }[] = [];
let subject = "";
let subjects = 0;

async function closeAll(): Promise<void> {
  for (const one of open.splice(0).reverse()) await one.close();
}

async function connection(url = nats.url) {
  const one = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  open.push(one);
  return one;
}

async function serve(store: ObservedStore, failures: unknown[] = []) {
  const peer = await serveJetStreamPeer({
    store,
    connection: await connection(),
    subject,
    failed: (error) => void failures.push(error),
  });
  open.push(peer);
  return peer;
}

async function device() {
  const transport = createJetStreamTransport({ connection: await connection(), subject });
  open.push(transport);
  return transport;
}

function stored(id: string, data: unknown = { id }) {
  return { event: makeEvent(id, { data }), version: new IntegerVersion(1n) };
}

/** How many messages the server still keeps for the peer. */
async function kept(): Promise<number> {
  const manager = await jetstreamManager(await connection());
  return (await manager.streams.info(subject.replace(".", "_"))).state.messages;
}

describeTransport("JetStream", {
  async open(store) {
    subject = `jet.${++subjects}`;
    await serve(store);
    const own = await connection();
    return createJetStreamTransport({ connection: own, subject });
  },
  async interrupt() {
    await nats.kill();
    await nats.start();
  },
  cleanUp: closeAll,
});

describe("JetStream", { timeout: 60_000 }, () => {
  afterEach(closeAll);
  const fresh = () => {
    subject = `jet.${++subjects}`;
  };

  it("[TP2] keeps what was pushed while the peer was away, and brings it once", async () => {
    fresh();
    const transport = await device();
    const events = ["a", "b", "c"].map((id) => stored(id));
    expect(await transport.push(events)).toEqual({ rejected: [] });
    expect(await transport.push(events)).toEqual({ rejected: [] });
    expect(await kept()).toBe(3);
    const taken: string[] = [];
    const store = observeStore(recording(createMemoryStore(), taken));
    const peer = await serve(store);
    await expect.poll(() => idsOf(store), PATIENCE).toEqual(["a", "b", "c"]);
    await expect.poll(kept, PATIENCE).toBe(0);
    await peer.close();
    await transport.push([stored("d")]);
    await serve(store);
    await expect.poll(() => idsOf(store), PATIENCE).toEqual(["a", "b", "c", "d"]);
    expect(taken).toEqual(["a", "b", "c", "d"]);
  });

  it("[TP2] loses nothing that was acknowledged when the server is killed", async () => {
    fresh();
    const transport = await device();
    const ids = Array.from({ length: 150 }, (_, i) => `e${i}`);
    await transport.push(ids.map((id) => stored(id)));
    await nats.kill();
    await nats.start();
    const store = observeStore(createMemoryStore());
    await serve(store);
    await expect.poll(async () => (await idsOf(store)).length, PATIENCE).toBe(150);
    expect((await idsOf(store)).sort()).toEqual(ids.toSorted());
    // The same peer and the same device go on after it was killed under them.
    await nats.kill();
    await nats.start();
    await expect
      .poll(() => transport.push([stored("after")]).then(String, String), PATIENCE)
      .toBe("[object Object]");
    await expect.poll(async () => (await idsOf(store)).includes("after"), PATIENCE).toBe(true);
  });

  it("gives an event again to a store that failed", async () => {
    fresh();
    const taken: string[] = [];
    const inner = recording(createMemoryStore(), taken);
    let attempts = 0;
    const failures: unknown[] = [];
    const store = observeStore({
      ...inner,
      async storeBatch(events, options) {
        if (attempts++ < 2) throw new Error("disk is busy");
        return await inner.storeBatch(events, options);
      },
    });
    const transport = await device();
    await transport.push([stored("a")]);
    await serve(store, failures);
    await expect.poll(() => idsOf(store), PATIENCE).toEqual(["a"]);
    await expect.poll(kept, PATIENCE).toBe(0);
    expect(attempts).toBe(3);
    expect(taken).toEqual(["a"]);
    expect(failures.map(String)).toEqual(["Error: disk is busy", "Error: disk is busy"]);
  });

  it("does not wait for a store that hangs, and gives it nothing twice at once", async () => {
    fresh();
    const taken: string[] = [];
    const inner = recording(createMemoryStore(), taken);
    const released = Promise.withResolvers<void>();
    const store = observeStore({
      ...inner,
      async storeBatch(events, options) {
        await released.promise;
        return await inner.storeBatch(events, options);
      },
    });
    const serving = { store, connection: await connection(), subject, ackWaitMs: 200 };
    open.push(await serveJetStreamPeer(serving));
    const own = await connection();
    const transport = createJetStreamTransport({ connection: own, subject, outcomeMs: 50 });
    open.push(transport);
    expect(await transport.push([stored("a"), stored("b")])).toEqual({ rejected: [] });
    const { consumers } = await jetstreamManager(own);
    const redelivered = async () =>
      (await consumers.info(subject.replace(".", "_"), "syncline-kit")).num_redelivered;
    await expect.poll(redelivered, PATIENCE).toBe(2);
    released.resolve();
    await expect.poll(kept, PATIENCE).toBe(0);
    expect(taken).toEqual(["a", "b"]);
  });

  it("drops what can never be stored, says so, and goes on with what is behind it", async () => {
    fresh();
    const transport = await device();
    const store = observeStore(createMemoryStore());
    await store.store(makeEvent("taken"));
    await transport.push([stored("first")]);
    const hostile = await connection();
    const record = (id: string, version = "1") =>
      `{"event":{"id":"${id}","type":"Noted","aggregate_id":"a","data":1},"version":"${version}"}`;
    const bodies = [
      new Uint8Array([1, 2, 3]),
      await pack("x".repeat(30_000_000), 1_000_000),
      ...(await Promise.all(
        [
          "no json",
          "null",
          "[]",
          '[{"event":7}]',
          `[${record("two")},${record("three")}]`,
          `[${record("x".repeat(2_000))}]`,
          `[${record("odd", "one")}]`,
        ].map((text) => pack(text, 1_000_000)),
      )),
    ];
    const header = headers();
    header.set(TOLD_HEADER, "x.1.$JS.API.STREAM.PURGE");
    for (const body of bodies)
      await jetstream(hostile).publish(pushSubject(subject), body, { headers: header });
    await transport.push([stored("taken", "other"), stored("last")]);
    const failures: { code?: string }[] = [];
    await serve(store, failures);
    await expect.poll(() => idsOf(store), PATIENCE).toEqual(["taken", "first", "last"]);
    await expect.poll(kept, PATIENCE).toBe(0);
    expect(failures.map(({ code }) => code)).toEqual([
      ...bodies.map(() => "invalid"),
      "duplicate_event",
    ]);
  });

  it("tells outcomes to nobody but those who wait for them", () => {
    expect(toldSubjectOf("kit", "aB9.12")).toBe("kit.durable.told.aB9.12");
    for (const name of [undefined, "", "a", "a.b", "a.1.b", "*.1", ">", "a.1\n", "$JS.API"])
      expect(toldSubjectOf("kit", name)).toBeUndefined();
  });

  it("says that JetStream is missing", async () => {
    fresh();
    const plain = await startTestNats();
    try {
      const own = await connection(plain.url);
      const refused = { code: "config", message: expect.stringContaining("JetStream") };
      const transport = createJetStreamTransport({ connection: own, subject });
      await expect(transport.push([stored("a")])).rejects.toMatchObject(refused);
      await transport.close();
      const store = observeStore(createMemoryStore());
      const serving = serveJetStreamPeer({ store, connection: own, subject });
      await expect(serving).rejects.toMatchObject(refused);
    } finally {
      await closeAll();
      await plain.stop();
    }
  });

  it.each([
    ["does not take", { subjects: ["elsewhere.>"] }],
    ["in memory", { storage: StorageType.Memory }],
    ["nobody listens", { retention: RetentionPolicy.Interest }],
    ["drops the oldest", { max_bytes: 10_000, discard: DiscardPolicy.Old }],
    ["acknowledges nothing", { no_ack: true }],
  ])("refuses a stream that %s", async (reason, config) => {
    fresh();
    const own = await connection();
    const name = subject.replace(".", "_");
    const { streams } = await jetstreamManager(own);
    await streams.add({ name, subjects: [pushSubject(subject)], ...config });
    const refused = { code: "config", message: expect.stringContaining(reason) };
    await expect((await device()).push([stored("a")])).rejects.toMatchObject(refused);
    await expect(serve(observeStore(createMemoryStore()))).rejects.toMatchObject(refused);
    await streams.delete(name);
  });

  it("shares the work between the processes of one store", async () => {
    fresh();
    const taken: string[] = [];
    const store = observeStore(recording(createMemoryStore(), taken));
    await serve(store);
    const other = await serve(store);
    const transport = await device();
    const ids = Array.from({ length: 400 }, (_, i) => `e${i}`);
    expect(await transport.push(ids.map((id) => stored(id)))).toEqual({ rejected: [] });
    await other.close();
    expect(taken.toSorted()).toEqual(ids.toSorted());
    await transport.push([stored("after")]);
    expect(taken).toContain("after");
  });

  it("stores what a sync pushed while the peer was away, and says that nothing was pulled", async () => {
    fresh();
    const local = createMemoryStore();
    const transport = await device();
    const sync = createSyncManager({ store: local, transport, retry: { attempts: 1 } });
    open.push(sync);
    await local.store(makeEvent("mine"));
    const { eventsPushed, errors } = await sync.sync();
    expect(eventsPushed).toBe(1);
    expect(errors.map(({ code }) => code)).toEqual(["offline"]);
    const store = observeStore(createMemoryStore());
    await store.store(makeEvent("theirs"));
    await serve(store);
    await expect.poll(() => idsOf(store), PATIENCE).toEqual(["theirs", "mine"]);
    expect((await sync.sync()).errors).toEqual([]);
    expect(await idsOf(local)).toEqual(["mine", "theirs"]);
  });

  it("says that the stream is full, and takes pushes when there is room again", async () => {
    fresh();
    const own = await connection();
    const jetStream = { maxBytes: 5_000 };
    const transport = createJetStreamTransport({ connection: own, subject, jetStream });
    open.push(transport);
    const push = async () => {
      for (let i = 0; i < 50; i++) await transport.push([stored(`e${i}`)]);
    };
    await expect(push()).rejects.toMatchObject({ code: "unavailable" });
    const store = observeStore(createMemoryStore());
    await serve(store);
    await expect.poll(kept, PATIENCE).toBe(0);
    await push();
    expect(await idsOf(store)).toHaveLength(50);
  });

  it("makes the stream again after it was removed", async () => {
    fresh();
    const transport = await device();
    const store = observeStore(createMemoryStore());
    await serve(store);
    await transport.push([stored("a")]);
    const manager = await jetstreamManager(await connection());
    await manager.streams.delete(subject.replace(".", "_"));
    await expect
      .poll(() => transport.push([stored("b")]).then(String, String), PATIENCE)
      .toBe("[object Object]");
    await expect.poll(() => idsOf(store), PATIENCE).toEqual(["a", "b"]);
  });
});

/** Notes every event that a store was given. */
function recording(store: EventStore, taken: string[]): EventStore {
  return {
    ...store,
    async storeBatch(events, options) {
      taken.push(...events.map(({ id }) => id));
      return await store.storeBatch(events, options);
    },
  };
}
