// What every local store must do: the port's promises as tests. An adapter is right when this passes on it.

import { CLOCK_START, DigestSum } from "@syncline/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeRanges } from "./conformance-range.ts";
import { describeRestart } from "./conformance-restart.ts";
import { append, draft, draftOf, page, record, SPACE, TIME } from "./conformance-samples.ts";
import { describeTabs } from "./conformance-tabs.ts";
import type { InboxEntry, LocalStore } from "./port.ts";

export interface LocalStoreHarness {
  /** Opens an empty store. */
  open(): Promise<LocalStore>;
  /** Opens the same store a second time, as a reload or another tab would; undefined where that cannot be. */
  again?(): Promise<LocalStore>;
  /** Opens an empty store on a medium that has room for very little. */
  openSmall?(): Promise<LocalStore>;
  /** Ends what `open` began. */
  cleanUp?(): Promise<void>;
}

/** Runs the suite on an adapter. */
export function describeLocalStore(name: string, harness: LocalStoreHarness): void {
  describe(`local store: ${name}, read anew`, () => describeRestart(harness));
  describe(`local store: ${name}`, () => {
    let store: LocalStore;
    beforeEach(async () => {
      store = await harness.open();
      await store.initialise({ clientId: "c1", clock: CLOCK_START, userId: null });
    });
    afterEach(async () => {
      await store.close();
      await harness.cleanUp?.();
    });

    it("[LS1] takes a page as a whole or not at all", async () => {
      const small = (await harness.openSmall?.()) ?? store;
      await small.apply(page([record("a", 1)]));
      const all = () => small.scan(SPACE, "things");
      const held = async () => JSON.stringify([await all(), await small.state(SPACE)]);
      const before = await held();
      const fields = { text: "x".repeat(2_000) };
      const large = Array.from({ length: 500 }, (_, i) => record(`r${i}`, i + 2, { fields }));
      const later = page([record("a", 700), ...large], { cursor: "later" });
      const [{ status }] = await Promise.allSettled([small.apply(later)]);
      const took = status === "fulfilled";
      expect(took).toBe(harness.openSmall === undefined);
      expect((await held()) === before).toBe(!took);
      if (took) expect(await all()).toHaveLength(501);
      if (small !== store) await small.close();
    });

    it("[LS17] keeps what it is given under a name, until it is wiped", async () => {
      expect(await store.kept("list")).toBeUndefined();
      const value = { list: [1, "ü", null, { deep: [true] }] };
      await store.keep("list", value);
      await store.keep("other", 1);
      const other = (await harness.again?.()) ?? store;
      expect(await other.kept("list")).toEqual(value);
      await other.keep("list", []);
      expect(await store.kept("list")).toEqual([]);
      expect(await store.spaces()).toEqual([]);
      if (other !== store) await other.close();
      await store.wipe();
      expect([await store.kept("list"), await store.kept("other")]).toEqual([undefined, undefined]);
    });

    it("[LS2] has an append, its number and the clock on the medium when it resolves", async () => {
      await append(store, SPACE, draft("a"), { ms: 5, counter: 7 });
      const other = (await harness.again?.()) ?? store;
      expect(await other.device()).toEqual({
        clientId: "c1",
        clock: { ms: 5, counter: 7 },
        userId: null,
      });
      expect((await other.outbox(SPACE)).map(({ mutation }) => mutation)).toEqual([
        { id: 1, seen: null, changes: draft("a").changes },
      ]);
      if (other !== store) await other.close();
    });

    it("[LS1] [LS2] takes mutations together, numbered in their order, or none of them", async () => {
      await append(store, SPACE, draft("first"), CLOCK_START);
      const together = [draft("a"), draft("b"), draft("c")];
      const taken = await store.append(SPACE, together, { ms: 8, counter: 1 });
      const other = (await harness.again?.()) ?? store;
      expect(await other.outbox(SPACE)).toEqual([expect.anything(), ...(taken ?? [])]);
      expect(taken?.map(({ mutation }) => mutation)).toEqual(
        together.map(({ seen, changes }, i) => ({ id: i + 2, seen, changes })),
      );
      expect((await other.device())?.clock).toEqual({ ms: 8, counter: 1 });
      expect((await append(other, SPACE, draft("d"), CLOCK_START)).mutation.id).toBe(5);
      if (other !== store) await other.close();
      if (harness.openSmall === undefined) return;
      await using small = await harness.openSmall();
      await small.initialise({ clientId: "c1", clock: CLOCK_START, userId: null });
      const big = [draft("a"), draftOf(2_000_000), draft("b")];
      await expect(small.append(SPACE, big, CLOCK_START)).rejects.toMatchObject({
        code: "storage_full",
      });
      expect(await small.outbox(SPACE)).toEqual([]);
      expect((await append(small, SPACE, draft("a"), CLOCK_START)).mutation.id).toBe(1);
    });

    it("[LS3] gives numbers once and without gaps, to several at the same time", async () => {
      const other = (await harness.again?.()) ?? store;
      const appended = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          append(i % 2 === 0 ? store : other, SPACE, draft(`r${i}`), CLOCK_START),
        ),
      );
      expect(appended.map(({ mutation }) => mutation.id).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, i) => i + 1),
      );
      expect((await store.state(SPACE)).nextMutation).toBe(21);
      expect((await store.state("team")).nextMutation).toBe(1);
      if (other !== store) await other.close();
    });

    it("[LS4] shows nothing of a catch-up before its last page, and keeps it across a reload", async () => {
      await store.apply(page([record("a", 1)], { cursor: "one" }));
      await store.apply(page([record("a", 5), record("b", 2)], { final: false, cursor: "two" }));
      expect((await store.scan(SPACE, "things")).map(({ stamp }) => stamp)).toEqual([1]);
      expect(await store.state(SPACE)).toMatchObject({
        cursor: "one",
        staged: { cursor: "two", replace: false, count: 2 },
      });
      const other = (await harness.again?.()) ?? store;
      await other.apply(page([record("c", 6)], { cursor: "three" }));
      expect((await other.scan(SPACE, "things")).map(({ id, stamp }) => `${id}${stamp}`)).toEqual([
        "a5",
        "b2",
        "c6",
      ]);
      expect(await other.state(SPACE)).toMatchObject({ cursor: "three", staged: null });
      if (other !== store) await other.close();
    });

    it("[LS14] reads piece by piece what it reads at once", async () => {
      const ids = Array.from({ length: 1_300 }, (_, i) => `r${(i * 919) % 1_300}`);
      await store.apply(
        page(ids.map((id, i) => record(id, i + 1, i % 3 === 0 ? { deleted: true } : {}))),
      );
      const pieces = [];
      for (let piece = await store.scan(SPACE, "things", ""); piece.length > 0; ) {
        pieces.push(...piece);
        piece = await store.scan(SPACE, "things", pieces.at(-1)?.id ?? "");
      }
      expect(pieces).toEqual(await store.scan(SPACE, "things"));
    });

    it("[LS5] shows records, cursor, digests and the emptier outbox together", async () => {
      for (const id of ["a", "b", "c"]) await append(store, SPACE, draft(id), CLOCK_START);
      await store.markOutbox(SPACE, [1, 2], "committed");
      const applied = await store.apply(
        page([record("a", 3), record("b", 4, { deleted: true })], {
          cursor: "x",
          scope: "s",
          lastMutation: 2,
        }),
      );
      expect((await store.outbox(SPACE)).map(({ mutation }) => mutation.id)).toEqual([3]);
      expect(await store.state(SPACE)).toMatchObject({
        cursor: "x",
        scope: "s",
        digests: { things: String(new DigestSum().add("a", 3)) },
      });
      expect(applied.keys).toEqual([
        { collection: "things", id: "a" },
        { collection: "things", id: "b" },
      ]);
      expect(await store.recount(SPACE, "things")).toBe(String(new DigestSum().add("a", 3)));
    });

    it("[LS5] puts a replacing catch-up in the place of everything", async () => {
      await store.apply(page([record("old", 1), record("both", 2)]));
      await append(store, SPACE, draft("mine"), CLOCK_START);
      await store.apply(
        page([record("both", 2), record("new", 3)], {
          final: false,
          replace: true,
          cursor: "half",
        }),
      );
      expect((await store.scan(SPACE, "things")).map(({ id }) => id)).toEqual(["both", "old"]);
      const applied = await store.apply(
        page([record("new", 4)], { replace: true, cursor: "whole" }),
      );
      expect((await store.scan(SPACE, "things")).map(({ id, stamp }) => `${id}${stamp}`)).toEqual([
        "both2",
        "new4",
      ]);
      expect(applied.keys).toBeNull();
      expect(applied.collections).toContain("things");
      expect(await store.outbox(SPACE)).toHaveLength(1);
      expect((await store.state(SPACE)).digests["things"]).toBe(
        await store.recount(SPACE, "things"),
      );
    });

    it("[LS6] keeps the newer record, whatever arrives later", async () => {
      await store.apply(page([record("a", 5)]));
      await store.apply(
        page([record("a", 3, { deleted: true }), record("a", 5, { fields: { other: true } })]),
      );
      expect(await store.get(SPACE, "things", "a")).toEqual(record("a", 5));
      await store.restart(SPACE);
      expect(await store.get(SPACE, "things", "a")).toEqual(record("a", 5));
      expect((await store.state(SPACE)).cursor).toBeNull();
      await store.apply(page([record("a", 2)], { replace: true }));
      expect(await store.get(SPACE, "things", "a")).toEqual(record("a", 2));
    });

    it("[LS7] moves a refused mutation to the inbox in one step", async () => {
      const { mutation } = await append(store, SPACE, draft("a"), CLOCK_START);
      await append(store, SPACE, draft("b"), CLOCK_START);
      const entry: Omit<InboxEntry, "id"> = {
        mutation,
        reason: "rejected",
        error: { code: "invalid", message: "No." },
        current: [],
        parkedAtMs: 1,
      };
      const [parked] = await store.park(SPACE, [entry]);
      expect((await store.outbox(SPACE)).map(({ mutation: { id } }) => id)).toEqual([2]);
      const other = (await harness.again?.()) ?? store;
      expect(await other.inbox(SPACE)).toEqual([{ ...entry, id: parked?.id }]);
      expect(await other.inbox("team")).toEqual([]);
      expect(await other.discard(SPACE, parked?.id ?? 0)).toBe(true);
      expect(await other.discard(SPACE, parked?.id ?? 0)).toBe(false);
      if (other !== store) await other.close();
    });

    it("[LS8] numbers every outbox anew under another client id", async () => {
      for (const id of ["a", "b"]) await append(store, SPACE, draft(id), CLOCK_START);
      await append(store, "team", draft("t"), CLOCK_START);
      await store.markOutbox(SPACE, [1], "committed");
      await store.apply(page([], { lastMutation: 2 }));
      await store.markOutbox(SPACE, [2, 99], "sent");
      await store.renumber("c2");
      expect((await store.device())?.clientId).toBe("c2");
      expect(await store.outbox(SPACE)).toMatchObject([
        { mutation: { id: 1, changes: draft("b").changes }, state: "queued" },
      ]);
      expect(await store.outbox("team")).toMatchObject([{ mutation: { id: 1 } }]);
      expect((await append(store, SPACE, draft("c"), CLOCK_START)).mutation.id).toBe(2);
    });

    it("[LS11] closes the gaps that entries leave which were never numbered elsewhere", async () => {
      for (const id of ["a", "b", "c", "d"]) await append(store, SPACE, draft(id), CLOCK_START);
      await store.markOutbox(SPACE, [1, 3], "sent");
      const [, b] = await store.outbox(SPACE);
      const refused = { mutation: b?.mutation ?? { id: 0, seen: null, changes: [] }, current: [] };
      const error = { code: "conflict", message: "No." } as const;
      await store.park(SPACE, [{ ...refused, reason: "dependent", error, parkedAtMs: 1 }]);
      const closed = await store.closeGaps(SPACE, 2);
      expect(closed).toEqual(await store.outbox(SPACE));
      expect(closed.map(({ mutation, state }) => [mutation.id, state, mutation.changes])).toEqual([
        [1, "sent", draft("a").changes],
        [2, "sent", draft("c").changes],
        [3, "queued", draft("d").changes],
      ]);
      expect((await append(store, SPACE, draft("e"), CLOCK_START)).mutation.id).toBe(4);
      await append(store, "team", draft("t"), CLOCK_START);
      expect(await store.closeGaps("team", 1)).toMatchObject([{ mutation: { id: 1 } }]);
    });

    it("[LS11] goes on from where the gap began when nothing is left", async () => {
      for (const id of ["a", "b"]) await append(store, SPACE, draft(id), CLOCK_START);
      await store.markOutbox(SPACE, [1, 2], "committed");
      await store.apply(page([], { lastMutation: 2 }));
      const { mutation } = await append(store, SPACE, draft("c"), CLOCK_START);
      const error = { code: "too_large", message: "No." } as const;
      await store.park(SPACE, [
        { mutation, reason: "rejected", error, current: [], parkedAtMs: 1 },
      ]);
      expect(await store.closeGaps(SPACE, 3)).toEqual([]);
      expect((await append(store, SPACE, draft("d"), CLOCK_START)).mutation.id).toBe(3);
    });

    it("names the spaces that it holds", async () => {
      await append(store, SPACE, draft("a"), CLOCK_START);
      await append(store, "team", draft("t"), CLOCK_START);
      expect((await store.spaces()).sort()).toEqual(["team", "~"]);
      await store.wipe();
      expect(await store.spaces()).toEqual([]);
    });

    it("[LS9] gives records back as they came, and a deleted one with what was last seen of it", async () => {
      const strange = record("ä".length === 1 ? "a" : "b", 4, {
        fields: JSON.parse('{"__proto__":1,"ü\\"":"\u2028","nested":{"list":[null,1.5,true]}}'),
        times: { nested: TIME },
        mark: TIME,
      });
      await store.apply(page([strange]));
      expect(JSON.stringify(await store.get(SPACE, "things", strange.id))).toBe(
        JSON.stringify(strange),
      );
      await store.apply(
        page([
          { collection: "things", id: strange.id, version: 2, stamp: 5, time: TIME, deleted: true },
        ]),
      );
      expect(await store.get(SPACE, "things", strange.id)).toMatchObject({
        deleted: true,
        fields: { nested: { list: [null, 1.5, true] } },
      });
      expect(await store.scan(SPACE, "things")).toEqual([]);
      const keys = ["none", strange.id, "none"].map((id) => ({ collection: "things", id }));
      const alone = await Promise.all(keys.map(({ id }) => store.get(SPACE, "things", id)));
      expect(await store.getMany(SPACE, keys)).toEqual(alone);
      expect(await store.getMany("team", keys)).toEqual([undefined, undefined, undefined]);
      const { gone } = await store.apply(
        page([{ collection: "things", id: strange.id, gone: "revoked" }]),
      );
      expect(gone).toEqual([{ collection: "things", id: strange.id, gone: "revoked" }]);
      expect(await store.get(SPACE, "things", strange.id)).toBeUndefined();
      expect(await store.get("team", "things", strange.id)).toBeUndefined();
    });

    it("[LS10] says so when there is no room, and keeps what it had", async () => {
      if (harness.openSmall === undefined) return;
      await using small = await harness.openSmall();
      await small.initialise({ clientId: "c1", clock: CLOCK_START, userId: null });
      await append(small, SPACE, draft("kept"), CLOCK_START);
      await expect(small.append(SPACE, [draftOf(2_000_000)], CLOCK_START)).rejects.toMatchObject({
        code: "storage_full",
      });
      expect(await small.outbox(SPACE)).toHaveLength(1);
      expect((await append(small, SPACE, draft("next"), CLOCK_START)).mutation.id).toBe(2);
    });

    describeRanges(() => store, harness);
    describeTabs(() => store, harness);

    it("forgets everything when it is wiped", async () => {
      await append(store, SPACE, draft("a"), CLOCK_START);
      await store.apply(page([record("a", 1)], { lastMutation: 0 }));
      await store.wipe();
      expect(await store.device()).toBeUndefined();
      expect(await store.outbox(SPACE)).toEqual([]);
      expect(await store.scan(SPACE, "things")).toEqual([]);
      expect(await store.state(SPACE)).toMatchObject({ cursor: null, nextMutation: 1 });
    });
  });
}
