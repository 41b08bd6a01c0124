// The promises of the store of simple-sync's client, asked of every adapter.

import { afterEach, describe, expect, it } from "vitest";
import type { SimpleStore } from "./port.ts";

export interface StoreFactory {
  /** Opens a store, another one after each clean-up. */
  open(): Promise<SimpleStore>;
  /** The same store again, as after a restart or in another tab. */
  again(): Promise<SimpleStore>;
  cleanUp?(): Promise<void>;
}

export function describeSimpleStore(name: string, factory: StoreFactory): void {
  describe(`the simple store ${name}`, () => {
    const stores: SimpleStore[] = [];
    const opened = async (open: () => Promise<SimpleStore>) => {
      const store = await open();
      stores.push(store);
      return store;
    };
    afterEach(async () => {
      for (const store of stores.splice(0)) await store.close();
      await factory.cleanUp?.();
    });

    it("gives parts in the order of their keys, whatever the order in which they were saved", async () => {
      const store = await opened(factory.open);
      expect(await store.load("")).toEqual([]);
      await store.save({
        put: ["b/2", "a", "b/10", "B", "b0"].map((key) => ({ key, text: `"${key} ✓\u0000"` })),
      });
      expect((await store.load("")).map(({ key }) => key)).toEqual(["B", "a", "b/10", "b/2", "b0"]);
      expect(await store.load("b/")).toEqual([
        { key: "b/10", text: '"b/10 ✓\u0000"' },
        { key: "b/2", text: '"b/2 ✓\u0000"' },
      ]);
    });

    it("drops by the beginning, removes by the whole key, and puts afterwards", async () => {
      const store = await opened(factory.open);
      await store.save({ put: ["a/1", "a/2", "b", "b1"].map((key) => ({ key, text: "old" })) });
      await store.save({
        drop: "a/",
        remove: ["b", "no such"],
        put: [{ key: "a/2", text: "new" }],
      });
      expect(await store.load("")).toEqual([
        { key: "a/2", text: "new" },
        { key: "b1", text: "old" },
      ]);
    });

    it("replaces, and shows others' saves; a restart keeps everything", async () => {
      const store = await opened(factory.open);
      await store.save({ put: [{ key: "place", text: "1" }] });
      const other = await opened(factory.again);
      await other.save({ put: [{ key: "place", text: "2" }] });
      expect(await store.load("place")).toEqual([{ key: "place", text: "2" }]);
      await store.close();
      await other.close();
      const later = await opened(factory.again);
      expect(await later.load("")).toEqual([{ key: "place", text: "2" }]);
    });

    it("keeps ten thousand parts of one save", async () => {
      const store = await opened(factory.open);
      const put = Array.from({ length: 10_000 }, (_, at) => ({
        key: `history/${String(at).padStart(12, "0")}`,
        text: String(at),
      }));
      await store.save({ put });
      expect(await store.load("history/")).toEqual(put);
    });

    it("says that it is closed", async () => {
      const store = await opened(factory.open);
      await store.close();
      await store.close();
      await expect(store.load("")).rejects.toMatchObject({ code: "closed" });
      await expect(store.save({})).rejects.toMatchObject({ code: "closed" });
    });
  });
}
