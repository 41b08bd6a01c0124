// Conflicts with peers that keep no clocks, and with clocks that were pruned.

import { describe, expect, it } from "vitest";
import { withCausality } from "../event/causality.ts";
import type { Conflict } from "../ports.ts";
import { fieldMerge, lastWriteWins } from "../resolvers/index.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { openVersionedStore } from "../stores/versioned.ts";
import { idsOf, makeEvent } from "../testing/events.ts";
import { overHttp } from "../testing/over-http.ts";
import { INTEGER_ZERO, VectorClock } from "../versions/index.ts";
import { createSyncManager } from "./sync-manager.ts";

const pairsOf = (conflicts: readonly { readonly conflict: Conflict }[]) =>
  conflicts.map(({ conflict: { local, remote } }) => [local.event.id, remote.event.id]);

describe("with peers that keep no clocks", () => {
  it("an event conflicts with what was not sent yet, and with nothing else", async () => {
    for (const clocks of [true, false]) {
      const [base, server] = [createMemoryStore(), createMemoryStore()];
      const store = clocks ? await openVersionedStore({ store: base, nodeId: "a" }) : base;
      const sync = createSyncManager({
        store,
        transport: overHttp(server),
        resolver: lastWriteWins,
      });
      await store.store(makeEvent("sent"));
      await sync.sync();
      await server.store(makeEvent("answer"));
      expect((await sync.sync()).conflicts).toEqual([]);
      await store.store(makeEvent("mine"));
      await store.store(makeEvent("mine-too"));
      await store.store(makeEvent("elsewhere", { aggregateId: "b" }));
      await server.store(makeEvent("theirs"));
      const { conflicts, eventsPulled, eventsPushed } = await sync.sync();
      expect(pairsOf(conflicts)).toEqual([["mine-too", "theirs"]]);
      expect([eventsPulled, eventsPushed]).toEqual([1, 3]);
      expect((await sync.sync()).conflicts).toEqual([]);
      expect((await idsOf(server)).sort()).toEqual((await idsOf(store)).sort());
    }
  });

  it("a merge of two such events is added once, and sent", async () => {
    const [store, server] = [createMemoryStore(), createMemoryStore()];
    await store.store(makeEvent("mine", { data: { a: 1 }, metadata: { timestamp: 1_000 } }));
    await server.store(makeEvent("theirs", { data: { b: 2 }, metadata: { timestamp: 2_000 } }));
    const sync = createSyncManager({ store, transport: overHttp(server), resolver: fieldMerge });
    expect(await sync.sync()).toMatchObject({
      eventsPulled: 1,
      eventsPushed: 2,
      conflictsResolved: 1,
    });
    const merged = (await idsOf(server)).filter((id) => id.startsWith("merge-"));
    const [found] = await server.loadByIds(merged);
    expect(found?.event.data).toEqual({ a: 1, b: 2 });
    expect(await sync.sync()).toMatchObject({ eventsPulled: 0, eventsPushed: 0, conflicts: [] });
  });
});

describe("with clocks that were pruned", () => {
  it("says that it does not know, and never that a cause is concurrent", async () => {
    const [server, store] = [createMemoryStore(), createMemoryStore()];
    const given = { version: INTEGER_ZERO };
    const first = { dot: { node: "old", counter: 1n }, clock: new VectorClock([["old", 1n]]) };
    const clock = new VectorClock([
      ["old", 1n],
      ["new", 1n],
    ]).prune(["new"]);
    const then = { dot: { node: "new", counter: 1n }, clock };
    await store.store(makeEvent("first", { metadata: withCausality(null, first) }), given);
    await server.store(makeEvent("then", { metadata: withCausality(null, then) }));
    const seen: Conflict[] = [];
    const hooks = { onConflict: (conflict: Conflict) => void seen.push(conflict) };
    await createSyncManager({ store, transport: overHttp(server), hooks }).sync();
    expect(seen.map(({ relation, metadata }) => [relation, metadata["relation"]])).toEqual([
      ["unknown", "unknown"],
    ]);
  });

  it("sees two writes of copies of one node as concurrent", async () => {
    const [server, store] = [createMemoryStore(), createMemoryStore()];
    const same = { dot: { node: "n", counter: 1n }, clock: new VectorClock([["n", 1n]]) };
    await store.store(makeEvent("here", { metadata: withCausality(null, same) }));
    await server.store(makeEvent("there", { metadata: withCausality(null, same) }));
    const sync = createSyncManager({ store, transport: overHttp(server), resolver: lastWriteWins });
    expect(pairsOf((await sync.sync()).conflicts)).toEqual([["here", "there"]]);
  });
});
