// What whoever runs a server does with its users, by commands and by the admin interface: each act is noted first.

import { randomBytes } from "node:crypto";
import { isId, personalSpace, SynclineError } from "@syncline/core";
import { isUserName } from "../accounts/credentials.ts";
import { createPasswords } from "../accounts/password.ts";
import { newUserId } from "../accounts/user-id.ts";
import { type Act, type Actor, type Audit, erasedName } from "../audit/audit.ts";
import type { KeyStore } from "../keys/index.ts";
import type { AccountRow } from "../store/account-port.ts";
import { allSpaces } from "../store/all-spaces.ts";
import type { Store } from "../store/port.ts";

/** A user who has an account here, or who is known without one: by a key, a space or a lock. */
export interface UserSummary {
  readonly userId: string;
  /** Null without an account. */
  readonly email: string | null;
  /** Since when there is the account, ISO 8601. */
  readonly since: string | null;
  readonly locked: boolean;
}

export interface UserDetails extends UserSummary {
  readonly devices: readonly {
    readonly device: string;
    readonly since: string;
    readonly seen: string;
  }[];
  readonly spaces: readonly UserSpace[];
  readonly apiKeys: number;
}

export interface UserSpace {
  readonly space: string;
  /** `own` for the personal ones. */
  readonly role: string;
}

export interface UserOperations {
  /**
   * By user id or address.
   * @throws {SynclineError} `not_found`
   */
  find(user: string): Promise<UserSummary>;
  /**
   * By user id alone.
   * @throws {SynclineError} `not_found`
   */
  byId(userId: string): Promise<UserSummary>;
  /**
   * Accounts whose id or address has a part, in the order of their ids; on the last page those who are locked without one, too.
   * @returns with where the next page begins; null after the last one. A page may be short, or empty, and have a next one
   */
  list(query: {
    readonly part: string;
    readonly after: string;
    readonly limit: number;
  }): Promise<{ readonly users: readonly UserSummary[]; readonly next: string | null }>;
  show(userId: string): Promise<UserDetails>;
  /**
   * Makes an account for somebody who signs in by a name, which is no address: nobody comes by it by registering.
   * @param userId as another system had it; a new one where left out
   * @returns with the password, which nobody is told again
   * @throws {SynclineError} `invalid` for what is no name or no user id, `conflict` where either is taken
   */
  add(
    name: string,
    userId?: string,
  ): Promise<{ readonly userId: string; readonly email: string; readonly password: string }>;
  /** Refuses the user everywhere, whatever is shown; what is open ends within two seconds. Devices stay signed in. */
  lock(userId: string): Promise<void>;
  unlock(userId: string): Promise<void>;
  /** @returns how many devices were signed out */
  signOut(userId: string): Promise<number>;
  /**
   * Gives an account a new password, signs all its devices out, and removes its passkeys.
   * @throws {SynclineError} `not_found` without an account
   */
  reset(userId: string): Promise<{ readonly password: string; readonly devices: number }>;
  /** Removes account, API keys, personal spaces and memberships. */
  remove(userId: string): Promise<void>;
  /** Everything of a user that is here: each value says what it is. Of secrets nothing. */
  export(userId: string): AsyncGenerator<object>;
}

export interface UserOperationsOptions {
  readonly store: Store;
  readonly keys: KeyStore;
  readonly audit: Audit;
  readonly actor: Actor;
  /** Says on all nodes that something about a user changed. */
  tell(userId: string): void;
  /** Waits until what was accepted is written. */
  drain(): Promise<void>;
}

const PAGE = 500;

/**
 * @returns the name as it is kept
 * @throws {SynclineError} `invalid` for what is no name or no user id
 */
export function checkNewUser(given: string, userId: string | undefined): string {
  const name = given.trim().toLowerCase();
  if (!isUserName(name))
    throw new SynclineError(
      "invalid",
      "A name has 3 to 50 characters of a-z 0-9 _ -. With an address people register.",
      { path: "name" },
    );
  if (userId !== undefined && !isId(userId))
    throw new SynclineError("invalid", `${userId} is no user id.`, { path: "id" });
  return name;
}
/** Accounts that one page of a list looks at. */
const LOOKED_AT = 10 * PAGE;

export function createUserOperations(options: UserOperationsOptions): UserOperations {
  const { store, keys, audit, actor, tell } = options;

  const noted = async <Result>(
    action: Act["action"],
    userId: string,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    const target = action === "user.delete" ? erasedName(userId) : userId;
    const result = await audit.during({ actor, action, target }, work);
    tell(userId);
    return result;
  };

  /** @returns a random one and its hash */
  async function newPassword(): Promise<{ readonly password: string; readonly secret: string }> {
    const password = randomBytes(15).toString("base64url");
    return { password, secret: await createPasswords().hash(password, "operator") };
  }

  async function signOut(userId: string): Promise<number> {
    const sessions = await store.accounts.sessions(userId);
    for (const { sessionId } of sessions) await store.accounts.closeSession(userId, sessionId);
    return sessions.length;
  }

  /** The spaces that somebody may use: the personal ones, and those of which one is a member. */
  async function spacesOf(userId: string): Promise<UserSpace[]> {
    const found: UserSpace[] = [];
    const own = `/${personalSpace(userId)}`;
    for await (const { space } of allSpaces(store)) {
      const role = space.endsWith(own) ? "own" : await store.role(space, userId);
      if (role !== undefined) found.push({ space, role });
    }
    return found;
  }

  const isLocked = async (userId: string) => (await store.locks.among([userId])).has(userId);

  async function summary(userId: string): Promise<UserSummary> {
    const account = await store.accounts.byUser(userId);
    return summaryOf(userId, account, await isLocked(userId));
  }

  async function isKnown(userId: string): Promise<boolean> {
    return (
      (await isLocked(userId)) ||
      (await keys.hasUser(userId)) ||
      (await spacesOf(userId)).length > 0
    );
  }

  async function byId(userId: string): Promise<UserSummary> {
    const isThere = (await store.accounts.byUser(userId)) !== undefined || (await isKnown(userId));
    if (isThere) return await summary(userId);
    throw new SynclineError("not_found", `There is no account ${userId}, and no key or space.`);
  }

  /** Who is locked without having an account. */
  async function others(locks: ReadonlySet<string>, part: string): Promise<UserSummary[]> {
    const found: UserSummary[] = [];
    for (const userId of locks)
      if (
        userId.toLowerCase().includes(part) &&
        (await store.accounts.byUser(userId)) === undefined
      )
        found.push(summaryOf(userId, undefined, true));
    return found;
  }

  return {
    byId,
    async find(user) {
      const account =
        (await store.accounts.byUser(user)) ??
        (await store.accounts.byEmail(user.trim().toLowerCase()));
      return await byId(account?.userId ?? user);
    },

    async list({ part, after, limit }) {
      await audit.note({ actor, action: "user.list" });
      const wanted = part.toLowerCase();
      const locks = new Set((await store.locks.all()).map(({ userId }) => userId));
      const users: UserSummary[] = [];
      let at = after;
      for (let looked = 0; looked < LOOKED_AT; looked += PAGE) {
        const page = await store.accounts.list({ after: at, limit: PAGE });
        for (const account of page) {
          const { userId, email } = account;
          at = userId;
          if (`${userId} ${email}`.toLowerCase().includes(wanted))
            users.push(summaryOf(userId, account, locks.has(userId)));
          if (users.length === limit) return { users, next: at };
        }
        if (page.length < PAGE)
          return { users: [...users, ...(await others(locks, wanted))], next: null };
      }
      return { users, next: at };
    },

    async show(userId) {
      await audit.note({ actor, action: "user.show", target: userId });
      const sessions = await store.accounts.sessions(userId);
      return {
        ...(await summary(userId)),
        devices: sessions.map(({ device, createdAtMs, seenAtMs }) => ({
          device,
          since: new Date(createdAtMs).toISOString(),
          seen: new Date(seenAtMs).toISOString(),
        })),
        spaces: await spacesOf(userId),
        apiKeys: (await keys.list(userId)).length,
      };
    },

    lock: (userId) =>
      noted("user.lock", userId, async () => void (await store.locks.lock(userId, Date.now()))),
    unlock: (userId) =>
      noted("user.unlock", userId, async () => void (await store.locks.unlock(userId))),
    signOut: (userId) => noted("user.sign-out", userId, () => signOut(userId)),

    async add(name, userId = newUserId(name, undefined)) {
      const email = checkNewUser(name, userId);
      return await noted("user.add", userId, async () => {
        const { password, secret } = await newPassword();
        const row = { userId, email, secret, createdAtMs: Date.now(), verifiedAtMs: 0 };
        if (!(await store.accounts.create(row)))
          throw new SynclineError("conflict", `There is an account ${email} or ${userId} already.`);
        return { userId, email, password };
      });
    },

    reset: (userId) =>
      noted("user.reset", userId, async () => {
        if ((await store.accounts.byUser(userId)) === undefined)
          throw new SynclineError("not_found", `${userId} has no account, and so no password.`);
        const { password, secret } = await newPassword();
        await store.accounts.setSecret(userId, secret);
        await store.accounts.dropPasskeys(userId);
        return { password, devices: await signOut(userId) };
      }),

    remove: (userId) =>
      noted("user.delete", userId, async () => {
        if (await keys.hasUser(userId)) await keys.revokeAll(userId);
        await store.accounts.remove(userId, personalSpace(userId));
        // What was accepted before may be committed after: it goes, too.
        await options.drain();
        await store.accounts.remove(userId, personalSpace(userId));
      }),

    async *export(userId) {
      await audit.note({ actor, action: "user.export", target: userId });
      const { email, since } = await summary(userId);
      yield { type: "account", userId, email, since };
      for (const { device, createdAtMs, seenAtMs } of await store.accounts.sessions(userId))
        yield { type: "device", device, createdAtMs, seenAtMs };
      for (const { name, createdAtMs, usedAtMs } of await store.accounts.passkeys(userId))
        yield { type: "passkey", name, createdAtMs, usedAtMs };
      for (const { space, role } of await spacesOf(userId)) {
        yield { type: "space", space, role };
        yield* historyOf(store, space, role === "own" ? undefined : userId);
        if (role === "own") yield* recordsOf(store, space);
      }
    },
  };
}

function summaryOf(userId: string, account: AccountRow | undefined, locked: boolean): UserSummary {
  const since = account === undefined ? null : new Date(account.createdAtMs).toISOString();
  return { userId, email: account?.email ?? null, since, locked };
}

/** @param by only what this user did: what others wrote in shared spaces is theirs */
async function* historyOf(
  store: Store,
  space: string,
  by: string | undefined,
): AsyncGenerator<object> {
  for (let after = 0; ; ) {
    const entries = await store.history({ space, after, limit: PAGE });
    for (const entry of entries)
      if (by === undefined || entry.userId === by) yield { type: "history", space, entry };
    const last = entries.at(-1);
    if (last === undefined) return;
    after = last.stamp;
  }
}

async function* recordsOf(store: Store, space: string): AsyncGenerator<object> {
  for (let after = 0, more = true; more; ) {
    const page = await store.page({
      ...{ space, after, tombstonesAfter: 0, limit: PAGE, maxBytes: 2 ** 20 },
      separator: "\n",
    });
    for (const text of (page?.changes ?? "").split("\n"))
      if (text !== "") yield { type: "record", space, record: JSON.parse(text) as object };
    after = page?.stamp ?? after;
    more = page?.more === true;
  }
}
