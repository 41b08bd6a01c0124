// The part of a store that knows people: who may sign in, and with what. Secrets come here hashed, and never leave but for a check.

export interface AccountRow {
  /** The `sub` of the person's tokens. */
  readonly userId: string;
  /** Trimmed and in lower case: whoever asks has seen to that. */
  readonly email: string;
  /** A password's hash, with all that checking one needs. */
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
}

/**
 * Promises:
 * - [AC1] An address belongs to one account: of any number that are made for it at once, one is.
 * - [AC2] Accounts come back as they were made.
 * - [AC3] `remove` takes the account, the spaces named and all that is in them and about them, and the person's
 *   memberships, all or none; nobody else's.
 */
export interface AccountStore {
  /** False when there is an account with this address, or this user id. */
  create(account: AccountRow): Promise<boolean>;
  byEmail(email: string): Promise<AccountRow | undefined>;
  byUser(userId: string): Promise<AccountRow | undefined>;
  /** @param spaceName how the person's own spaces are called, in whichever app: `~alice` */
  remove(userId: string, spaceName: string): Promise<void>;
}
