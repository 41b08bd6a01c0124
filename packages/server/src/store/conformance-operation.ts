// What every store must do for who runs it: figures, whether it can be written, and taking away.

import { expect, it } from "vitest";
import type { Store } from "./port.ts";
import { change, commit, dump, key, put, SPACE, unitOf } from "./sample-commits.ts";

/** @param open the store of the test that runs */
export function describeOperation(open: () => Store): void {
  it("[ST16] removes a space with all that is in it, and nothing of another", async () => {
    const store = open();
    await put(store, "a", "b");
    await store.setRole(SPACE, "alice", "owner");
    await store.commit([unitOf("app/other", [change("put", "c")])]);
    expect(await store.removeSpace(SPACE)).toBe(true);
    expect(await store.removeSpace(SPACE)).toBe(false);
    expect(await store.head(SPACE)).toBeUndefined();
    expect(await store.members(SPACE)).toEqual([]);
    expect(await store.record(SPACE, key("a"))).toBeUndefined();
    expect(await store.history({ space: SPACE, after: 0, limit: 10 })).toEqual([]);
    expect((await store.figures()).records).toBe(1);
  });

  it("[ST17] has history name somebody else, and changes nothing that is synced", async () => {
    const store = open();
    await put(store, "a", "b");
    const before = await store.head(SPACE);
    const [entry] = await store.history({ space: SPACE, after: 0, limit: 1 });
    const record = await store.record(SPACE, key("a"));
    expect(await store.replaceAuthor(SPACE, entry?.userId ?? "", "erased")).toBe(2);
    const history = await store.history({ space: SPACE, after: 0, limit: 10 });
    expect(history.map(({ userId }) => userId)).toEqual(["erased", "erased"]);
    expect(history[0]).toEqual({ ...entry, userId: "erased" });
    expect([await store.head(SPACE), await store.record(SPACE, key("a"))]).toEqual([
      before,
      record,
    ]);
    expect(await store.check()).toEqual([]);
    expect(await store.replaceAuthor(SPACE, entry?.userId ?? "", "erased")).toBe(0);
  });

  it("[ST19] counts what there is", async () => {
    const store = open();
    await put(store, "a", "b", "c");
    await commit(store, [change("delete", "b")]);
    const { bytes, ...counts } = await store.figures();
    expect(counts).toEqual({ spaces: 1, records: 2, tombstones: 1 });
    expect(bytes).toBeGreaterThanOrEqual(0);
    expect(store.load().waiting).toBe(0);
  });

  it("[ST18] says whether it could write, and writes nothing that is seen", async () => {
    const store = open();
    await put(store, "a");
    const before = await dump(store);
    await Promise.all([store.probe(), store.probe()]);
    expect(await dump(store)).toEqual(before);
    expect(await store.spaces({ after: "", limit: 10 })).toHaveLength(1);
  });
}
