// What every store must do for records that are numbered: a part of conformance.ts.

import { join } from "node:path";
import { expect, it } from "vitest";
import type { StoreHarness } from "./conformance.ts";
import type { Store } from "./port.ts";
import { NUMBERED, numberedUnit, put, SPACE } from "./sample-commits.ts";

interface Opened {
  readonly store: Store;
  readonly folder: string;
  readonly harness: StoreHarness;
}

/** @param opened what the test that runs has */
export function describeNumbers(opened: () => Opened): void {
  it("[ST20] finds the record of a number, also after compaction and in a backup", async () => {
    const { store, folder, harness } = opened();
    await put(store, "other", "other");
    await store.commit([numberedUnit("first")]);
    for (let i = 0; i < 3; i++) await store.commit([numberedUnit(`a${i}`), numberedUnit(`b${i}`)]);
    const stamps = async (from: Store) =>
      await Promise.all([1, 2, 7, 8].map((number) => from.stampOfNumber(SPACE, NUMBERED, number)));
    const expected = await Promise.all(
      ["first", "a0", "b2", "-"].map(
        async (id) => (await store.record(SPACE, { collection: NUMBERED, id }))?.stamp,
      ),
    );
    expect(expected.slice(0, 3)).not.toContain(undefined);
    expect(await stamps(store)).toEqual(expected);
    expect(await store.stampOfNumber("app/nowhere", NUMBERED, 2)).toBeUndefined();
    await store.compact(SPACE, expected[2] ?? 0);
    expect(await stamps(store)).toEqual(expected);
    await store.backup(join(folder, "numbered"));
    const copy = await harness.openBackup(join(folder, "numbered"));
    expect(await stamps(copy)).toEqual(expected);
    await copy.close();
  });
}
