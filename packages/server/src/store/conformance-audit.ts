// What every store must do for the audit, locks and lists of devices: a part of conformance.ts.

import { join } from "node:path";
import { expect, it } from "vitest";
import type { AuditRow } from "./audit-port.ts";
import type { StoreHarness } from "./conformance.ts";
import type { LoadedSpace, Store } from "./port.ts";

interface Opened {
  readonly store: Store;
  readonly folder: string;
  readonly harness: StoreHarness;
}

const entry = (id: string, more: Partial<AuditRow> = {}): AuditRow => ({
  ...{ id, atMs: 1_764_000_000_000, kind: "user", actor: "ana" },
  ...{ action: "member.set", target: "todo/team", details: '{"role":"reader"}' },
  ...more,
});

/** @param opened what the test that runs has */
export function describeAudit(opened: () => Opened): void {
  it("[AU1] gives the audit back as it was added, in order, also from a backup", async () => {
    const { store, folder, harness } = opened();
    const { audit } = store;
    const [a, b, c] = [
      entry("a"),
      entry("b", { actor: "bob", target: "ana" }),
      entry("c", { actor: "eve" }),
    ];
    for (const one of [b, a, c]) await audit.append(one);
    await expect(audit.append(a)).rejects.toThrow();
    expect(await audit.list({ from: "", limit: 10 })).toEqual([a, b, c]);
    expect(await audit.list({ from: "a", limit: 1 })).toEqual([b]);
    expect(await audit.list({ from: "~", newest: true, limit: 2 })).toEqual([c, b]);
    expect(await audit.list({ from: "", limit: 10, about: ["ana"] })).toEqual([a, b]);
    const asked = { from: "~", newest: true, limit: 10, about: ["eve", "nobody"] } as const;
    expect(await audit.list(asked)).toEqual([c]);
    const other = { from: "", limit: 10, about: ["eve", "ana"] } as const;
    await audit.append(entry("d", { actor: "eve", action: "space.delete" }));
    const ids = async (query: Parameters<typeof audit.list>[0]) =>
      (await audit.list(query)).map(({ id }) => id);
    expect(await ids({ ...other, action: "space.delete" })).toEqual(["d"]);
    expect(await ids({ ...other, without: "space.delete" })).toEqual(["a", "b", "c"]);
    expect(await ids({ ...other, action: "none" })).toEqual([]);
    await store.backup(join(folder, "with-audit"));
    const copy = await harness.openBackup(join(folder, "with-audit"));
    expect(await copy.audit.list({ from: "", limit: 3 })).toEqual([a, b, c]);
    await copy.close();
  });

  it("[AU2] removes entries by their time alone: not with a person, nor with a space", async () => {
    const { store } = opened();
    const { audit, accounts } = store;
    const person = { userId: "ana", email: "ana@example.org", secret: "-" };
    await accounts.create({ ...person, createdAtMs: 1, verifiedAtMs: 0 });
    for (const id of ["a", "b", "c"]) await audit.append(entry(id));
    await accounts.remove("ana", "~ana");
    await store.removeSpace("todo/team");
    expect(await audit.list({ from: "", limit: 10 })).toHaveLength(3);
    expect(await audit.prune("c")).toBe(2);
    expect((await audit.list({ from: "", limit: 10 })).map(({ id }) => id)).toEqual(["c"]);
    expect(await audit.prune("c")).toBe(0);
  });

  it("[LO1] keeps a lock until it is taken away, also without an account, and in backups", async () => {
    const { store, folder, harness } = opened();
    const { locks, accounts } = store;
    const person = { userId: "ana", email: "ana@example.org", secret: "-" };
    await accounts.create({ ...person, createdAtMs: 1, verifiedAtMs: 0 });
    expect([await locks.lock("bob", 2), await locks.lock("ana", 1)]).toEqual([true, true]);
    expect(await locks.lock("ana", 3)).toBe(false);
    await accounts.remove("ana", "~ana");
    const both = [
      { userId: "ana", sinceMs: 1 },
      { userId: "bob", sinceMs: 2 },
    ];
    expect(await locks.all()).toEqual(both);
    expect([...(await locks.among(["eve", "ana", "ana"]))]).toEqual(["ana"]);
    expect([...(await locks.among([]))]).toEqual([]);
    await store.backup(join(folder, "with-locks"));
    const copy = await harness.openBackup(join(folder, "with-locks"));
    expect(await copy.locks.all()).toEqual(both);
    await copy.close();
    expect([await locks.unlock("ana"), await locks.unlock("ana")]).toEqual([true, false]);
    expect([...(await locks.among(["ana", "bob"]))]).toEqual(["bob"]);
  });

  it("[ST21] counts the devices of a space, and names those last seen", async () => {
    const { store } = opened();
    const [space, epoch] = ["app/space", "e"];
    const unit = (userId: string, clientId: string, seenAtMs: number) => ({
      ...{ space, create: { epoch, createdAtMs: 1 }, records: [], client: { userId, clientId } },
      decide: (loaded: LoadedSpace | undefined) => ({
        ...(loaded === undefined
          ? {}
          : {
              writes: {
                ...{ head: loaded.head, records: [], history: [] },
                client: { userId, clientId, lastMutation: 3, recent: [], seenAtMs },
              },
            }),
        result: null,
      }),
    });
    await store.commit([unit("ana", "c", 5), unit("bob", "c", 9), unit("ana", "d", 7)]);
    const { count, last } = await store.devices(space, 2);
    expect(count).toBe(3);
    expect(last).toEqual([
      { userId: "bob", clientId: "c", lastMutation: 3, seenAtMs: 9 },
      { userId: "ana", clientId: "d", lastMutation: 3, seenAtMs: 7 },
    ]);
    expect(await store.devices("app/none", 2)).toEqual({ count: 0, last: [] });
  });
}
