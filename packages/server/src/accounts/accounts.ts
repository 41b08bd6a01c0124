// Accounts: people who register with an address and a password, sign in, and can go again with all that is theirs.

import { personalSpace, SynclineError } from "@syncline/core";
import { issueToken } from "../auth/issue-token.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { AccountStore } from "../store/account-port.ts";
import { createPasswords } from "./password.ts";

export interface Account {
  readonly userId: string;
  readonly email: string;
}

/** What a server that keeps accounts is told about them. */
export interface AccountOptions {
  /** How long a token is good for; a day where left out. */
  readonly tokenSeconds?: number;
}

export interface Accounts {
  /**
   * Makes an account. The address is trimmed and put into lower case.
   * @returns undefined when the address has one
   * @throws {SynclineError} `invalid` with path `email` or `password`; `unavailable`
   */
  register(email: string, password: string): Promise<Account | undefined>;
  /**
   * @returns undefined when address or password are wrong, or there is no such account: nobody is told which
   * @throws {SynclineError} `unavailable`
   */
  login(
    email: string,
    password: string,
  ): Promise<{ readonly account: Account; readonly token: string } | undefined>;
  find(userId: string): Promise<Account | undefined>;
  /** Takes the account and everything of this person; tokens of his are refused from then on. */
  remove(userId: string): Promise<void>;
}

export interface AccountsOptions extends AccountOptions {
  readonly store: AccountStore;
  /** What tokens are signed with. */
  readonly secret: string;
  readonly issuer?: string;
  readonly audience?: string;
  now(): number;
  newUserId(): string;
  /** Waits until what was accepted is committed. */
  drain(): Promise<void>;
}

const TOKEN_SECONDS = 86_400;
export const MIN_PASSWORD = 8;
/** More would only be work: argon2 and scrypt take any length. */
const MAX_PASSWORD = 1_024;
const MAX_EMAIL = 254;
/** One `@` between a local part and a host name: whether mail arrives there, only mail can tell. */
const EMAIL =
  /^[^\s@"(),:;<>[\\\]]{1,64}@[a-z0-9\u0080-\uffff](?:[a-z0-9\u0080-\uffff-]{0,61}[a-z0-9\u0080-\uffff])?(?:\.[a-z0-9\u0080-\uffff](?:[a-z0-9\u0080-\uffff-]{0,61}[a-z0-9\u0080-\uffff])?)*$/u;

export function createAccounts(options: AccountsOptions): Accounts {
  const { store, secret, issuer, audience } = options;
  const passwords = createPasswords();
  return {
    async register(email, password) {
      const address = readEmail(email);
      checkPassword(password);
      if ((await store.byEmail(address)) !== undefined) return undefined;
      const account = { userId: options.newUserId(), email: address };
      const hash = await passwords.hash(password);
      const made = await store.create({ ...account, secret: hash, createdAtMs: options.now() });
      return made ? account : undefined;
    },
    async login(email, password) {
      const row = await store.byEmail(
        email
          .trim()
          .toLowerCase()
          .slice(0, MAX_EMAIL + 1),
      );
      const isRight = await passwords.isRight(password.slice(0, MAX_PASSWORD + 1), row?.secret);
      if (row === undefined || !isRight) return undefined;
      const token = await issueToken({
        secret,
        userId: row.userId,
        expiresInSeconds: options.tokenSeconds ?? TOKEN_SECONDS,
        ...(issuer === undefined ? {} : { issuer }),
        ...(audience === undefined ? {} : { audience }),
      });
      return { account: { userId: row.userId, email: row.email }, token };
    },
    async find(userId) {
      const row = await store.byUser(userId);
      return row && { userId: row.userId, email: row.email };
    },
    async remove(userId) {
      await store.remove(userId, personalSpace(userId));
      // What was accepted before may be committed after: it goes, too.
      await options.drain();
      await store.remove(userId, personalSpace(userId));
    },
  };
}

/**
 * A verifier that lets in only whose account is still there.
 */
export function withAccounts(
  verify: TokenVerifier,
  accounts: Pick<Accounts, "find">,
): TokenVerifier {
  return async (token) => {
    const principal = await verify(token);
    if (principal.operator === true || (await accounts.find(principal.userId)) !== undefined)
      return principal;
    throw new SynclineError("unauthenticated", "The account of this token is not there any more.");
  };
}

function readEmail(given: string): string {
  const email = given.trim().toLowerCase();
  if (email.length > MAX_EMAIL || !EMAIL.test(email))
    throw new SynclineError("invalid", "This is no e-mail address.", { path: "email" });
  return email;
}

function checkPassword(password: string): void {
  const problem =
    [...password].length < MIN_PASSWORD
      ? `at least ${MIN_PASSWORD}`
      : password.length > MAX_PASSWORD
        ? `at most ${MAX_PASSWORD}`
        : undefined;
  if (problem === undefined) return;
  throw new SynclineError("invalid", `A password has ${problem} characters.`, { path: "password" });
}
