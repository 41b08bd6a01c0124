// A push makes the next events ready while those before them are under way, and still sends one list after the other.

import { SynclineError } from "@syncline/core";
import { describe, expect, it } from "vitest";
import type { StoredEvent, Transport } from "../ports.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { idsOf, makeEvent } from "../testing/events.ts";
import { overHttp } from "../testing/over-http.ts";
import { createSyncManager } from "./sync-manager.ts";

/** A store with five events, a peer, and what is said to the transport between them. */
async function world(fails: (events: readonly StoredEvent[]) => boolean = () => false) {
  const [store, server] = [createMemoryStore(), createMemoryStore()];
  await store.storeBatch(["a", "b", "c", "d", "e"].map((id) => makeEvent(id)));
  const said: string[] = [];
  const named = (events: readonly StoredEvent[]) => events.map(({ event }) => event.id).join("");
  const http = overHttp(server);
  const transport: Transport = {
    ...http,
    prepare(events) {
      said.push(`prepare ${named(events)}`);
      http.prepare?.(events);
    },
    async push(events, options) {
      said.push(`push ${named(events)}`);
      if (fails(events)) throw new SynclineError("forbidden");
      const report = await http.push(events, options);
      said.push(`pushed ${named(events)}`);
      return report;
    },
  };
  return { store, server, transport, said };
}

describe("what came from the peer does not go back", () => {
  it.each([99, 100, 101, 200, 300])("with %i own events before it", async (own) => {
    const [store, server] = [createMemoryStore(), createMemoryStore()];
    await store.storeBatch(Array.from({ length: own }, (_, i) => makeEvent(`own-${i}`)));
    await server.storeBatch(Array.from({ length: 1_500 }, (_, i) => makeEvent(`theirs-${i}`)));
    const manager = createSyncManager({ store, transport: overHttp(server) });
    expect(await manager.sync()).toMatchObject({
      eventsPulled: 1_500,
      eventsPushed: own,
      errors: [],
    });
    expect(await manager.sync()).toMatchObject({ eventsPulled: 0, eventsPushed: 0, errors: [] });
  });
});

describe("a push of several lists", () => {
  it("prepares each while the one before is under way, and sends it after that", async () => {
    const { store, server, transport, said } = await world();
    const manager = createSyncManager({ store, transport, batchSize: 2 });
    expect(await manager.push()).toMatchObject({ eventsPushed: 5, errors: [] });
    expect(await idsOf(server)).toEqual(["a", "b", "c", "d", "e"]);
    expect(said.filter((one) => !one.startsWith("prepare"))).toEqual(
      ["ab", "cd", "e"].flatMap((list) => [`push ${list}`, `pushed ${list}`]),
    );
    for (const [before, list] of [["ab", "cd"] as const, ["cd", "e"] as const]) {
      expect(said.indexOf(`prepare ${list}`)).toBeGreaterThan(said.indexOf(`push ${before}`));
      expect(said.indexOf(`prepare ${list}`)).toBeLessThan(said.indexOf(`pushed ${before}`));
    }
  });

  it("sends nothing of what was prepared when the one before it failed, and all of it later", async () => {
    let down = true;
    const { store, server, transport, said } = await world(
      ([first]) => down && first?.event.id === "c",
    );
    const manager = createSyncManager({ store, transport, batchSize: 2 });
    const { eventsPushed, errors } = await manager.push();
    expect([eventsPushed, errors.map(({ code }) => code)]).toEqual([2, ["forbidden"]]);
    expect(await idsOf(server)).toEqual(["a", "b"]);
    expect(said).not.toContain("push e");
    down = false;
    expect(await manager.push()).toMatchObject({ eventsPushed: 3, errors: [] });
    expect(await idsOf(server)).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("does what was sent even when the next events cannot be read or filtered", async () => {
    const { store, server, transport } = await world();
    const filter = ({ id }: { id: string }) => {
      if (id === "d") throw new Error("the app's own");
      return true;
    };
    const failing = createSyncManager({ store, transport, batchSize: 2, filter });
    expect(await failing.push()).toMatchObject({ eventsPushed: 2, errors: [{ code: "internal" }] });
    expect(await idsOf(server)).toEqual(["a", "b"]);
    const manager = createSyncManager({ store, transport, batchSize: 2 });
    expect(await manager.push()).toMatchObject({ eventsPushed: 3, errors: [] });
  });
});
