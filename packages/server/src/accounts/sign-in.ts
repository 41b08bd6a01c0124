// Who a name and a password belong to: for the accounts' own sign-in, and for dialects whose clients have one of theirs.

import type { Locks } from "../auth/locks.ts";
import { networkOf } from "../rate/throttle.ts";
import type { AccountRow, AccountStore } from "../store/account-port.ts";
import { type Attempts, type AttemptsOptions, createAttempts } from "./attempts.ts";
import { isBcrypt } from "./bcrypt.ts";
import { isUserName, MAX_PASSWORD } from "./credentials.ts";
import { createPasswords, type Passwords } from "./password.ts";

interface SignInOptions {
  readonly store: AccountStore;
  readonly attempts: Pick<Attempts, "guess">;
  readonly passwords: Passwords;
  readonly locks: Pick<Locks, "refuse">;
  /** What an account is found by; anything else is nobody's. */
  isName(text: string): boolean;
}

/**
 * @param given is trimmed, and put into lower case
 * @param address where the caller is: guesses are counted
 * @returns undefined when name or password are wrong, or there is no such account: nobody is told which
 * @throws {SynclineError} `account_locked` for the right password; `rate_limited`, `unavailable`
 */
export type SignIn = (
  given: string,
  password: string,
  address: string,
) => Promise<AccountRow | undefined>;

/** Those whom an operator added, and nobody who registered: whether or not people register here. */
export function createOwnSignIn(
  store: AccountStore,
  limiter: AttemptsOptions["limiter"],
  locks: SignInOptions["locks"],
): SignIn {
  return createSignIn({
    store,
    locks,
    attempts: createAttempts({ limiter }),
    passwords: createPasswords(),
    isName: isUserName,
  });
}

export function createSignIn({ store, attempts, passwords, locks, isName }: SignInOptions): SignIn {
  return async (given, password, address) => {
    const name = given.trim().toLowerCase();
    const isOne = isName(name);
    await attempts.guess(isOne ? name : "", address);
    // What is no name is nobody's, and no database need be asked: some take no NUL.
    const row = isOne ? await store.byEmail(name) : undefined;
    const tried = password.slice(0, MAX_PASSWORD + 1);
    const isRight = await passwords.isRight(tried, row?.secret, networkOf(address));
    if (row === undefined || !isRight) return undefined;
    await locks.refuse(row.userId);
    // It came from another system: from now on it is one of ours, unless somebody changed it meanwhile.
    if (isBcrypt(row.secret)) {
      const secret = await passwords.hash(tried, networkOf(address));
      await store.setSecret(row.userId, secret, row.secret);
    }
    return row;
  };
}
