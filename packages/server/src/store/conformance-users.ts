// What every store must do for several users on several nodes, and for what they share: a part of conformance.ts.

import { join } from "node:path";
import { expect, it } from "vitest";
import type { StoreHarness } from "./conformance.ts";
import type { LoadedSpace, Store } from "./port.ts";
import { CLIENT, NOW, readPage, SPACE } from "./sample-commits.ts";

interface Opened {
  readonly store: Store;
  readonly folder: string;
  readonly harness: StoreHarness;
}

/** @param opened what the test that runs has */
export function describeUsers(opened: () => Opened): void {
  it("[SE1] lets one of those write a setting who have read the same", async () => {
    const { store } = opened();
    const { settings } = store;
    expect(await settings.read("s")).toBeUndefined();
    const made = await Promise.all(
      ["a", "b", "c"].map((to) => settings.replace("s", undefined, to)),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    const first = await settings.read("s");
    const changed = await Promise.all(["d", "e"].map((to) => settings.replace("s", first, to)));
    expect(changed.filter(Boolean)).toHaveLength(1);
    expect(["d", "e"]).toContain(await settings.read("s"));
    expect(await settings.replace("s", first, "f")).toBe(false);
    expect(await settings.replace("other", "not there", "f")).toBe(false);
  });

  it("[SE2] has settings in its backups", async () => {
    const { store, folder, harness } = opened();
    await store.settings.replace("s", undefined, "kept");
    await store.backup(join(folder, "with-settings"));
    const copy = await harness.openBackup(join(folder, "with-settings"));
    expect(await copy.settings.read("s")).toBe("kept");
    await copy.close();
  });

  it("[ST14] keeps two users apart who chose one client id, in one call and in several", async () => {
    const { store } = opened();
    const unit = (userId: string, lastMutation: number) => ({
      space: SPACE,
      create: { epoch: "epoch", createdAtMs: NOW },
      records: [],
      client: { ...CLIENT, userId },
      decide: ({ head, client }: LoadedSpace = nothing()) => ({
        writes: {
          head,
          records: [],
          history: [],
          client: { ...CLIENT, userId, lastMutation, recent: [], seenAtMs: NOW },
        },
        result: client?.lastMutation,
      }),
    });
    expect(await store.commit([unit("eve", 7), unit("u", 1), unit("eve", 8)])).toEqual([
      undefined,
      undefined,
      7,
    ]);
    expect(await store.commit([unit("u", 2)])).toEqual([1]);
    expect(await store.commit([unit("zoe", 5)])).toEqual([undefined]);
    expect(await store.commit([unit("eve", 9), unit("zoe", 6), unit("u", 3)])).toEqual([8, 5, 2]);
    for (const [userId, lastMutation] of [
      ["u", 3],
      ["eve", 9],
      ["zoe", 6],
    ] as const) {
      const client = { ...CLIENT, userId };
      expect(await store.client(SPACE, client)).toMatchObject({ ...client, lastMutation });
      expect((await readPage(store, { client })).lastMutation).toBe(lastMutation);
    }
  });

  it("[ST15] keeps an owner in a shared space, whoever goes at once", async () => {
    const { store, folder, harness } = opened();
    const other = await (harness.reopen ?? (async () => store))(folder);
    try {
      for (let round = 0; round < 5; round += 1) {
        const space = `app/shared${round}`;
        expect(await store.setRole(space, "alice", "owner")).toBe(true);
        expect(await store.setRole(space, "bob", "owner")).toBe(true);
        // Through two nodes: each takes the other away.
        const gone = await Promise.all([
          store.setRole(space, "bob", null),
          other.setRole(space, "alice", round % 2 === 0 ? null : "reader"),
        ]);
        expect(gone.filter(Boolean)).toHaveLength(1);
        const owners = (await store.members(space)).filter(({ role }) => role === "owner");
        expect(owners).toHaveLength(1);
        const [last] = owners;
        expect(await other.setRole(space, last?.userId ?? "", "writer")).toBe(false);
        expect(await store.role(space, last?.userId ?? "")).toBe("owner");
        expect(await store.setRole(space, last?.userId ?? "", "owner")).toBe(true);
        expect(await store.setRole(space, "nobody", null)).toBe(true);
      }
      expect((await store.owned("alice")) + (await store.owned("bob"))).toBe(5);
      expect(await store.setRole("app/~carol", "dave", "owner")).toBe(true);
      expect(await store.setRole("app/~carol", "dave", null)).toBe(true);
    } finally {
      if (other !== store) await other.close();
    }
  });
}

function nothing(): LoadedSpace {
  throw new Error("The unit makes its space.");
}
