// Codecs: values in and out, old events read as new ones wherever they come from, unknown types untouched.

import { describe, expect, it } from "vitest";
import { customResolver } from "../resolvers/index.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { openVersionedStore } from "../stores/versioned.ts";
import { createSyncManager } from "../sync/sync-manager.ts";
import { allOf, makeEvent } from "../testing/events.ts";
import { overHttp } from "../testing/over-http.ts";
import { createCodecStore, withCodecs } from "./codec-store.ts";
import { createCodecs, type EventCodec } from "./registry.ts";

/** Version 1 had `price` in euros; version 2 has cents; version 3 says the currency. */
const priced: EventCodec = {
  type: "Priced",
  upCasters: [
    (data) => ({ cents: Math.round(100 * Number(read(data, "price"))) }),
    (data) => ({ cents: read(data, "cents"), currency: "EUR" }),
  ],
};
const dated: EventCodec<Date> = {
  type: "Dated",
  decode: (data) => new Date(String(data)),
  encode: (date) => date.toISOString(),
};
// The registry keeps codecs of all values alike.
const codecs = createCodecs([priced, dated as EventCodec]);

function read(data: unknown, name: string): unknown {
  return typeof data === "object" && data !== null ? Reflect.get(data, name) : undefined;
}

describe("codecs", () => {
  it("read old events as new ones on load, and after push and pull, and change none of them", async () => {
    const [base, server, far] = [createMemoryStore(), createMemoryStore(), createMemoryStore()];
    const old = makeEvent("old", { type: "Priced", data: { price: 1.5 } });
    await base.store(old);
    await server.store(
      makeEvent("middle", { type: "Priced", data: { cents: 70 }, metadata: { schema_version: 2 } }),
    );
    const app = createCodecStore(base, codecs);
    await app.store(makeEvent("new", { type: "Priced", data: { cents: 5, currency: "CHF" } }));
    for (const store of [base, far, base])
      expect(
        (await createSyncManager({ store, transport: overHttp(server) }).sync()).rejected,
      ).toEqual([]);
    for (const store of [app, createCodecStore(far, codecs)]) {
      const byId = Object.fromEntries(
        (await allOf(store)).map(({ event }) => [event.id, event.data]),
      );
      expect(byId).toEqual({
        old: { cents: 150, currency: "EUR" },
        middle: { cents: 70, currency: "EUR" },
        new: { cents: 5, currency: "CHF" },
      });
    }
    expect((await server.loadByIds(["old"]))[0]?.event).toEqual(old);
    expect((await base.loadByIds(["new"]))[0]?.event.metadata).toEqual({ schema_version: 3 });
    // The same old event again is the same, though it reads as a new one.
    expect((await base.store(old)).status).toBe("duplicate");
  });

  it("give values, and leave what they do not know as it is", async () => {
    const app = createCodecStore(createMemoryStore(), codecs);
    const when = new Date(0);
    await app.store(makeEvent("dated", { type: "Dated", data: when }));
    await app.store(makeEvent("other", { type: "Other", data: { any: [1] }, metadata: { m: 1 } }));
    const future = { schema_version: 9 };
    const newer = makeEvent("newer", { type: "Priced", data: { all: "new" }, metadata: future });
    expect(codecs.decode(newer)).toBe(newer);
    expect((await allOf(app)).map(({ event }) => event)).toEqual([
      makeEvent("dated", { type: "Dated", data: when }),
      makeEvent("other", { type: "Other", data: { any: [1] }, metadata: { m: 1 } }),
    ]);
    expect((await app.loadByIds(["dated"]))[0]?.event.data).toEqual(when);
  });

  it("refuse by name what they cannot encode or read, and store what is beside it", async () => {
    const app = createCodecStore(createMemoryStore(), codecs);
    const bad = makeEvent("bad", { type: "Dated", data: "no date" });
    await expect(app.store(bad)).rejects.toMatchObject({ code: "invalid", path: "data" });
    const outcomes = await app.storeBatch([makeEvent("a"), bad, makeEvent("b")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["stored", "rejected", "stored"]);
    const failing = createCodecs([
      {
        type: "Noted",
        decode: () => {
          throw new Error("no");
        },
      },
    ]);
    expect(() => failing.decode(makeEvent("x"))).toThrowError(
      expect.objectContaining({ code: "invalid" }),
    );
    expect(() => createCodecs([priced, priced])).toThrowError(
      expect.objectContaining({ code: "config" }),
    );
  });

  it("let a resolver see what the app sees, and store what it makes as the app would", async () => {
    const server = createMemoryStore();
    const open = async (nodeId: string) =>
      await openVersionedStore({ store: createMemoryStore(), nodeId });
    const [a, b] = [await open("a"), await open("b")];
    await a.store(makeEvent("a", { type: "Priced", data: { price: 1 } }));
    await b.store(makeEvent("b", { type: "Priced", data: { price: 3 } }));
    const cheapest = customResolver("cheapest", ({ local, remote }) => {
      const cents = Math.min(
        ...[local, remote].map(({ event }) => Number(read(event.data, "cents"))),
      );
      const event = makeEvent("agreed", { type: "Priced", data: { cents, currency: "EUR" } });
      return { decision: "merge", events: [event], reasons: ["the cheapest"] };
    });
    await createSyncManager({ store: a, transport: overHttp(server) }).sync();
    const resolver = withCodecs(cheapest, codecs);
    const result = await createSyncManager({
      store: b,
      transport: overHttp(server),
      resolver,
    }).sync();
    expect(result).toMatchObject({ conflictsResolved: 1, eventsPushed: 2, errors: [] });
    const [agreed] = await server.loadByIds(["agreed"]);
    expect(agreed?.event).toMatchObject({
      data: { cents: 100, currency: "EUR" },
      metadata: { schema_version: 3, vector_clock: '{"a":1,"b":1}' },
    });
  });
});
