// What every store must do for passkeys: the port's promises as tests.

import { beforeEach, describe, expect, it } from "vitest";
import type { AccountRow, PasskeyRow } from "./account-port.ts";
import type { Store } from "./port.ts";

const account = (userId: string): AccountRow => ({
  userId,
  email: `${userId}@example.org`,
  secret: "-",
  createdAtMs: 1,
  verifiedAtMs: 0,
});

const passkey = (id: string, userId: string, rest: Partial<PasskeyRow> = {}): PasskeyRow => ({
  id,
  userId,
  publicKey: `key of ${id}`,
  counter: 0,
  transports: '["internal"]',
  name: `phone of ${userId}`,
  createdAtMs: 1_800_000_000_000,
  usedAtMs: 0,
  ...rest,
});

export function describePasskeys(open: () => Store): void {
  describe("passkeys", () => {
    let accounts: Store["accounts"];
    beforeEach(async () => {
      accounts = open().accounts;
      for (const user of ["alice", "bob"]) await accounts.create(account(user));
    });

    it("[PE2] come back as they were made, a person's own, the oldest first", async () => {
      const second = passkey("k1", "alice", { createdAtMs: 1_800_000_000_009, counter: 2 ** 32 });
      const first = passkey("k2", "alice");
      for (const one of [second, first, passkey("k3", "bob")])
        expect(await accounts.addPasskey(one)).toBe(true);
      expect(await accounts.passkeys("alice")).toEqual([first, second]);
      expect(await accounts.passkey("k3")).toEqual(passkey("k3", "bob"));
      expect(await accounts.passkey("k4")).toBeUndefined();
      expect(await accounts.passkeys("carol")).toEqual([]);
    });

    it("[PE8] an id is one account's, of two that claim it at once, and nobody's who has no account", async () => {
      const claims = ["alice", "bob"].map((user) =>
        passkey("k1", user, { publicKey: `of ${user}` }),
      );
      const added = await Promise.all(claims.map((claim) => accounts.addPasskey(claim)));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(await accounts.passkey("k1")).toEqual(claims[added.indexOf(true)]);
      expect(await accounts.addPasskey(passkey("k2", "nobody"))).toBe(false);
      expect(await accounts.passkey("k2")).toBeUndefined();
    });

    it("[PE8] a counter goes up, once for each value, and one that never counted need not", async () => {
      await accounts.addPasskey(passkey("k1", "alice", { counter: 7 }));
      await accounts.addPasskey(passkey("k2", "alice"));
      const use = (id: string, counter: number, atMs = 5) =>
        accounts.usePasskey(id, { counter, atMs });
      for (const counter of [7, 6, 0]) expect(await use("k1", counter)).toBe(false);
      const used = await Promise.all([use("k1", 8), use("k1", 8), use("k1", 8)]);
      expect(used.filter(Boolean)).toHaveLength(1);
      expect(await accounts.passkey("k1")).toEqual(
        passkey("k1", "alice", { counter: 8, usedAtMs: 5 }),
      );
      expect([await use("k2", 0, 6), await use("k2", 0, 7)]).toEqual([true, true]);
      expect(await accounts.passkey("k2")).toEqual(passkey("k2", "alice", { usedAtMs: 7 }));
      expect([await use("k2", 3), await use("k2", 0)]).toEqual([true, false]);
      expect(await use("k3", 1)).toBe(false);
    });

    it("[PE2] are renamed and removed by their owner alone", async () => {
      for (const id of ["k1", "k2"]) await accounts.addPasskey(passkey(id, "alice"));
      await accounts.addPasskey(passkey("k3", "bob"));
      expect(await accounts.renamePasskey("bob", "k1", "mine")).toBe(false);
      expect(await accounts.renamePasskey("alice", "k1", "laptop")).toBe(true);
      expect(await accounts.passkey("k1")).toEqual(passkey("k1", "alice", { name: "laptop" }));
      expect(await accounts.removePasskey("bob", "k1", 0)).toBe(false);
      expect(await accounts.removePasskey("alice", "k4", 0)).toBe(false);
      expect(await accounts.removePasskey("alice", "k1", 0)).toBe(true);
      expect(await accounts.passkeys("alice")).toEqual([passkey("k2", "alice")]);
      await accounts.dropPasskeys("alice");
      expect(await accounts.passkeys("alice")).toEqual([]);
      expect(await accounts.passkeys("bob")).toEqual([passkey("k3", "bob")]);
    });

    it("[PE9] of some that are removed at once, each for the others' sake, one stays", async () => {
      const ids = ["k1", "k2", "k3", "k4"];
      for (const id of ids) await accounts.addPasskey(passkey(id, "alice"));
      const removed = await Promise.all(ids.map((id) => accounts.removePasskey("alice", id, 1)));
      expect(removed.filter(Boolean)).toHaveLength(3);
      const [left, ...more] = await accounts.passkeys("alice");
      expect([left?.id, more]).toEqual([ids[removed.indexOf(false)], []]);
      expect(await accounts.removePasskey("alice", left?.id ?? "", 0)).toBe(true);
    });

    it("[PE3] go with the account, and nobody else's do", async () => {
      await accounts.addPasskey(passkey("k1", "alice"));
      await accounts.addPasskey(passkey("k2", "bob"));
      await accounts.remove("alice", "~alice");
      expect(await accounts.passkey("k1")).toBeUndefined();
      expect(await accounts.passkey("k2")).toEqual(passkey("k2", "bob"));
      expect(await accounts.addPasskey(passkey("k1", "bob"))).toBe(true);
    });

    it("[PE7] tells who a person is at providers", async () => {
      const here = { issuer: "https://id.example", subject: "1" };
      const there = { issuer: "https://other.example", subject: "1" };
      await accounts.addIdentity(there, "alice");
      await accounts.addIdentity(here, "alice");
      await accounts.addIdentity({ ...here, subject: "2" }, "bob");
      const found = await accounts.identities("alice");
      expect(found.toSorted((a, b) => (a.issuer < b.issuer ? -1 : 1))).toEqual([here, there]);
      expect(await accounts.identities("carol")).toEqual([]);
    });
  });
}
