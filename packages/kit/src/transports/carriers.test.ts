// The transports over gRPC and NATS keep the port's promises, with real servers; and what is damaged is refused.

import { credentials, type Server, ServerCredentials } from "@grpc/grpc-js";
import { connect } from "@nats-io/transport-node";
import { startTestNats, type TestProcess } from "@syncline/server/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMemoryStore } from "../stores/memory.ts";
import { type ObservedStore, observeStore } from "../stores/observed.ts";
import { describeTransport } from "./conformance.ts";
import { readMessage, writeMessage } from "./grpc/definition.ts";
import { addGrpcPeer, createGrpcServer, createGrpcTransport } from "./grpc/index.ts";
import { createNatsTransport, serveNatsPeer } from "./nats/index.ts";
import { pack, unpack } from "./nats/payload.ts";

let server: Server;
let port = 0;
let peersStore: ObservedStore;

async function serve(store: ObservedStore, on: number): Promise<void> {
  server = createGrpcServer();
  addGrpcPeer(server, { store, admit: ({ metadata }) => metadata.get("refuse").length === 0 });
  port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${on}`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
}

describeTransport("gRPC", {
  async open(store) {
    peersStore = store;
    await serve(store, 0);
    return createGrpcTransport({ address: `127.0.0.1:${port}` });
  },
  async interrupt() {
    server.forceShutdown();
    await serve(peersStore, port);
  },
  cleanUp: async () => server.forceShutdown(),
});

describe("gRPC", () => {
  it.each(["", "a", "é", "x".repeat(127), "x".repeat(128), "x".repeat(70_000)])(
    "carries texts (%#)",
    (text) => {
      expect(readMessage(writeMessage(text))).toBe(text);
    },
  );

  it.each([
    [[0x0a]],
    [[0x0a, 5, 97]],
    [[0x12, 1, 97]],
    [[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    [[0x0a, 1, 97, 98]],
  ])("refuses the bytes %j", (bytes) => {
    expect(() => readMessage(Buffer.from(bytes))).toThrow(RangeError);
  });

  it("refuses who is not admitted, and says offline where nobody is", async () => {
    await serve(observeStore(createMemoryStore()), 0);
    const refused = createGrpcTransport({
      address: `127.0.0.1:${port}`,
      credentials: credentials.createInsecure(),
      metadata: async () => ({ refuse: "me" }),
    });
    await expect(refused.pull(null)).rejects.toMatchObject({ code: "forbidden" });
    await refused.close();
    server.forceShutdown();
    const nobody = createGrpcTransport({ address: "127.0.0.1:1" });
    await expect(nobody.pull(null)).rejects.toMatchObject({ code: "unavailable" });
    await nobody.close();
  });
});

let nats: TestProcess;
beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());

const open: { close(): Promise<unknown> }[] = [];
let subjects = 0;
async function connection() {
  const one = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  open.push(one);
  return one;
}

describeTransport("NATS", {
  async open(store) {
    const subject = `kit.${++subjects}`;
    open.push(serveNatsPeer({ store, connection: await connection(), subject }));
    const own = await connection();
    await own.flush();
    return createNatsTransport({ connection: own, subject });
  },
  async interrupt() {
    await nats.kill();
    await nats.start();
  },
  async cleanUp() {
    for (const one of open.splice(0).reverse()) await one.close();
  },
});

describe("NATS", () => {
  it("says so where nobody answers, and what is too large for a message", async () => {
    const own = await connection();
    const nobody = createNatsTransport({ connection: own, subject: "kit.nobody" });
    await expect(nobody.pull(null)).rejects.toMatchObject({ code: "offline" });
    await expect(pack("x", 10)).rejects.toMatchObject({ code: "too_large" });
    await expect(unpack(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: "invalid" });
    const bomb = await pack("x".repeat(30_000_000), 1_000_000);
    await expect(unpack(bomb)).rejects.toMatchObject({ code: "invalid" });
    for (const one of open.splice(0)) await one.close();
  });

  it("answers what is no question with an error, and goes on", async () => {
    const store = observeStore(createMemoryStore());
    const own = await connection();
    open.push(serveNatsPeer({ store, connection: own, subject: "kit.hostile" }));
    const caller = await connection();
    await own.flush();
    for (const [method, bytes] of [
      ["push", new Uint8Array([1, 2, 3])],
      ["steal", new Uint8Array(0)],
    ] as const)
      expect(
        (await caller.request(`kit.hostile.${method}`, bytes, { timeout: 5_000 })).data.length,
      ).toBeGreaterThan(0);
    const transport = createNatsTransport({ connection: caller, subject: "kit.hostile" });
    expect((await transport.latestVersion()).isZero()).toBe(true);
    for (const one of open.splice(0).reverse()) await one.close();
  });
});
