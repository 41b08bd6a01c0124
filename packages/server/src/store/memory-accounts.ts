// Accounts in memory.

import type { AccountRow, AccountStore, Identity, LinkRow, SessionRow } from "./account-port.ts";

/** What a store in memory knows of people; a backup holds it as it is. */
export interface People {
  readonly accounts: Map<string, AccountRow>;
  readonly sessions: Map<string, SessionRow>;
  readonly links: Map<string, LinkRow>;
  /** User ids, by issuer and subject. */
  readonly identities: Map<string, string>;
}

export function nobody(): People {
  return { accounts: new Map(), sessions: new Map(), links: new Map(), identities: new Map() };
}

/** What else a store has of people. */
export interface Belongings {
  /** Removes a person's spaces and memberships. */
  forget(userId: string, spaceName: string): void;
  spacesNamed(spaceName: string): string[];
}

export function createMemoryAccounts(
  { accounts, sessions, links, identities }: People,
  { forget, spacesNamed }: Belongings,
): AccountStore {
  const byEmail = (email: string) =>
    [...accounts.values()].find((account) => account.email === email);
  const ofUser = (userId: string) =>
    [...sessions.values()].filter((session) => session.userId === userId);
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
  };
}

function keyOf({ issuer, subject }: Identity): string {
  return JSON.stringify([issuer, subject]);
}

function good(link: LinkRow | undefined, nowMs: number): LinkRow | undefined {
  return link !== undefined && link.expiresAtMs > nowMs ? link : undefined;
}
