// Accounts in memory.

import type { AccountRow, AccountStore } from "./account-port.ts";

/** @param forget removes a person's spaces and memberships */
export function createMemoryAccounts(
  accounts: Map<string, AccountRow>,
  forget: (userId: string, spaceName: string) => void,
): AccountStore {
  const byEmail = (email: string) =>
    [...accounts.values()].find((account) => account.email === email);
  return {
    async create(account) {
      if (accounts.has(account.userId) || byEmail(account.email) !== undefined) return false;
      accounts.set(account.userId, account);
      return true;
    },
    byEmail: async (email) => byEmail(email),
    byUser: async (userId) => accounts.get(userId),
    async remove(userId, spaceName) {
      forget(userId, spaceName);
      accounts.delete(userId);
    },
  };
}
