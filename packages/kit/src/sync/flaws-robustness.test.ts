// The flaws of the original in robustness, by their numbers: ours does not have them.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { EventStore, Transport } from "../ports.ts";
import { createRuleResolver, eventTypeIs, lastWriteWins } from "../resolvers/index.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { observeStore } from "../stores/observed.ts";
import { openSqliteStore } from "../stores/sqlite/index.ts";
import { idsOf, makeEvent } from "../testing/events.ts";
import { overHttp } from "../testing/over-http.ts";
import { createSyncHandler } from "../transports/http/index.ts";
import { createMemoryTransport } from "../transports/memory.ts";
import { IntegerVersion } from "../versions/index.ts";
import { conflictOf } from "./conflicts.ts";
import type { SyncOptions } from "./options.ts";
import { createSyncManager } from "./sync-manager.ts";

function manager(store: EventStore, peer: EventStore, options: Partial<SyncOptions> = {}) {
  return createSyncManager({
    store,
    transport: overHttp(peer),
    retry: { attempts: 1 },
    ...options,
  });
}

let folder: string | undefined;
afterEach(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  folder = undefined;
});

describe("robustness", () => {
  it("flaw 13: a batch that fails leaves no transaction behind", async () => {
    folder = await mkdtemp(join(tmpdir(), "syncline-kit-"));
    const store = await openSqliteStore({ path: join(folder, "a.db") });
    const other = await openSqliteStore({ path: join(folder, "a.db") });
    await store.store(makeEvent("a"));
    await store.storeBatch([makeEvent("a", { data: "other" }), makeEvent("", {})]);
    const began = performance.now();
    await other.store(makeEvent("b"));
    expect(performance.now() - began).toBeLessThan(2_000);
    await Promise.all([store.close(), other.close()]);
  });

  it("flaw 14: limits that refuse everything are refused themselves, and hold for every endpoint", async () => {
    const store = createMemoryStore();
    expect(() => createSyncHandler({ store, maxRequestBytes: 0 })).toThrowError(
      expect.objectContaining({ code: "config" }),
    );
    const handler = createSyncHandler({ store, maxRequestBytes: 10 });
    for (const path of ["/push", "/pull-cursor"]) {
      const request = new Request(`http://p${path}`, { method: "POST", body: new Uint8Array(11) });
      expect((await handler(request)).status).toBe(413);
    }
  });

  it("flaw 15: a transport without a logger, or any other option, works", async () => {
    const [store, server] = [createMemoryStore(), createMemoryStore()];
    await server.store(makeEvent("a"));
    const transport = overHttp(server);
    expect((await transport.pull(null)).events).toHaveLength(1);
    await transport.push([{ event: makeEvent("b"), version: new IntegerVersion(1n) }]);
    expect(await createSyncManager({ store, transport }).sync()).toMatchObject({ errors: [] });
  });

  it("flaw 16: automatic sync starts once, ends with its signal, and starts again", async () => {
    const [store, server] = [createMemoryStore(), createMemoryStore()];
    const auto = manager(store, server, { intervalMs: 1 });
    let results = 0;
    auto.subscribe(() => void results++);
    const signal = new AbortController();
    await Promise.all([auto.startAutoSync({ signal: signal.signal }), auto.startAutoSync()]);
    await expect.poll(() => results).toBeGreaterThan(1);
    signal.abort();
    await auto.startAutoSync();
    const before = results;
    await expect.poll(() => results).toBeGreaterThan(before + 1);
    for (let i = 0; i < 10; i++) {
      await auto.stopAutoSync();
      await auto.startAutoSync();
    }
    await auto.close();
    const after = results;
    await expect(auto.startAutoSync()).rejects.toMatchObject({ code: "closed" });
    expect(results).toBe(after);
  });

  it("flaw 17: manual and automatic syncs never overlap", async () => {
    const [store, server] = [createMemoryStore(), createMemoryStore()];
    const inner = overHttp(server);
    let running = 0;
    let most = 0;
    const transport: Transport = {
      ...inner,
      async pull(since, options) {
        most = Math.max(most, ++running);
        try {
          return await inner.pull(since, options);
        } finally {
          running--;
        }
      },
    };
    const both = createSyncManager({ store, transport, intervalMs: 1 });
    await both.startAutoSync();
    await Promise.all(Array.from({ length: 20 }, () => both.sync()));
    await both.close();
    expect(most).toBe(1);
  });

  it("flaw 18: settings hold for the whole store, and one in memory is one database", async () => {
    const store = await openSqliteStore({ path: ":memory:" });
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.store(makeEvent(`e${i}`))));
    expect(await idsOf(store)).toHaveLength(20);
    await store.close();
  });

  it("flaw 19: aggregates may have long ids, and several may listen", async () => {
    const server = observeStore(createMemoryStore());
    const transport = createMemoryTransport({ store: server, peer: "server" });
    const heard: string[][] = [[], []];
    for (const list of heard)
      await transport.subscribe(
        ({ events }) => void list.push(...events.map(({ event }) => event.id)),
      );
    await server.store(makeEvent("a", { aggregateId: "x".repeat(900) }));
    await expect.poll(() => heard).toEqual([["a"], ["a"]]);
    await transport.close();
  });

  it("flaw 20: a rule for several types matches each of them", async () => {
    const rules = [
      { name: "orders", when: eventTypeIs("Placed", "Paid"), resolver: lastWriteWins },
    ];
    const resolver = createRuleResolver({ rules });
    for (const type of ["Placed", "Paid"]) {
      const side = (id: string) => ({
        event: makeEvent(id, { type }),
        version: new IntegerVersion(1n),
      });
      const resolution = await resolver.resolve(conflictOf(side("a"), side("b"), "concurrent"));
      expect(resolution.events.map(({ id }) => id)).toEqual(["b"]);
    }
  });

  it("flaw 21: numbers keep their digits, refusals are told, pulls are paged, errors say nothing of inside", async () => {
    const server = createMemoryStore();
    const handler = createSyncHandler({ store: server, pageEvents: 10 });
    const post = async (path: string, body: string) => {
      const request = new Request(`http://p${path}`, {
        method: "POST",
        body: new TextEncoder().encode(body),
      });
      return await (await handler(request)).text();
    };
    const push = (id: string, data: string) =>
      post(
        "/push",
        `[{"event":{"id":"${id}","type":"t","aggregate_id":"","data":${data},"metadata":null},"version":"1"}]`,
      );
    await push("big", "9007199254740993");
    expect(await (await handler(new Request("http://p/pull"))).text()).toContain(
      "9007199254740993",
    );
    expect(JSON.parse(await push("big", "1"))).toMatchObject({
      status: "ok",
      rejected: [{ id: "big", code: "duplicate_event" }],
    });
    await server.storeBatch(Array.from({ length: 30 }, (_, i) => makeEvent(`e${i}`)));
    const page = JSON.parse(
      await (await handler(new Request("http://p/pull"))).text(),
    ) as unknown[];
    expect(page).toHaveLength(10);
    expect(await post("/push", "[1,")).toBe('{"error":"the body is not valid JSON"}');
    const failing = createSyncHandler({
      store: {
        ...server,
        parseVersion: server.parseVersion,
        load: () => {
          throw new Error("secret path /db");
        },
      },
    });
    const answer = await failing(new Request("http://p/pull"));
    expect([answer.status, await answer.text()]).toEqual([
      500,
      '{"error":"could not load events"}',
    ]);
  });
});
