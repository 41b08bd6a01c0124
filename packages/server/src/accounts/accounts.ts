// Accounts: people who register with an address and a password, sign in, and can go again with all that is theirs.

import { personalSpace, SynclineError } from "@syncline/core";
import type { Access } from "../apps/app.ts";
import type { Locks } from "../auth/locks.ts";
import type { Principal } from "../auth/principal.ts";
import type { TokenIssuer } from "../auth/token-issuer.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { RateLimiter } from "../rate/port.ts";
import { networkOf } from "../rate/throttle.ts";
import type { AccountRow, AccountStore } from "../store/account-port.ts";
import { createAttempts } from "./attempts.ts";
import { type ByMail, createByMail } from "./by-mail.ts";
import { checkPassword, isEmail, MAX_PASSWORD, readEmail } from "./credentials.ts";
import type { SendMail } from "./mail.ts";
import { createMailQueue } from "./mail-queue.ts";
import { createOidc, type Oidc } from "./oidc.ts";
import { type Provider, readProviders } from "./oidc-provider.ts";
import { type PasskeyOptions, placeOfPage, readPasskeyOptions } from "./passkey-options.ts";
import { createPasskeys, type Passkeys } from "./passkeys.ts";
import { createPasswords } from "./password.ts";
import { createSessions, type Device, type OpenSession } from "./sessions.ts";
import { createSignIn } from "./sign-in.ts";
import { newUserId, wasMadeWith } from "./user-id.ts";

export interface Account {
  readonly userId: string;
  readonly email: string;
}

/** What a server that keeps accounts is told about them. */
export interface AccountOptions {
  /** How long a token is good for; a day where left out. */
  readonly tokenSeconds?: number;
  /** How long a device may be away before its owner signs in anew; 90 days where left out. */
  readonly idleDays?: number;
  /** How many accounts one address (of IPv6: a /64) may make a day; 100 where left out. */
  readonly accountsPerAddress?: number;
  /**
   * Sends mails: to verify addresses, for new passwords, to sign in. Where left out there are none of these, and
   * `register` tells who asks that an address has an account.
   */
  readonly sendMail?: SendMail;
  /** With `sendMail`: the app's page that mails lead to, `https://app.example.com/account`; codes where left out. */
  readonly mailLinkUrl?: string;
  /** With `sendMail`: whether there is an account only once its address is verified; `later` where left out. */
  readonly verification?: "required" | "later";
  /** Providers of OpenID Connect by which people sign in; none where left out. */
  readonly oidcProviders?: readonly Provider[];
  /** Has people sign in with passkeys; those of the origin of `mailLinkUrl` where left out, and none without it. */
  readonly passkeys?: PasskeyOptions;
}

/** What became of a registration. */
export type Registered =
  | { readonly status: "made"; readonly account: Account }
  /** The address has an account. Told only by a server that sends no mail. */
  | { readonly status: "known" }
  /** The owner of the address was sent a mail; nobody else is told whether there was an account. */
  | { readonly status: "mailed"; readonly email: string };

/** Where a request about an account comes from. */
export interface From {
  /** The caller's address, as `trustProxy` has it. */
  readonly address: string;
}

/** What a device gets when somebody signs in on it, or renews its session. */
export interface SignedIn {
  readonly account: Account;
  /** For requests. */
  readonly token: string;
  readonly expiresInSeconds: number;
  /** For the next renewal, once. */
  readonly refreshToken: string;
}

export interface Accounts {
  /** How long a session is good that nobody renews. */
  readonly idleSeconds: number;
  /** What can be done by mail; undefined where the server sends none. */
  readonly byMail: ByMail | undefined;
  /** Signing in by providers; undefined where there are none. */
  readonly oidc: Oidc | undefined;
  /** Passkeys; undefined where the server takes none. */
  readonly passkeys: Passkeys | undefined;
  /**
   * Makes an account. The address is trimmed and put into lower case.
   * @param from with what the sender made up for this request (`Idempotency-Key`): sent again, it gives the same account
   * @throws {SynclineError} `invalid` with path `email`, `password` or `idempotency-key`; `schema` with that path when
   *   the key made the account with another password; `quota_exceeded`, `rate_limited`, `unavailable`
   */
  register(
    email: string,
    password: string,
    from: From & { readonly key?: string | undefined },
  ): Promise<Registered>;
  /**
   * @param from with what the device calls itself, for its owner's list
   * @returns undefined when address or password are wrong, or there is no such account: nobody is told which
   * @throws {SynclineError} `account_locked` for the right password; `rate_limited`, `unavailable`
   */
  login(
    email: string,
    password: string,
    from: From & { readonly device: string },
  ): Promise<SignedIn | undefined>;
  /** @returns undefined when the token is none any more; one that was used before ends its session */
  refresh(refreshToken: string): Promise<SignedIn | undefined>;
  /**
   * Changes a password, and signs all other devices out.
   * @returns false when the old one is wrong
   * @throws {SynclineError} `invalid` with path `newPassword`; `rate_limited`, `unavailable`; `forbidden` for whom an API key vouches
   */
  changePassword(
    principal: Principal,
    change: { readonly password: string; readonly newPassword: string },
    from: From,
  ): Promise<boolean>;
  find(userId: string): Promise<Account | undefined>;
  /**
   * Whether somebody's token is to be taken: the account is there, and its device signed in. For reading, what was
   * found a moment ago is good enough.
   */
  isKnown(principal: Principal, access: Access): Promise<boolean>;
  devices(userId: string): Promise<Device[]>;
  /**
   * Ends the session of a token that renews one.
   * @returns whose it was
   */
  end(refreshToken: string): Promise<string | undefined>;
  /** Signs a device out; false when there is none of this id. */
  signOut(userId: string, sessionId: string): Promise<boolean>;
  /**
   * Takes the account and everything of this person; tokens of his are refused from then on.
   * @throws {SynclineError} `forbidden` for whom an API key vouches
   */
  remove(principal: Principal): Promise<void>;
  /** Waits for mails that are on their way. */
  close(): Promise<void>;
}

export interface AccountsOptions extends AccountOptions {
  readonly store: AccountStore;
  /** Counts attempts, for all nodes together where there are several. */
  readonly limiter: Pick<RateLimiter, "take">;
  issueToken: TokenIssuer;
  /** Who is locked is told so once it is clear who it is, and gets in in no way. */
  readonly locks: Pick<Locks, "isLocked" | "refuse">;
  /** A secret of the servers on the store. */
  readonly key: Uint8Array;
  now(): number;
  /** Waits until what was accepted is committed. */
  drain(): Promise<void>;
  failed(what: string, thrown: unknown): void;
}

const TOKEN_SECONDS = 86_400;
const IDLE_DAYS = 90;
const ACCOUNTS_PER_ADDRESS = 100;
const KNOWN_MS = 1_000;
const DAY_MS = 86_400_000;
export const IDEMPOTENCY_HEADER = "idempotency-key";
const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;
export function createAccounts(options: AccountsOptions): Accounts {
  const { store, issueToken, locks, now, tokenSeconds = TOKEN_SECONDS } = options;
  const passwords = createPasswords();
  const { limiter, accountsPerAddress = ACCOUNTS_PER_ADDRESS } = options;
  const attempts = createAttempts({ limiter, accountsPerAddress });
  const idleMs = (options.idleDays ?? IDLE_DAYS) * DAY_MS;
  const sessions = createSessions({ store, idleMs, key: options.key, now });
  const signIn = createSignIn({ store, attempts, passwords, locks, isName: isEmail });
  const knownAtMs = new WeakMap<Principal, number>();

  async function signedIn(account: Account, session: OpenSession): Promise<SignedIn> {
    const token = await issueToken({
      userId: account.userId,
      sessionId: session.sessionId,
      expiresInSeconds: tokenSeconds,
    });
    const { refreshToken } = session;
    return { account, token, expiresInSeconds: tokenSeconds, refreshToken };
  }

  /** The account that this very registration made, when it was sent before. */
  async function madeBefore(
    row: AccountRow,
    password: string,
    { key, address }: From & { readonly key?: string | undefined },
  ): Promise<Registered> {
    if (key === undefined || !wasMadeWith(row.userId, row.email, key)) return { status: "known" };
    await attempts.guess(row.email, address);
    if (await passwords.isRight(password, row.secret, networkOf(address)))
      return { status: "made", account: accountOf(row) };
    throw new SynclineError("schema", "The idempotency key was used for another request.", {
      path: IDEMPOTENCY_HEADER,
    });
  }

  const open = async (account: Account, device: string) => {
    await locks.refuse(account.userId);
    return await signedIn(account, await sessions.open(account.userId, device));
  };
  const queue =
    options.sendMail &&
    createMailQueue({ send: options.sendMail, failed: (what, why) => options.failed(what, why) });
  const byMail =
    queue &&
    createByMail({
      store,
      queue,
      attempts,
      passwords,
      sessions,
      verification: options.verification ?? "later",
      page: options.mailLinkUrl,
      locks,
      now,
      open,
    });
  const providers = readProviders(options.oidcProviders ?? []);
  const oidc =
    providers.length === 0
      ? undefined
      : createOidc({
          providers,
          store,
          attempts,
          sessions,
          locks,
          now,
          open,
          failed: (what, thrown) => options.failed(what, thrown),
        });
  const place =
    options.passkeys === undefined
      ? placeOfPage(options.mailLinkUrl)
      : readPasskeyOptions(options.passkeys);
  const passkeys =
    place &&
    createPasskeys({
      place,
      store,
      attempts,
      passwords,
      otherWays: { mail: byMail !== undefined, issuers: providers.map(({ issuer }) => issuer) },
      now,
      open,
    });

  return {
    idleSeconds: idleMs / 1000,
    byMail,
    oidc,
    passkeys,
    async register(given, password, from) {
      checkKey(from.key);
      const email = readEmail(given);
      checkPassword(password, "password");
      if (byMail !== undefined) {
        // All of it for known addresses, too: what is counted and how long it takes tells nobody which one it is.
        await attempts.registration(from.address);
        await attempts.registrationMail(email);
        const secret = await passwords.hash(password, networkOf(from.address));
        const account = { userId: newUserId(email, from.key), email };
        await byMail.registered(account, { secret, key: from.key });
        return { status: "mailed", email };
      }
      const there = await store.byEmail(email);
      if (there !== undefined) return await madeBefore(there, password, from);
      await attempts.registration(from.address);
      const account = { userId: newUserId(email, from.key), email };
      const hash = await passwords.hash(password, networkOf(from.address));
      const row = { ...account, secret: hash, createdAtMs: now(), verifiedAtMs: 0 };
      if (await store.create(row)) return { status: "made", account };
      // Somebody was faster: perhaps the same sender.
      const other = await store.byEmail(email);
      return other === undefined ? { status: "known" } : await madeBefore(other, password, from);
    },
    async login(given, password, { address, device }) {
      const row = await signIn(given, password, address);
      return row && (await open(accountOf(row), device));
    },
    async refresh(refreshToken) {
      const session = await sessions.renew(refreshToken);
      const row = session && (await store.byUser(session.userId));
      if (row !== undefined) await locks.refuse(row.userId);
      return row && (await signedIn(accountOf(row), session));
    },
    async changePassword(principal, { password, newPassword }, { address }) {
      checkSignedIn(principal);
      const { userId, sessionId } = principal;
      checkPassword(newPassword, "newPassword");
      const row = await store.byUser(userId);
      const network = networkOf(address);
      await attempts.guess(row?.email ?? "", address);
      if (!(await passwords.isRight(password.slice(0, MAX_PASSWORD + 1), row?.secret, network)))
        return false;
      await store.setSecret(userId, await passwords.hash(newPassword, network));
      await sessions.closeOthers(userId, sessionId);
      return true;
    },
    async find(userId) {
      const row = await store.byUser(userId);
      return row && accountOf(row);
    },
    async isKnown(principal, access) {
      if (access === "read" && now() - (knownAtMs.get(principal) ?? 0) < KNOWN_MS) return true;
      const { userId, sessionId } = principal;
      if ((await store.byUser(userId)) === undefined) return false;
      if (sessionId !== undefined && !(await sessions.isOpen(userId, sessionId))) return false;
      knownAtMs.set(principal, now());
      return true;
    },
    devices: (userId) => sessions.list(userId),
    async end(refreshToken) {
      const session = await sessions.renew(refreshToken);
      if (session !== undefined) await sessions.close(session.userId, session.sessionId);
      return session?.userId;
    },
    signOut: (userId, sessionId) => sessions.close(userId, sessionId),
    async remove(principal) {
      checkSignedIn(principal);
      const { userId } = principal;
      await store.remove(userId, personalSpace(userId));
      // What was accepted before may be committed after: it goes, too.
      await options.drain();
      await store.remove(userId, personalSpace(userId));
    },
    close: async () => await queue?.drain(),
  };
}

/**
 * A key is made for a program, perhaps for one space: the account of its user is none of its business.
 * @throws {SynclineError} `forbidden`
 */
export function checkSignedIn(principal: Principal): void {
  if (principal.vouched !== true) return;
  throw new SynclineError("forbidden", "An API key is not good for this: sign in.");
}

/** A verifier that lets in only whose account is still there, on a device that was not signed out. */
export function withAccounts(
  verify: TokenVerifier,
  accounts: Pick<Accounts, "isKnown">,
): TokenVerifier {
  return async (token, habits) => {
    const principal = await verify(token, habits);
    if (principal.operator === true || (await accounts.isKnown(principal, "manage")))
      return principal;
    throw new SynclineError(
      "unauthenticated",
      "The account of this token is not there any more, or its device was signed out.",
    );
  };
}

function accountOf({ userId, email }: Account): Account {
  return { userId, email };
}

function checkKey(key: string | undefined): void {
  if (key === undefined || KEY.test(key)) return;
  throw new SynclineError("invalid", "An idempotency key has 1 to 255 printable characters.", {
    path: IDEMPOTENCY_HEADER,
  });
}
