// The part of a store that knows people: who may sign in, with what, and where they did. Secrets come here hashed, and
// never leave but for a check.

export interface AccountRow {
  /** The `sub` of the person's tokens. */
  readonly userId: string;
  /** Trimmed and in lower case: whoever asks has seen to that. */
  readonly email: string;
  /** A password's hash, with all that checking one needs. */
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** When the person showed that mail to the address arrives there; 0 where nobody has. */
  readonly verifiedAtMs: number;
}

export type LinkPurpose = "verify" | "reset" | "sign-in";

/** What somebody was sent by mail, and may use once. */
export interface LinkRow {
  /** Of the token in the mail, and of what it is for. */
  readonly hash: string;
  /**
   * `oidc`: what a sign-in by a provider must come back with. `passkey` and `new-passkey`: a challenge that a passkey has to
   * sign.
   */
  readonly purpose: LinkPurpose | "oidc" | "passkey" | "new-passkey";
  readonly userId: string;
  readonly email: string;
  /**
   * For an account that is made once its address is verified: its password's hash. For `oidc` what was asked. Empty for
   * the others.
   */
  readonly secret: string;
  readonly expiresAtMs: number;
}

/** A device on which somebody signed in. */
export interface SessionRow {
  readonly sessionId: string;
  readonly userId: string;
  /** What it called itself. */
  readonly device: string;
  /** The hash of the token that renews it, and of the one before. */
  readonly refresh: string;
  readonly previous: string;
  readonly createdAtMs: number;
  /** When it was last renewed. */
  readonly seenAtMs: number;
}

export interface SignedInAs {
  readonly userId: string;
  readonly sessionId?: string;
}

/** Who somebody is at a provider of OpenID Connect. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** A passkey: what its device signs with stays there, and this checks it. */
export interface PasskeyRow {
  /** The id that the device gave it, in base64url. */
  readonly id: string;
  readonly userId: string;
  /** A COSE key in base64url. */
  readonly publicKey: string;
  /** How often it had signed when it was last used; 0 for ever where the device does not count. */
  readonly counter: number;
  /** How browsers reach the device, as a JSON list. */
  readonly transports: string;
  /** What its owner calls it. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly usedAtMs: number;
}

/**
 * Promises:
 * - [PE1] An address belongs to one account: of any number that are made for it at once, one is.
 * - [PE2] Accounts and sessions come back as they were made and last changed.
 * - [PE3] `remove` takes the account, its sessions, links, identities and passkeys, what waits for its address, the spaces named and all that is in them and about them, and the
 *   person's memberships and clients, all or none; nobody else's. Where the medium allows, it is overwritten.
 * - [PE5] Following `list` from "" names every account once, in the order of their user ids.
 * - [PE6] Of any number that take a link at once, one gets it, and nobody later, nor when its time is over.
 * - [PE7] An identity belongs to one account: of any number that claim it at once, one has it, and keeps it.
 * - [PE8] A passkey belongs to one account: of any number that claim its id at once, one has it, and keeps it. Its counter
 *   never goes back.
 * - [PE9] Of a person's passkeys that are removed at once, each on condition that another one stays, one stays.
 * - [PE4] Of any number that renew a session with one token at once, one does.
 */
export interface AccountStore {
  /** False when there is an account with this address, or this user id. */
  create(account: AccountRow): Promise<boolean>;
  byEmail(email: string): Promise<AccountRow | undefined>;
  byUser(userId: string): Promise<AccountRow | undefined>;
  /** Accounts after a user id. */
  list(query: { readonly after: string; readonly limit: number }): Promise<AccountRow[]>;
  /** @param from only over this one: what was changed since stays */
  setSecret(userId: string, secret: string, from?: string): Promise<void>;
  /** Says since when the address is known to be the person's; once said it stays. */
  setVerified(userId: string, atMs: number): Promise<void>;
  /** @param spaceName how the person's own spaces are called, in whichever app: `~alice` */
  remove(userId: string, spaceName: string): Promise<void>;
  /** The spaces that are called so, in whichever app, in the order of their names. */
  spacesNamed(spaceName: string): Promise<string[]>;

  /**
   * Which of many are still signed in, in the order of what is asked: the account is there, and the session, where one
   * is named, is its own and not closed.
   */
  present(asked: readonly SignedInAs[]): Promise<boolean[]>;

  openSession(session: SessionRow): Promise<void>;
  session(sessionId: string): Promise<SessionRow | undefined>;
  /** A person's sessions, the last renewed first. */
  sessions(userId: string): Promise<SessionRow[]>;
  /** Takes another token for the one that renewed it; false when that is not its token any more. */
  renewSession(
    session: Pick<SessionRow, "sessionId" | "refresh">,
    next: Pick<SessionRow, "refresh" | "previous" | "seenAtMs">,
  ): Promise<boolean>;
  /** False when the person has no such session. */
  closeSession(userId: string, sessionId: string): Promise<boolean>;

  /** Keeps a link, and forgets those that ended before `nowMs`. */
  keepLink(link: LinkRow, nowMs: number): Promise<void>;
  link(hash: string, nowMs: number): Promise<LinkRow | undefined>;
  takeLink(hash: string, nowMs: number): Promise<LinkRow | undefined>;
  /** Forgets all links of a person. */
  dropLinks(userId: string): Promise<void>;

  /** False when somebody has it. */
  addIdentity(identity: Identity, userId: string): Promise<boolean>;
  /** Whose it is. */
  byIdentity(identity: Identity): Promise<string | undefined>;
  /** Who a person is at providers. */
  identities(userId: string): Promise<Identity[]>;

  /** False when somebody has one of its id, or there is no such account. */
  addPasskey(passkey: PasskeyRow): Promise<boolean>;
  passkey(id: string): Promise<PasskeyRow | undefined>;
  /** A person's passkeys, the oldest first. */
  passkeys(userId: string): Promise<PasskeyRow[]>;
  /** Takes what a device counted; false when it is no more than what is known, unless both are 0. */
  usePasskey(
    id: string,
    used: { readonly counter: number; readonly atMs: number },
  ): Promise<boolean>;
  /** False when the person has no such passkey. */
  renamePasskey(userId: string, id: string, name: string): Promise<boolean>;
  /**
   * @param others how many other passkeys the person must have
   * @returns false when the person has no such passkey, or too few others
   */
  removePasskey(userId: string, id: string, others: 0 | 1): Promise<boolean>;
  /** Takes all of a person's passkeys. */
  dropPasskeys(userId: string): Promise<void>;
}
