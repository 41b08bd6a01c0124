// Says on the bus that a user's keys, sessions or account changed, so that all nodes look at what they have open for that user.

import type { Accounts } from "../accounts/accounts.ts";
import type { ByMail } from "../accounts/by-mail.ts";
import type { Oidc } from "../accounts/oidc.ts";
import type { KeyStore } from "../keys/index.ts";

/** Keys that tell when one of them is good no more. */
export function tellingKeys(keys: KeyStore, tell: (userId: string) => void): KeyStore {
  return {
    ...keys,
    async revoke(user, uuid) {
      const revoked = await keys.revoke(user, uuid);
      if (revoked) tell(user);
      return revoked;
    },
    async revokeAll(user) {
      const count = await keys.revokeAll(user);
      tell(user);
      return count;
    },
  };
}

/** Accounts that tell when a device is signed out, or an account is gone. */
export function tellingAccounts(accounts: Accounts, tell: (userId: string) => void): Accounts {
  return {
    ...accounts,
    oidc: accounts.oidc && tellingOidc(accounts.oidc, tell),
    byMail: accounts.byMail && tellingByMail(accounts.byMail, tell),
    async changePassword(principal, change, from) {
      const changed = await accounts.changePassword(principal, change, from);
      if (changed) tell(principal.userId);
      return changed;
    },
    async signOut(userId, sessionId) {
      const left = await accounts.signOut(userId, sessionId);
      if (left) tell(userId);
      return left;
    },
    async end(refreshToken) {
      const userId = await accounts.end(refreshToken);
      if (userId !== undefined) tell(userId);
      return userId;
    },
    async remove(principal) {
      await accounts.remove(principal);
      tell(principal.userId);
    },
  };
}

function tellingByMail(byMail: ByMail, tell: (userId: string) => void): ByMail {
  return {
    ...byMail,
    async reset(token, newPassword, from) {
      const userId = await byMail.reset(token, newPassword, from);
      if (userId !== undefined) tell(userId);
      return userId;
    },
    async signIn(token, device) {
      const session = await byMail.signIn(token, device);
      if (session !== undefined) tell(session.account.userId);
      return session;
    },
  };
}

function tellingOidc(oidc: Oidc, tell: (userId: string) => void): Oidc {
  return {
    ...oidc,
    async finish(flow, search, from) {
      const session = await oidc.finish(flow, search, from);
      tell(session.account.userId);
      return session;
    },
  };
}
