// What every store must do: the port's promises as tests. An adapter is right when this passes on it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RecordState, recordToWire, type WireRecord } from "@syncline/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeAudit } from "./conformance-audit.ts";
import { describeNumbers } from "./conformance-numbers.ts";
import { describeOperation } from "./conformance-operation.ts";
import { describeUsers } from "./conformance-users.ts";
import type { LoadedSpace, Store } from "./port.ts";
import {
  CLIENT,
  change,
  commit,
  dump,
  follow,
  key,
  NOW,
  put,
  readPage,
  recordsOf,
  SPACE,
  unitOf,
} from "./sample-commits.ts";

export interface StoreHarness {
  /** Opens an empty store; the folder is its own, and goes with the test. */
  open(folder: string): Promise<Store>;
  /** Opens what `open` wrote again, for stores that last. */
  reopen?(folder: string): Promise<Store>;
  /** Opens what `backup` wrote. */
  openBackup(path: string): Promise<Store>;
}

/** Runs the suite on an adapter. */
export function describeStore(name: string, harness: StoreHarness): void {
  describe(`store: ${name}`, () => {
    let folder: string;
    let store: Store;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "syncline-store-"));
      store = await harness.open(folder);
    });
    afterEach(async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    });

    it("[ST1] commits all units of a call or none of them", async () => {
      await put(store, "a");
      const before = await dump(store);
      const broken = {
        ...unitOf("app/other", [change("put", "b")]),
        decide: () => {
          throw new Error("never does this");
        },
      };
      await expect(store.commit([unitOf(SPACE, [change("put", "c")]), broken])).rejects.toThrow();
      expect(await dump(store)).toEqual(before);
      expect(await store.head("app/other")).toBeUndefined();
    });

    describeOperation(() => store);

    it("[ST2] keeps what it has committed", async () => {
      await put(store, "a", "b");
      const before = await dump(store);
      await store.close();
      store = await (harness.reopen ?? (async () => store))(folder);
      if (harness.reopen !== undefined) expect(await dump(store)).toEqual(before);
    });

    it("[ST3] decides units of one space one after the other, each on what the ones before wrote", async () => {
      const seen: number[] = [];
      const unit = (id: string) =>
        unitOf(SPACE, [change("put", id)], (head) => seen.push(head.stamp));
      await store.commit([unit("a"), unit("b")]);
      await Promise.all(["c", "d", "e"].map((id) => store.commit([unit(id)])));
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(new Set(seen).size).toBe(5);
      expect((await store.head(SPACE))?.tallies["things"]?.count).toBe(5);
    });

    it("[ST4] reads a page, its head and the last mutation in one snapshot", async () => {
      await put(store, "a");
      const [page] = await Promise.all([readPage(store, { client: CLIENT }), put(store, "b")]);
      expect(page.stamp).toBe(page.head.stamp);
      expect(page.count).toBe(page.head.tallies["things"]?.count);
      expect(page.lastMutation).toBe(page.count);
      for (const client of [
        { ...CLIENT, clientId: "unknown" },
        { ...CLIENT, userId: "v" },
      ])
        expect((await readPage(store, { client })).lastMutation).toBe(0);
    });

    it("[ST5] shows a follower everything, whatever is committed beside it", async () => {
      const seen = new Map<string, number>();
      let writing = true;
      const writers = Array.from({ length: 12 }, async (_, writer) => {
        for (let i = 0; i < 15; i++) await put(store, `w${writer}-${i % 5}`);
      });
      const follow = (async () => {
        for (let after = 0; ; ) {
          const last = !writing;
          const page = await readPage(store, { after, limit: 7 });
          for (const record of recordsOf(page)) seen.set(record.id, record.version);
          after = page.stamp;
          if (last && !page.more) return;
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      await Promise.all(writers);
      writing = false;
      await follow;
      expect([...seen.values()]).toEqual(Array.from({ length: 60 }, () => 3));
    });

    it("[ST6] holds each record once, in stamp order, within both limits", async () => {
      await put(store, ...Array.from({ length: 30 }, (_, i) => `r${i}`));
      await put(store, "r3");
      const pages = await follow(store, { limit: 7 });
      const stamps = pages.flatMap(recordsOf).map(({ stamp }) => stamp);
      expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
      expect(
        pages
          .flatMap(recordsOf)
          .map(({ id }) => id)
          .sort(),
      ).toEqual([...new Set(pages.flatMap(recordsOf).map(({ id }) => id))].sort());
      expect(pages.every(({ count }) => count <= 7)).toBe(true);
      const big = "x".repeat(200_000);
      await commit(store, [
        change("put", "big1", { big }),
        change("put", "big2", { big }),
        change("put", "big3", { big }),
      ]);
      const bounded = await follow(store, { maxBytes: 450_000, limit: 1_000 });
      expect(bounded.every(({ changes }) => changes.length < 500_000)).toBe(true);
      const single = await follow(store, { maxBytes: 1_000, limit: 1_000 });
      expect(single.flatMap(recordsOf)).toHaveLength(33);
    });

    it("[ST7] tells of a record all that is known, where that is asked for", async () => {
      await put(store, "a", "b", "c");
      await commit(store, [
        change("patch", "b", { m: { deep: "é,]" } }),
        change("delete", "c", {}),
      ]);
      const { changes } = await readPage(store, { form: "state" });
      type Whole = [number, Partial<RecordState> | null, WireRecord];
      const texts = JSON.parse(`[${changes}]`) as (WireRecord | Whole)[];
      expect(texts.map((text) => Array.isArray(text))).toEqual([false, true, true]);
      for (const text of texts) {
        const [createdStamp, rest, wire] = Array.isArray(text) ? text : [text.stamp, null, text];
        const record = await store.record(SPACE, key(wire.id));
        expect(wire).toEqual(record && recordToWire(record));
        expect(createdStamp).toBe(record?.createdStamp);
        expect(rest?.fields ?? wire.fields).toEqual(record?.fields);
        const plain = { base: { time: wire.time, stamp: createdStamp } };
        expect(rest?.registers ?? plain).toEqual(record?.registers);
      }
    });

    it("[ST6] reads only the collections that are asked for, and leaves out what a beginner never had", async () => {
      await commit(store, [
        change("put", "a"),
        change("put", "b", {}, "others"),
        change("put", "c", {}, "more"),
      ]);
      await commit(store, [change("delete", "a")]);
      const some = await follow(store, { collections: ["others", "more"], limit: 1 });
      expect(some.flatMap(recordsOf).map(({ id }) => id)).toEqual(["b", "c"]);
      const { stamp = 0 } = (await store.head(SPACE)) ?? {};
      expect(
        recordsOf(await readPage(store, { tombstonesAfter: stamp })).map(({ id }) => id),
      ).toEqual(["b", "c"]);
      expect(recordsOf(await readPage(store, {})).map(({ id }) => id)).toEqual(["b", "c", "a"]);
    });

    it("[ST7] gives records back as they were written", async () => {
      const strange = JSON.parse(
        '{"__proto__":{"x":1},"constructor":[],"ü \\" \\\\ \\n":"\u2028 🎉","n":1.5,"nothing":null}',
      );
      await commit(store, [
        change("put", "a", strange),
        change("patch", "a", { n: 2 }),
        change("patch", "only-patched", { x: 1 }),
      ]);
      await commit(store, [change("put", "gone", { kept: true }), change("delete", "gone")]);
      const a = await store.record(SPACE, key("a"));
      expect(Object.entries(a?.fields ?? {})).toEqual(
        Object.entries({ ...Object.fromEntries(Object.entries(strange)), n: 2 }),
      );
      expect(a?.registers.fields?.["n"]?.stamp).toBe(a?.stamp);
      expect(await store.record(SPACE, key("gone"))).toMatchObject({
        deleted: true,
        fields: { kept: true },
      });
      expect(await store.record(SPACE, key("only-patched"))).toMatchObject({
        deleted: true,
        fields: { x: 1 },
      });
      expect(await store.record(SPACE, key("never"))).toBeUndefined();
      const [wire] = recordsOf(await readPage(store, {}));
      expect(wire).toMatchObject({ id: "a", version: 2, fields: { n: 2 } });
    });

    it("[ST8] gives history in order, and a record as it was", async () => {
      await commit(store, [change("put", "a", { n: 1 }), change("put", "b", { n: 1 })]);
      const first = (await store.head(SPACE))?.stamp ?? 0;
      await commit(store, [change("patch", "a", { n: 2 })]);
      await commit(store, [change("delete", "a")]);
      const last = (await store.head(SPACE))?.stamp ?? 0;
      const all = await store.history({ space: SPACE, after: 0, limit: 100 });
      expect(all.map(({ op, id }) => `${op} ${id}`)).toEqual([
        "put a",
        "put b",
        "patch a",
        "delete a",
      ]);
      expect(await store.history({ space: SPACE, after: first, limit: 1 })).toHaveLength(1);
      expect(
        (await store.history({ space: SPACE, after: 0, limit: 10, record: key("a") })).map(
          ({ op }) => op,
        ),
      ).toEqual(["put", "patch", "delete"]);
      expect((await store.recordAt(SPACE, key("a"), first))?.fields).toEqual({ n: 1 });
      expect((await store.recordAt(SPACE, key("a"), last - 1))?.fields).toEqual({ n: 2 });
      expect((await store.recordAt(SPACE, key("a"), last))?.deleted).toBe(true);
      expect(await store.recordAt(SPACE, key("a"), 0)).toBeUndefined();
    });

    it("[ST9] compacts without changing what anybody sees", async () => {
      await commit(store, [
        change("put", "a", { n: 1 }),
        change("put", "b", { n: 1 }),
        change("put", "c", { n: 1 }),
      ]);
      await commit(store, [change("delete", "c"), change("patch", "a", { n: 2 })]);
      const horizon = (await store.head(SPACE))?.stamp ?? 0;
      await commit(store, [change("patch", "a", { n: 3 })]);
      const visible = recordsOf(
        await readPage(store, { tombstonesAfter: Number.MAX_SAFE_INTEGER }),
      );
      expect(await store.compact(SPACE, horizon)).toMatchObject({ horizon, tombstones: 1 });
      expect(recordsOf(await readPage(store, {}))).toEqual(visible);
      expect(await store.check()).toEqual([]);
      expect(await store.record(SPACE, key("c"))).toBeUndefined();
      expect((await store.recordAt(SPACE, key("a"), horizon))?.fields).toEqual({ n: 2 });
      await commit(store, [change("patch", "b", { n: 9 })]);
      expect((await store.recordAt(SPACE, key("b"), horizon))?.fields).toEqual({ n: 1 });
      expect(
        (await store.history({ space: SPACE, after: 0, limit: 10 })).every(
          ({ stamp }) => stamp > horizon || stamp === horizon,
        ),
      ).toBe(true);
      expect((await store.compact(SPACE, 1)).horizon).toBe(horizon);
      expect((await store.compact(SPACE, Number.MAX_SAFE_INTEGER)).horizon).toBe(
        (await store.head(SPACE))?.stamp,
      );
    });

    it("[ST9] removes the tombstone of the horizon itself, and none above it", async () => {
      await commit(store, [change("put", "a", { n: 1 }), change("put", "b", { n: 1 })]);
      await commit(store, [change("delete", "a")]);
      const horizon = (await store.record(SPACE, key("a")))?.stamp ?? 0;
      await commit(store, [change("delete", "b")]);
      expect(await store.compact(SPACE, horizon)).toMatchObject({ horizon, tombstones: 1 });
      expect(await store.record(SPACE, key("a"))).toBeUndefined();
      expect(await store.record(SPACE, key("b"))).toMatchObject({ deleted: true });
      const last = (await store.head(SPACE))?.stamp ?? 0;
      expect(await store.compact(SPACE, last)).toMatchObject({ horizon: last, tombstones: 1 });
      expect(await store.record(SPACE, key("b"))).toBeUndefined();
    });

    it("[ST10] copies itself whole while others write", async () => {
      await put(store, ...Array.from({ length: 200 }, (_, i) => `r${i}`));
      const path = join(folder, "copy");
      await Promise.all([store.backup(path), put(store, "later")]);
      await using copy = await harness.openBackup(path);
      expect(await copy.check()).toEqual([]);
      expect((await copy.head(SPACE))?.tallies["things"]?.count).toBeGreaterThanOrEqual(200);
      await expect(store.backup(path)).rejects.toThrow();
    });

    it("[ST11] gives a space another epoch and changes nothing else", async () => {
      await put(store, "a");
      const before = await dump(store);
      await store.rotateEpoch(SPACE, "another", "offer");
      const upTo = before.head?.stamp;
      const first = { epoch: before.head?.epoch, upTo, devices: "offer" };
      expect(await store.head(SPACE)).toEqual({
        ...before.head,
        epoch: "another",
        lineage: [first],
      });
      expect((await dump(store)).page).toBe(before.page);
      await store.rotateEpoch(SPACE, "third", "discard");
      expect((await store.head(SPACE))?.lineage).toEqual([
        first,
        { epoch: "another", upTo, devices: "discard" },
      ]);
      await store.rotateEpoch("app/nowhere", "x", "offer");
      expect(await store.head("app/nowhere")).toBeUndefined();
    });

    it("[ST12] names its errors, and answers none after it was closed", async () => {
      await put(store, "a");
      await store.close();
      if (harness.reopen === undefined) return;
      await expect(store.head(SPACE)).rejects.toMatchObject({ code: "unavailable" });
      await expect(put(store, "b")).rejects.toMatchObject({ code: "unavailable" });
      store = await harness.reopen(folder);
      expect((await store.head(SPACE))?.tallies["things"]?.count).toBe(1);
    });

    it("[ST13] keeps memberships", async () => {
      await store.commit([
        {
          space: SPACE,
          create: { epoch: "e", createdAtMs: NOW, owner: "alice" },
          records: [],
          decide: () => ({ result: null }),
        },
      ]);
      expect(await store.role(SPACE, "alice")).toBe("owner");
      await store.setRole(SPACE, "bob", "reader");
      await store.setRole(SPACE, "bob", "writer");
      expect(await store.members(SPACE)).toEqual([
        { userId: "alice", role: "owner" },
        { userId: "bob", role: "writer" },
      ]);
      const asked = ["bob", "nobody", "alice"].map((userId) => ({ space: SPACE, userId }));
      const elsewhere = { space: "app/elsewhere", userId: "alice" };
      expect(await store.roles([...asked, elsewhere, { space: SPACE, userId: "bob" }])).toEqual([
        "writer",
        undefined,
        "owner",
        undefined,
        "writer",
      ]);
      expect(await store.roles([])).toEqual([]);
      await store.setRole(SPACE, "bob", null);
      expect(await store.role(SPACE, "bob")).toBeUndefined();
      expect(await store.role("app/elsewhere", "alice")).toBeUndefined();
    });

    it("[ST13] decides with the role as it is while the space is locked", async () => {
      await put(store, "a");
      await store.setRole(SPACE, "alice", "owner");
      await store.setRole(SPACE, "bob", "reader");
      await store.setRole("app/other", "carol", "writer");
      const roles = (...members: (string | undefined)[]) =>
        store.commit(
          members.map((member) => ({
            space: SPACE,
            records: [],
            ...(member === undefined ? {} : { member }),
            decide: (loaded: LoadedSpace | undefined) => ({ result: loaded?.role ?? null }),
          })),
        );
      expect(await roles("bob", "alice", "carol", undefined, "bob")).toEqual([
        "reader",
        "owner",
        null,
        null,
        "reader",
      ]);
      await store.setRole(SPACE, "bob", "writer");
      expect(await roles("bob")).toEqual(["writer"]);
      await store.setRole(SPACE, "bob", null);
      expect(await roles("bob")).toEqual([null]);
    });

    describeNumbers(() => ({ store, folder, harness }));
    describeUsers(() => ({ store, folder, harness }));
    describeAudit(() => ({ store, folder, harness }));

    it("lists spaces in order, of one app or of all", async () => {
      for (const space of ["b/x", "a/y", "a/x", "ab/x"])
        await commit(store, [change("put", "r")], space);
      const names = async (query: Parameters<Store["spaces"]>[0]) =>
        (await store.spaces(query)).map(({ space }) => space);
      expect(await names({ after: "", limit: 10 })).toEqual(["a/x", "a/y", "ab/x", "b/x"]);
      expect(await names({ after: "a/x", limit: 1 })).toEqual(["a/y"]);
      expect(await names({ after: "", limit: 10, app: "a" })).toEqual(["a/x", "a/y"]);
    });
  });
}
