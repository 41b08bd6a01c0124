// Which e-mail address a caller's account has: for invitations to an address. It need not be verified, because whoever
// accepts one has its code, too, which was sent there.

import type { AddressOf } from "../auth/address-of.ts";
import type { AccountStore } from "../store/account-port.ts";

export function addressesOf(accounts: Pick<AccountStore, "byUser">): AddressOf {
  return async ({ userId }) => (await accounts.byUser(userId))?.email;
}
