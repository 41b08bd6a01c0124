// What every store must do for accounts: the port's promises as tests.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AccountRow, LinkRow, SessionRow } from "./account-port.ts";
import { describePasskeys } from "./passkey-conformance.ts";
import type { Store } from "./port.ts";
import { change, commit } from "./sample-commits.ts";

export interface AccountHarness {
  open(): Promise<Store>;
}

const account = (userId: string, email = `${userId}@example.org`): AccountRow => ({
  userId,
  email,
  secret: `hash of ${userId}`,
  createdAtMs: 1_800_000_000_000,
  verifiedAtMs: 0,
});

const link = (hash: string, userId: string, rest: Partial<LinkRow> = {}): LinkRow => ({
  hash,
  purpose: "reset",
  userId,
  email: `${userId}@example.org`,
  secret: "",
  expiresAtMs: 1_800_000_000_500,
  ...rest,
});
/** While those links are good. */
const NOW_MS = 1_800_000_000_000;

const session = (sessionId: string, userId: string, seenAtMs = 1): SessionRow => ({
  sessionId,
  userId,
  device: `device ${sessionId}`,
  refresh: "r1",
  previous: "",
  createdAtMs: 1,
  seenAtMs,
});

export function describeAccounts(name: string, harness: AccountHarness): void {
  describe(`accounts: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await harness.open();
    });
    afterEach(() => store.close());

    describePasskeys(() => store);

    it("[PE1] gives an address to one of those who ask for it at once", async () => {
      const made = await Promise.all(
        ["a", "b", "c", "d"].map((userId) =>
          store.accounts.create(account(userId, "one@example.org")),
        ),
      );
      expect(made.filter(Boolean)).toHaveLength(1);
      expect(await store.accounts.create(account("e", "one@example.org"))).toBe(false);
      expect(await store.accounts.byUser("e")).toBeUndefined();
    });

    it("[PE5] lists every account once, in pages", async () => {
      for (const userId of ["c", "a", "b"]) await store.accounts.create(account(userId));
      const first = await store.accounts.list({ after: "", limit: 2 });
      const second = await store.accounts.list({ after: "b", limit: 2 });
      expect([...first, ...second]).toEqual(["a", "b", "c"].map((userId) => account(userId)));
    });

    it("[PE1] gives a user id once", async () => {
      expect(await store.accounts.create(account("a", "one@example.org"))).toBe(true);
      expect(await store.accounts.create(account("a", "two@example.org"))).toBe(false);
      expect(await store.accounts.byEmail("two@example.org")).toBeUndefined();
    });

    it("[PE2] gives accounts back as they were made, by user and by address", async () => {
      await store.accounts.create(account("alice"));
      await store.accounts.create(account("bob"));
      expect(await store.accounts.byUser("alice")).toEqual(account("alice"));
      expect(await store.accounts.byEmail("bob@example.org")).toEqual(account("bob"));
      expect(await store.accounts.byUser("carol")).toBeUndefined();
      expect(await store.accounts.byEmail("BOB@example.org")).toBeUndefined();
    });

    it("[PE2] keeps a changed secret, and nobody else's is another", async () => {
      for (const user of ["alice", "bob"]) await store.accounts.create(account(user));
      await store.accounts.setSecret("alice", "another");
      await store.accounts.setSecret("carol", "another");
      expect((await store.accounts.byUser("alice"))?.secret).toBe("another");
      expect(await store.accounts.byUser("bob")).toEqual(account("bob"));
    });

    it("[PE2] takes a secret for the one that was read, and not for what it was changed to since", async () => {
      await store.accounts.create(account("alice"));
      const { secret } = account("alice");
      await store.accounts.setSecret("alice", "second", secret);
      await store.accounts.setSecret("alice", "late", secret);
      expect((await store.accounts.byUser("alice"))?.secret).toBe("second");
    });

    it("[PE2] keeps sessions, and gives a person's, the last renewed first", async () => {
      const { accounts } = store;
      for (const one of [
        session("s1", "alice", 5),
        session("s2", "alice", 9),
        session("s3", "bob"),
      ])
        await accounts.openSession(one);
      expect(await accounts.session("s1")).toEqual(session("s1", "alice", 5));
      expect(await accounts.session("s4")).toBeUndefined();
      const ids = async (user: string) =>
        (await accounts.sessions(user)).map(({ sessionId }) => sessionId);
      expect(await ids("alice")).toEqual(["s2", "s1"]);
      expect(await accounts.closeSession("alice", "s3")).toBe(false);
      expect(await accounts.closeSession("alice", "s2")).toBe(true);
      expect(await accounts.closeSession("alice", "s2")).toBe(false);
      expect([await ids("alice"), await ids("bob")]).toEqual([["s1"], ["s3"]]);
    });

    it("[PE4] renews a session once with each token", async () => {
      const { accounts } = store;
      await accounts.openSession(session("s1", "alice"));
      const renewed = await Promise.all(
        ["a", "b", "c"].map((refresh) =>
          accounts.renewSession(
            { sessionId: "s1", refresh: "r1" },
            { refresh, previous: "r1", seenAtMs: 7 },
          ),
        ),
      );
      expect(renewed.filter(Boolean)).toHaveLength(1);
      const kept = await accounts.session("s1");
      expect(kept).toMatchObject({ previous: "r1", seenAtMs: 7, device: "device s1" });
      expect(["a", "b", "c"]).toContain(kept?.refresh);
    });

    it("[PE6] a link is taken once, also by ten at once, and by nobody when its time is over", async () => {
      const { accounts } = store;
      await accounts.keepLink(link("h1", "alice", { purpose: "verify", secret: "s" }), NOW_MS);
      expect(await accounts.link("h1", NOW_MS)).toEqual(
        link("h1", "alice", { purpose: "verify", secret: "s" }),
      );
      expect(await accounts.takeLink("h1", NOW_MS + 500)).toBeUndefined();
      await accounts.keepLink(link("h2", "alice"), NOW_MS);
      const taken = await Promise.all(
        Array.from({ length: 10 }, () => accounts.takeLink("h2", NOW_MS)),
      );
      expect(taken.filter((one) => one !== undefined)).toEqual([link("h2", "alice")]);
      expect(await accounts.link("h2", NOW_MS)).toBeUndefined();
      expect(await accounts.takeLink("nobody's", NOW_MS)).toBeUndefined();
    });

    it("[PE6] a person's links are forgotten together, and those whose time is over by the next", async () => {
      const { accounts } = store;
      for (const [hash, user] of [
        ["h1", "alice"],
        ["h2", "alice"],
        ["h3", "bob"],
      ] as const)
        await accounts.keepLink(link(hash, user), NOW_MS);
      await accounts.dropLinks("alice");
      expect(await accounts.link("h1", NOW_MS)).toBeUndefined();
      expect(await accounts.link("h2", NOW_MS)).toBeUndefined();
      expect(await accounts.link("h3", NOW_MS)).toEqual(link("h3", "bob"));
      await accounts.keepLink(link("h4", "bob", { expiresAtMs: NOW_MS + 900 }), NOW_MS + 500);
      expect(await accounts.link("h3", NOW_MS)).toBeUndefined(); // were the clock turned back, too
    });

    it("[PE7] an identity is one account's, of ten that claim it at once, until that is removed", async () => {
      const { accounts } = store;
      const here = { issuer: "https://id.example", subject: "1" };
      const users = Array.from({ length: 10 }, (_, i) => `user${i}`);
      for (const user of users) await accounts.create(account(user));
      const added = await Promise.all(users.map((user) => accounts.addIdentity(here, user)));
      expect(added.filter(Boolean)).toHaveLength(1);
      const owner = users[added.indexOf(true)] ?? "";
      expect(await accounts.byIdentity(here)).toBe(owner);
      const others = [
        { issuer: "https://id.example", subject: "2" },
        { issuer: "https://other.example", subject: "1" },
      ];
      for (const other of others) expect(await accounts.byIdentity(other)).toBeUndefined();
      await accounts.remove("somebody", "~somebody");
      expect(await accounts.byIdentity(here)).toBe(owner);
      await accounts.remove(owner, `~${owner}`);
      expect(await accounts.byIdentity(here)).toBeUndefined();
    });

    it("[PE2] keeps since when an address is verified", async () => {
      for (const user of ["alice", "bob"]) await store.accounts.create(account(user));
      await store.accounts.setVerified("alice", 7);
      await store.accounts.setVerified("alice", 8);
      expect((await store.accounts.byUser("alice"))?.verifiedAtMs).toBe(7);
      expect(await store.accounts.byUser("bob")).toEqual(account("bob"));
    });

    it("[PE3] takes a person's links, and what waits for the address", async () => {
      await store.accounts.create(account("alice"));
      await store.accounts.keepLink(link("h1", "alice"), NOW_MS);
      await store.accounts.keepLink(
        link("h2", "later", { email: "alice@example.org", secret: "s" }),
        NOW_MS,
      );
      await store.accounts.keepLink(link("h3", "bob"), NOW_MS);
      await store.accounts.remove("alice", "~alice");
      for (const hash of ["h1", "h2"])
        expect(await store.accounts.link(hash, NOW_MS)).toBeUndefined();
      expect(await store.accounts.link("h3", NOW_MS)).toEqual(link("h3", "bob"));
    });

    it("[PE2] tells of many at once who is still signed in", async () => {
      for (const user of ["alice", "bob"]) await store.accounts.create(account(user));
      for (const [id, user] of [
        ["s1", "alice"],
        ["s2", "alice"],
        ["s3", "bob"],
      ] as const)
        await store.accounts.openSession(session(id, user));
      await store.accounts.closeSession("alice", "s2");
      expect(
        await store.accounts.present([
          { userId: "alice", sessionId: "s1" },
          { userId: "alice", sessionId: "s2" },
          { userId: "alice", sessionId: "s3" },
          { userId: "nobody" },
          { userId: "bob" },
          { userId: "alice", sessionId: "s1" },
        ]),
      ).toEqual([true, false, false, false, true, true]);
      expect(await store.accounts.present([])).toEqual([]);
      await store.accounts.remove("bob", "~bob");
      expect(await store.accounts.present([{ userId: "bob", sessionId: "s3" }])).toEqual([false]);
    });

    it("[PE3] takes all that is somebody's, and nothing of others", async () => {
      for (const user of ["alice", "alice2"]) await store.accounts.create(account(user));
      for (const space of ["a/~alice", "b/~alice", "a/~alice2", "a/team"])
        await commit(store, [change("put", "r")], space);
      expect(await store.accounts.spacesNamed("~alice")).toEqual(["a/~alice", "b/~alice"]);
      expect(await store.accounts.spacesNamed("alice")).toEqual([]);
      await store.setRole("a/team", "alice", "writer");
      await store.setRole("a/team", "alice2", "owner");
      await store.setRole("a/~alice", "alice2", "reader");
      await store.consumers.register("mail", 0);
      await store.consumers.claim({
        atMs: 0,
        consumer: "mail",
        startAt: 0,
        leaseMs: 1_000,
        limit: 10,
      });

      await store.accounts.openSession(session("s1", "alice"));
      await store.accounts.openSession(session("s2", "alice2"));

      await store.accounts.remove("alice", "~alice");
      expect(await store.accounts.session("s1")).toBeUndefined();
      expect(await store.accounts.session("s2")).toBeDefined();

      expect(await store.accounts.byUser("alice")).toBeUndefined();
      expect(await store.accounts.byEmail("alice@example.org")).toBeUndefined();
      for (const space of ["a/~alice", "b/~alice"]) {
        const key = { collection: "things", id: "r" };
        expect(await store.head(space)).toBeUndefined();
        expect(await store.record(space, key)).toBeUndefined();
        expect(await store.history({ space, after: 0, limit: 10 })).toEqual([]);
        expect(await store.members(space)).toEqual([]);
      }
      expect(await store.members("a/team")).toEqual([{ userId: "alice2", role: "owner" }]);
      expect(await store.accounts.byUser("alice2")).toEqual(account("alice2"));
      const left = await store.spaces({ after: "", limit: 10 });
      expect(left.map(({ space }) => space)).toEqual(["a/team", "a/~alice2"]);
      expect(await store.check()).toEqual([]);
      // The address is free again, and a space of that name begins from nothing.
      expect(await store.accounts.create(account("alice"))).toBe(true);
      await commit(store, [change("put", "r")], "a/~alice");
      expect((await store.head("a/~alice"))?.tallies["things"]?.count).toBe(1);
    });

    it("[PE3] removing somebody who is not there changes nothing", async () => {
      await store.accounts.create(account("alice"));
      await store.accounts.remove("bob", "~bob");
      expect(await store.accounts.byUser("alice")).toEqual(account("alice"));
    });
  });
}
