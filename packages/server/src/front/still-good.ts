// Who may still be connected: asked of accounts and keys for everybody at once, without the tokens.

import type { Principal } from "../auth/principal.ts";
import type { KeyStore } from "../keys/index.ts";
import type { AccountStore } from "../store/account-port.ts";
import type { LockStore } from "../store/lock-rows.ts";

export interface StillGoodOptions {
  readonly keys: Pick<KeyStore, "areGood">;
  readonly locks: Pick<LockStore, "among">;
  /** Where the server keeps accounts; else a token is good until it ends. */
  readonly accounts?: Pick<AccountStore, "present">;
}

export function createStillGood({
  keys,
  locks,
  accounts,
}: StillGoodOptions): (principals: readonly Principal[]) => Promise<ReadonlySet<Principal>> {
  return async (principals) => {
    const keyIds = principals.flatMap(({ keyId }) => keyId ?? []);
    const people =
      accounts === undefined
        ? []
        : principals.filter(({ vouched, operator }) => vouched !== true && operator !== true);
    const users = principals.filter(({ operator }) => operator !== true);
    const [locked, goodKeys, present] = await Promise.all([
      locks.among(users.map(({ userId }) => userId)),
      keyIds.length === 0 ? new Set<string>() : keys.areGood(keyIds),
      people.length === 0 ? [] : accounts?.present(people),
    ]);
    const gone = new Set([
      ...people.filter((_one, index) => present?.[index] === false),
      ...users.filter(({ userId }) => locked.has(userId)),
    ]);
    return new Set(
      principals.filter(
        (one) => !gone.has(one) && (one.keyId === undefined || goodKeys.has(one.keyId)),
      ),
    );
  };
}
