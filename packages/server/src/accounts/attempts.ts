// Attempts: how often somebody may try passwords, and make accounts. What is counted is the network that asks, alone and
// with the account that it asks for: whoever guesses slows himself down, and never the account's owner, who has another
// address, or a device that is signed in.

import { SynclineError } from "@syncline/core";
import type { Rate, RateLimiter } from "../rate/port.ts";
import { networkOf } from "../rate/throttle.ts";

export interface Attempts {
  /**
   * Before a password is looked at. Known and unknown accounts are counted alike.
   * @throws {SynclineError} `rate_limited` with `retryAfter`
   */
  guess(account: string, address: string): Promise<void>;
  /**
   * Before an account is made.
   * @throws {SynclineError} `quota_exceeded` with `retryAfter`
   */
  registration(address: string): Promise<void>;
  /**
   * Before a mail is sent, or is not: there may be nobody to send it to.
   * @throws {SynclineError} `rate_limited` with `retryAfter`
   */
  mail(email: string, address: string): Promise<void>;
  /**
   * Before a mail of a registration, which its address was counted for already.
   * @throws {SynclineError} `rate_limited` with `retryAfter`
   */
  registrationMail(email: string): Promise<void>;
  /**
   * Before somebody is sent to a provider, which has to be kept until he is back.
   * @throws {SynclineError} `rate_limited` with `retryAfter`
   */
  departure(address: string): Promise<void>;
  /**
   * Before a challenge for a passkey is made, which has to be kept until it was signed.
   * @throws {SynclineError} `rate_limited` with `retryAfter`
   */
  challenge(address: string): Promise<void>;
  /**
   * Before what a passkey signed is looked at. Known and unknown ones are counted alike.
   * @throws {SynclineError} `rate_limited` with `retryAfter`
   */
  passkey(id: string, address: string): Promise<void>;
}

export interface AttemptsOptions {
  readonly limiter: Pick<RateLimiter, "take">;
  /** How many accounts a network may make a day; none where left out. */
  readonly accountsPerAddress?: number;
}

/** Ten at once, and then one in half a minute: nobody who mistypes notices, and a day has fewer than 3,000. */
const OF_ACCOUNT: Rate = { perSecond: 1 / 30, burst: 10 };
/** An office, or a school, behind one address signs in at once. */
const OF_ADDRESS: Rate = { perSecond: 1 / 3, burst: 100 };
/** Nobody's mailbox is filled, by however many: five at once, and then one in ten minutes. */
const OF_MAILBOX: Rate = { perSecond: 1 / 600, burst: 5 };
/** And nobody sends mails to many. */
const OF_MAILER: Rate = { perSecond: 1 / 60, burst: 20 };
const DAY_SECONDS = 86_400;

export function createAttempts({ limiter, accountsPerAddress = 0 }: AttemptsOptions): Attempts {
  const perDay = { perSecond: accountsPerAddress / DAY_SECONDS, burst: accountsPerAddress };
  async function waitMs(key: string, rate: Rate): Promise<number> {
    const verdict = await limiter.take(key, 1, rate);
    return verdict.allowed ? 0 : verdict.retryAfterMs;
  }
  return {
    async guess(account, address) {
      const network = networkOf(address);
      const late =
        (await waitMs(`password.${network}`, OF_ADDRESS)) ||
        (await waitMs(`password.${network} ${account}`, OF_ACCOUNT));
      if (late === 0) return;
      throw new SynclineError(
        "rate_limited",
        "Too many passwords were tried from this address. Wait, or use a device on which you are signed in.",
        { retryAfter: secondsOf(late) },
      );
    },
    async mail(email, address) {
      checkMail(await waitMs(`mails.${networkOf(address)}`, OF_MAILER));
      checkMail(await waitMs(`mails.to ${email}`, OF_MAILBOX));
    },
    async registrationMail(email) {
      checkMail(await waitMs(`mails.to ${email}`, OF_MAILBOX));
    },
    async departure(address) {
      checkSignIns(await waitMs(`providers.${networkOf(address)}`, OF_ADDRESS));
    },
    async challenge(address) {
      checkSignIns(await waitMs(`challenges.${networkOf(address)}`, OF_ADDRESS));
    },
    async passkey(id, address) {
      const network = networkOf(address);
      checkSignIns(await waitMs(`passkeys.${network}`, OF_ADDRESS));
      checkSignIns(await waitMs(`passkeys.${network} ${id}`, OF_ACCOUNT));
    },
    async registration(address) {
      const late = await waitMs(`accounts.${networkOf(address)}`, perDay);
      if (late === 0) return;
      throw new SynclineError(
        "quota_exceeded",
        "This address has made as many accounts as it may for now.",
        { retryAfter: secondsOf(late) },
      );
    },
  };
}

function checkSignIns(late: number): void {
  if (late === 0) return;
  throw new SynclineError("rate_limited", "Too many sign-ins were begun. Wait.", {
    retryAfter: secondsOf(late),
  });
}

function checkMail(late: number): void {
  if (late === 0) return;
  throw new SynclineError(
    "rate_limited",
    "Too many mails were asked for. Look at those that arrived, also among the unwanted ones, or wait.",
    { retryAfter: secondsOf(late) },
  );
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
