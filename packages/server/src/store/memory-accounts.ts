// Accounts in memory.

import type { AccountRow, AccountStore, SessionRow } from "./account-port.ts";

/** What a store in memory knows of people; a backup holds it as it is. */
export interface People {
  readonly accounts: Map<string, AccountRow>;
  readonly sessions: Map<string, SessionRow>;
}

export function nobody(): People {
  return { accounts: new Map(), sessions: new Map() };
}

/** @param forget removes a person's spaces and memberships */
export function createMemoryAccounts(
  { accounts, sessions }: People,
  forget: (userId: string, spaceName: string) => void,
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
    async remove(userId, spaceName) {
      forget(userId, spaceName);
      for (const { sessionId } of ofUser(userId)) sessions.delete(sessionId);
      accounts.delete(userId);
    },
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
  };
}
