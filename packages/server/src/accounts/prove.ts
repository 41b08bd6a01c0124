// What happens when somebody shows that an address is his, and not by the password of the account.

import type { AccountRow, AccountStore } from "../store/account-port.ts";
import { NO_PASSWORD } from "./password.ts";
import type { Sessions } from "./sessions.ts";

/**
 * The first to show it drops what was there before: a password that perhaps somebody else chose, passkeys, and the devices
 * that signed in with them.
 */
export async function proveAddress(
  { userId, verifiedAtMs }: AccountRow,
  parts: { readonly store: AccountStore; readonly sessions: Sessions; now(): number },
): Promise<void> {
  if (verifiedAtMs !== 0) return;
  await parts.store.setSecret(userId, NO_PASSWORD);
  await parts.store.dropPasskeys(userId);
  await parts.store.setVerified(userId, parts.now());
  await parts.sessions.closeOthers(userId, undefined);
}
