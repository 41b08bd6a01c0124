// What every store must do for people who share spaces: the port's promises as tests.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store } from "./port.ts";
import { change, commit, NOW } from "./sample-commits.ts";
import type { InvitationRow } from "./sharing-port.ts";

export interface SharingHarness {
  open(): Promise<Store>;
  openBackup(path: string): Promise<Store>;
}

const TEAM = "app/team";
const DAY_MS = 86_400_000;

const invitation = (id: string, change: Partial<InvitationRow> = {}): InvitationRow => ({
  id,
  space: TEAM,
  role: "writer",
  codeHash: `hash of ${id}`,
  addressHash: "",
  usesLeft: 1,
  expiresAtMs: NOW + DAY_MS,
  createdAtMs: NOW,
  by: "alice",
  ...change,
});

export function describeSharing(name: string, harness: SharingHarness): void {
  describe(`sharing: ${name}`, () => {
    let store: Store;
    const make = (space: string, owner: string) =>
      store.commit([
        {
          space,
          create: { epoch: "e", createdAtMs: NOW, owner },
          records: [],
          decide: () => ({ result: null }),
        },
      ]);
    const list = (userId: string, query: { after?: string; limit?: number } = {}) =>
      store.sharing.spacesOf({ userId, app: "app", after: "", limit: 10, ...query });
    beforeEach(async () => {
      store = await harness.open();
      await make(TEAM, "alice");
    });
    afterEach(() => store.close());

    it("[SH1] lists a user's spaces of one app, with what there is to say of each", async () => {
      await make("app/b", "bob");
      await make("apple/x", "alice");
      await commit(store, [change("put", "r")], TEAM);
      await store.setRole("app/b", "alice", "reader");
      await store.setRole("app/not-made", "alice", "writer");
      expect(await store.sharing.setTitle(TEAM, "Team ✓")).toBe(true);
      const [b, unmade, team] = await list("alice");
      expect(b).toMatchObject({ space: "app/b", role: "reader", title: "", stamp: 0 });
      expect(b?.sinceMs).toBeGreaterThan(NOW);
      expect(unmade).toMatchObject({ space: "app/not-made", role: "writer", title: "", stamp: 0 });
      const stamp = (await store.head(TEAM))?.stamp;
      expect(team).toEqual({ space: TEAM, role: "owner", title: "Team ✓", stamp, sinceMs: NOW });
      const pages = [await list("alice", { limit: 2 }), await list("alice", { after: "app/b" })];
      expect(pages.map((page) => page.map(({ space }) => space))).toEqual([
        ["app/b", "app/not-made"],
        ["app/not-made", TEAM],
      ]);
      await store.setRole("app/b", "alice", null);
      expect((await list("alice")).map(({ space }) => space)).toEqual(["app/not-made", TEAM]);
      expect(await list("carol")).toEqual([]);
    });

    it("[SH1] keeps since when somebody is a member while the role changes", async () => {
      await store.setRole(TEAM, "bob", "reader");
      const since = (await list("bob"))[0]?.sinceMs;
      await store.setRole(TEAM, "bob", "writer");
      expect(await list("bob")).toMatchObject([{ role: "writer", sinceMs: since }]);
    });

    it("[SH1] gives titles to spaces that are there", async () => {
      expect(await store.sharing.title(TEAM)).toBe("");
      expect(await store.sharing.setTitle("app/nowhere", "x")).toBe(false);
      expect(await store.sharing.title("app/nowhere")).toBeUndefined();
    });

    it("[SH2] hands a space over in one step, to members only", async () => {
      await store.setRole(TEAM, "bob", "reader");
      expect(await store.sharing.handOver(TEAM, "alice", "carol")).toBe(false);
      expect(await store.sharing.handOver(TEAM, "bob", "alice")).toBe(false);
      expect(await store.sharing.handOver(TEAM, "alice", "alice")).toBe(false);
      expect(await store.role(TEAM, "alice")).toBe("owner");
      expect(await store.sharing.handOver(TEAM, "alice", "bob")).toBe(true);
      expect(await store.sharing.handOver(TEAM, "alice", "bob")).toBe(true);
      expect(await store.members(TEAM)).toEqual([
        { userId: "alice", role: "writer" },
        { userId: "bob", role: "owner" },
      ]);
    });

    it("[SH2] keeps an owner, whatever is done at once", async () => {
      for (let round = 0; round < 10; round++) {
        const space = `app/race-${round}`;
        await make(space, "alice");
        await store.setRole(space, "bob", "writer");
        await store.setRole(space, "carol", "writer");
        await Promise.allSettled([
          store.sharing.handOver(space, "alice", "bob"),
          store.setRole(space, "bob", null),
          store.sharing.handOver(space, "alice", "carol"),
          store.setRole(space, "carol", "reader"),
          store.setRole(space, "alice", null),
        ]);
        const roles = (await store.members(space)).map(({ role }) => role);
        expect(roles, `round ${round}`).toContain("owner");
      }
    });

    it("[SH3] lets no more in than it has uses left", async () => {
      await store.sharing.invite(invitation("i", { usesLeft: 2 }));
      const users = ["b", "c", "d", "e", "f"];
      const accepted = await Promise.all(
        users.map((user) => store.sharing.accept("hash of i", user, NOW)),
      );
      expect(accepted.filter(Boolean)).toHaveLength(2);
      expect(await store.members(TEAM)).toHaveLength(3);
      expect(await store.sharing.invitations(TEAM, NOW)).toEqual([]);
      expect(await store.sharing.invitation("hash of i")).toMatchObject({ usesLeft: 0 });
      expect(await list(users[accepted.indexOf(true)] ?? "")).toMatchObject([
        { role: "writer", sinceMs: NOW },
      ]);
    });

    it("[SH4] raises a role, never lowers it, and takes no use in vain", async () => {
      await store.setRole(TEAM, "bob", "reader");
      await store.setRole(TEAM, "carol", "writer");
      await store.sharing.invite(invitation("i", { usesLeft: 5 }));
      expect(await store.sharing.accept("hash of i", "bob", NOW)).toBe(true);
      for (const user of ["alice", "bob", "carol"])
        expect(await store.sharing.accept("hash of i", user, NOW), user).toBe(false);
      expect(await store.members(TEAM)).toEqual([
        { userId: "alice", role: "owner" },
        { userId: "bob", role: "writer" },
        { userId: "carol", role: "writer" },
      ]);
      expect(await store.sharing.invitations(TEAM, NOW)).toMatchObject([{ usesLeft: 4 }]);
    });

    it("[SH5] lets nobody in by what expired, was revoked, or was never there", async () => {
      await store.sharing.invite(invitation("old", { expiresAtMs: NOW + 1 }));
      await store.sharing.invite(invitation("taken"));
      expect(await store.sharing.revoke("app/other", "taken")).toBe(false);
      expect(await store.sharing.revoke(TEAM, "taken")).toBe(true);
      expect(await store.sharing.revoke(TEAM, "taken")).toBe(false);
      expect(await store.sharing.accept("hash of old", "bob", NOW + 1)).toBe(false);
      for (const hash of ["hash of taken", "hash of nothing", ""])
        expect(await store.sharing.accept(hash, "bob", NOW)).toBe(false);
      expect(await store.role(TEAM, "bob")).toBeUndefined();
      expect(await store.sharing.invitations(TEAM, NOW + 1)).toEqual([]);
      await store.sharing.invite(invitation("new", { createdAtMs: NOW + 2 }));
      expect(await store.sharing.invitation("hash of old")).toBeUndefined();
    });

    it("[SH6] ends the invitations of who is removed, or is an owner no more", async () => {
      await store.setRole(TEAM, "bob", "owner");
      const ends = [
        () => store.setRole(TEAM, "bob", "writer"),
        () => store.setRole(TEAM, "bob", null),
        () => store.sharing.handOver(TEAM, "bob", "alice"),
      ];
      for (const [i, end] of ends.entries()) {
        await store.setRole(TEAM, "bob", "owner");
        await store.sharing.invite(invitation(`bob-${i}`, { by: "bob" }));
        await store.sharing.invite(invitation(`alice-${i}`));
        await end();
        const left = await store.sharing.invitations(TEAM, NOW);
        expect(left.map(({ by }) => by)).not.toContain("bob");
        expect(left).toHaveLength(i + 1);
      }
    });

    it("[SH7] forgets a space's titles and invitations with it, and keeps them in backups", async () => {
      const folder = await mkdtemp(join(tmpdir(), "syncline-sharing-"));
      try {
        await store.sharing.setTitle(TEAM, "Team");
        await store.sharing.invite(invitation("i"));
        await store.backup(join(folder, "copy"));
        await using copy = await harness.openBackup(join(folder, "copy"));
        expect(await copy.sharing.title(TEAM)).toBe("Team");
        expect(await copy.sharing.invitations(TEAM, NOW)).toEqual([invitation("i")]);
        await store.removeSpace(TEAM);
        expect(await store.sharing.invitation("hash of i")).toBeUndefined();
        await make(TEAM, "bob");
        expect(await store.sharing.title(TEAM)).toBe("");
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it("[SH6] ends the invitations of an account that is removed", async () => {
      await store.setRole(TEAM, "bob", "owner");
      await store.sharing.invite(invitation("i", { by: "bob" }));
      await store.accounts.remove("bob", "~bob");
      expect(await store.sharing.invitation("hash of i")).toBeUndefined();
    });
  });
}
