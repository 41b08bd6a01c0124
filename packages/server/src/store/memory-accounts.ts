// Accounts in memory.

import type {
  AccountRow,
  AccountStore,
  Identity,
  LinkRow,
  PasskeyRow,
  SessionRow,
} from "./account-port.ts";

/** What a store in memory knows of people; a backup holds it as it is. */
export interface People {
  readonly accounts: Map<string, AccountRow>;
  readonly sessions: Map<string, SessionRow>;
  readonly links: Map<string, LinkRow>;
  /** User ids, by issuer and subject. */
  readonly identities: Map<string, string>;
  readonly passkeys: Map<string, PasskeyRow>;
}

export function nobody(): People {
  return {
    accounts: new Map(),
    sessions: new Map(),
    links: new Map(),
    identities: new Map(),
    passkeys: new Map(),
  };
}

/** What else a store has of people. */
export interface Belongings {
  /** Removes a person's spaces and memberships. */
  forget(userId: string, spaceName: string): void;
  spacesNamed(spaceName: string): string[];
}

export function createMemoryAccounts(
  { accounts, sessions, links, identities, passkeys }: People,
  { forget, spacesNamed }: Belongings,
): AccountStore {
  const byEmail = (email: string) =>
    [...accounts.values()].find((account) => account.email === email);
  const ofUser = (userId: string) =>
    [...sessions.values()].filter((session) => session.userId === userId);
  const keysOf = (userId: string) =>
    [...passkeys.values()]
      .filter((passkey) => passkey.userId === userId)
      .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  const dropKeys = (userId: string) => {
    for (const { id } of keysOf(userId)) passkeys.delete(id);
  };
  return {
    async create(account) {
      if (accounts.has(account.userId) || byEmail(account.email) !== undefined) return false;
      accounts.set(account.userId, account);
      return true;
    },
    byEmail: async (email) => byEmail(email),
    byUser: async (userId) => accounts.get(userId),
    list: async ({ after, limit }) =>
      [...accounts.values()]
        .filter(({ userId }) => userId > after)
        .sort((a, b) => (a.userId < b.userId ? -1 : 1))
        .slice(0, limit),
    async setSecret(userId, secret, from) {
      const account = accounts.get(userId);
      if (account === undefined || (from !== undefined && from !== account.secret)) return;
      accounts.set(userId, { ...account, secret });
    },
    async setVerified(userId, verifiedAtMs) {
      const account = accounts.get(userId);
      if (account?.verifiedAtMs === 0) accounts.set(userId, { ...account, verifiedAtMs });
    },
    async remove(userId, spaceName) {
      forget(userId, spaceName);
      const email = accounts.get(userId)?.email;
      for (const link of links.values())
        if (link.userId === userId || link.email === email) links.delete(link.hash);
      for (const { sessionId } of ofUser(userId)) sessions.delete(sessionId);
      for (const [key, user] of identities) if (user === userId) identities.delete(key);
      dropKeys(userId);
      accounts.delete(userId);
    },
    spacesNamed: async (spaceName) => spacesNamed(spaceName),
    present: async (asked) =>
      asked.map(
        ({ userId, sessionId }) =>
          accounts.has(userId) &&
          (sessionId === undefined || sessions.get(sessionId)?.userId === userId),
      ),
    openSession: async (session) => void sessions.set(session.sessionId, session),
    session: async (sessionId) => sessions.get(sessionId),
    sessions: async (userId) =>
      ofUser(userId).sort(
        (a, b) => b.seenAtMs - a.seenAtMs || (a.sessionId < b.sessionId ? -1 : 1),
      ),
    async renewSession({ sessionId, refresh }, next) {
      const session = sessions.get(sessionId);
      if (session?.refresh !== refresh) return false;
      sessions.set(sessionId, { ...session, ...next });
      return true;
    },
    async closeSession(userId, sessionId) {
      return sessions.get(sessionId)?.userId === userId && sessions.delete(sessionId);
    },
    async keepLink(link, nowMs) {
      for (const { hash, expiresAtMs } of links.values())
        if (expiresAtMs <= nowMs) links.delete(hash);
      links.set(link.hash, link);
    },
    link: async (hash, nowMs) => good(links.get(hash), nowMs),
    async takeLink(hash, nowMs) {
      const link = good(links.get(hash), nowMs);
      links.delete(hash);
      return link;
    },
    async dropLinks(userId) {
      for (const link of links.values()) if (link.userId === userId) links.delete(link.hash);
    },
    async addIdentity(identity, userId) {
      const key = keyOf(identity);
      if (identities.has(key)) return false;
      identities.set(key, userId);
      return true;
    },
    byIdentity: async (identity) => identities.get(keyOf(identity)),
    identities: async (userId) =>
      [...identities].flatMap(([key, user]) => (user === userId ? [identityOf(key)] : [])),
    async addPasskey(passkey) {
      if (passkeys.has(passkey.id) || !accounts.has(passkey.userId)) return false;
      passkeys.set(passkey.id, passkey);
      return true;
    },
    passkey: async (id) => passkeys.get(id),
    passkeys: async (userId) => keysOf(userId),
    async usePasskey(id, { counter, atMs }) {
      const passkey = passkeys.get(id);
      if (passkey === undefined) return false;
      if (counter <= passkey.counter && (counter !== 0 || passkey.counter !== 0)) return false;
      passkeys.set(id, { ...passkey, counter, usedAtMs: atMs });
      return true;
    },
    async renamePasskey(userId, id, name) {
      const passkey = passkeys.get(id);
      if (passkey?.userId !== userId) return false;
      passkeys.set(id, { ...passkey, name });
      return true;
    },
    async removePasskey(userId, id, others) {
      if (passkeys.get(id)?.userId !== userId || keysOf(userId).length <= others) return false;
      return passkeys.delete(id);
    },
    dropPasskeys: async (userId) => dropKeys(userId),
  };
}

function keyOf({ issuer, subject }: Identity): string {
  return JSON.stringify([issuer, subject]);
}

function identityOf(key: string): Identity {
  const [issuer, subject] = JSON.parse(key) as [string, string]; // as `keyOf` wrote it
  return { issuer, subject };
}

function good(link: LinkRow | undefined, nowMs: number): LinkRow | undefined {
  return link !== undefined && link.expiresAtMs > nowMs ? link : undefined;
}
