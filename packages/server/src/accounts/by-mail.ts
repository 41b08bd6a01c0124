// What a mail is good for: to verify an address, to choose a new password, to sign in. Who asks is told the same whether
// or not there is an account, and as fast: it is looked up once he has his answer.

import { createHash, randomBytes } from "node:crypto";
import type { Locks } from "../auth/locks.ts";
import { networkOf } from "../rate/throttle.ts";
import type { AccountRow, AccountStore, LinkPurpose, LinkRow } from "../store/account-port.ts";
import type { Account, From, SignedIn } from "./accounts.ts";
import type { Attempts } from "./attempts.ts";
import { checkPassword, readEmail } from "./credentials.ts";
import { knownMail, LINK_MS, linkMail, type Mail } from "./mail.ts";
import type { MailQueue } from "./mail-queue.ts";
import { NO_PASSWORD, type Passwords } from "./password.ts";
import { proveAddress } from "./prove.ts";
import type { Sessions } from "./sessions.ts";
import { wasMadeWith } from "./user-id.ts";

/** When an account is there: once its address is verified, or at once. */
export type Verification = "required" | "later";

export interface ByMail {
  readonly verification: Verification;
  /**
   * Sends a mail, where there is an account to send one for.
   * @throws {SynclineError} `invalid` with path `email`; `rate_limited`, `unavailable`
   */
  ask(purpose: LinkPurpose, email: string, from: From): Promise<void>;
  /** @returns the account; undefined when the token is none, was used, or its time is over */
  verify(token: string): Promise<Account | undefined>;
  /**
   * Sets a new password, and signs all devices out. Passkeys go where there was a password before.
   * @returns whose; undefined as above
   * @throws {SynclineError} `invalid` with path `newPassword`; `rate_limited`, `unavailable`
   */
  reset(token: string, newPassword: string, from: From): Promise<string | undefined>;
  /**
   * Signs in. Who is the first to show that the address is his drops what was there before: a password that perhaps
   * somebody else chose, and the devices that signed in with it.
   */
  signIn(token: string, device: string): Promise<SignedIn | undefined>;
}

export interface Registering {
  /** Somebody registered: the owner of the address is sent what to do. */
  registered(
    account: Account,
    made: { readonly secret: string; readonly key: string | undefined },
  ): Promise<void>;
}

export interface ByMailOptions {
  readonly store: AccountStore;
  readonly queue: MailQueue;
  readonly attempts: Attempts;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly verification: Verification;
  /** The page that links lead to. */
  readonly page: string | undefined;
  readonly locks: Pick<Locks, "isLocked" | "refuse">;
  now(): number;
  open(account: Account, device: string): Promise<SignedIn>;
}

const TOKEN_BYTES = 32;

export function createByMail(options: ByMailOptions): ByMail & Registering {
  const { store, queue, attempts, passwords, sessions, verification, page, locks, now } = options;

  async function linkTo(purpose: LinkPurpose, account: Account, secret = ""): Promise<Mail> {
    const token = await keep(purpose, account, { endsMs: now() + LINK_MS[purpose], secret });
    return linkMail(account.email, purpose, { token, page });
  }

  async function keep(
    purpose: LinkPurpose,
    { userId, email }: Account,
    { endsMs, secret = "" }: { readonly endsMs: number; readonly secret?: string },
  ): Promise<string> {
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    const hash = hashOf(purpose, token);
    await store.keepLink({ hash, purpose, userId, email, secret, expiresAtMs: endsMs }, now());
    return token;
  }

  const take = (purpose: LinkPurpose, token: string) =>
    store.takeLink(hashOf(purpose, token), now());

  /** Whose link it is. @throws {SynclineError} `account_locked` */
  async function owner(link: LinkRow | undefined): Promise<AccountRow | undefined> {
    const row = link && (await store.byUser(link.userId));
    if (row !== undefined) await locks.refuse(row.userId);
    return row;
  }

  return {
    verification,
    async ask(purpose, given, { address }) {
      const email = readEmail(given);
      await attempts.mail(email, address);
      queue.post(async () => {
        const row = await store.byEmail(email);
        if (row === undefined || (await locks.isLocked(row.userId))) return undefined;
        if (purpose === "verify" && row.verifiedAtMs > 0) return undefined;
        return await linkTo(purpose, row);
      });
    },
    async registered(account, { secret, key }) {
      const { userId, email } = account;
      const row = { userId, email, secret, createdAtMs: now(), verifiedAtMs: 0 };
      const isMade = verification === "later" && (await store.create(row));
      // A commit takes its time, whether or not there was an account: what this one writes ends at once.
      if (verification === "later" && !isMade) await keep("verify", account, { endsMs: now() });
      queue.post(async () => {
        if (isMade) return await linkTo("verify", account);
        const known = await store.byEmail(email);
        if (known === undefined) return await linkTo("verify", account, secret);
        const isAgain = key !== undefined && wasMadeWith(known.userId, email, key);
        return isAgain ? undefined : knownMail(email);
      });
    },
    async verify(token) {
      const link = await take("verify", token);
      if (link === undefined) return undefined;
      const { userId, email, secret } = link;
      const atMs = now();
      if (secret !== "") {
        const row = { userId, email, secret, createdAtMs: atMs, verifiedAtMs: atMs };
        return (await store.create(row)) ? { userId, email } : undefined;
      }
      const row = await owner(link);
      if (row === undefined) return undefined;
      await store.setVerified(userId, atMs);
      return { userId, email };
    },
    async reset(token, newPassword, { address }) {
      checkPassword(newPassword, "newPassword");
      // Looked at before it is taken: hashing may be refused, and the token is then still good.
      const known = await owner(await store.link(hashOf("reset", token), now()));
      if (known === undefined) return undefined;
      const secret = await passwords.hash(newPassword, networkOf(address));
      const row = await owner(await take("reset", token));
      if (row === undefined) return undefined;
      const { userId } = row;
      await store.setSecret(userId, secret);
      // Whoever knew the old password could add some.
      if (row.secret !== NO_PASSWORD) await store.dropPasskeys(userId);
      await store.setVerified(userId, now());
      await store.dropLinks(userId);
      await sessions.closeOthers(userId, undefined);
      return userId;
    },
    async signIn(token, device) {
      const row = await owner(await take("sign-in", token));
      if (row === undefined) return undefined;
      const { userId, email } = row;
      await proveAddress(row, options);
      return await options.open({ userId, email }, device);
    },
  };
}

/** For one purpose: a token for another one is none, and is not used up by the attempt. */
function hashOf(purpose: LinkPurpose, token: string): string {
  return createHash("sha256").update(`${purpose}.${token}`).digest("base64url");
}
