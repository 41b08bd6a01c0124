// What an address and a password must look like.

import { SynclineError } from "@syncline/core";

const MIN_PASSWORD = 8;
/** More would only be work: argon2 and scrypt take any length. */
export const MAX_PASSWORD = 1_024;
const MAX_EMAIL = 254;
/** One `@` between a local part and a host name: whether mail arrives there, only mail can tell. */
const EMAIL =
  /^[^\s\p{Cc}@"(),:;<>[\\\]]{1,64}@[a-z0-9\u0080-\uffff](?:[a-z0-9\u0080-\uffff-]{0,61}[a-z0-9\u0080-\uffff])?(?:\.[a-z0-9\u0080-\uffff](?:[a-z0-9\u0080-\uffff-]{0,61}[a-z0-9\u0080-\uffff])?)*$/u;

/** @throws {SynclineError} `invalid` with path `email` */
export function readEmail(given: string): string {
  const email = given.trim().toLowerCase();
  if (!isEmail(email))
    throw new SynclineError("invalid", "This is no e-mail address.", { path: "email" });
  return email;
}

/** What clients sign in with that know no addresses: `syncline users add` gives it. Nobody registers with one. */
export function isUserName(text: string): boolean {
  return /^[a-z0-9_-]{3,50}$/.test(text);
}

export function isEmail(address: string): boolean {
  return address.length <= MAX_EMAIL && EMAIL.test(address) && address.isWellFormed();
}

/** @throws {SynclineError} `invalid` with the path given */
export function checkPassword(password: string, path: string): void {
  const problem =
    [...password].length < MIN_PASSWORD
      ? `at least ${MIN_PASSWORD}`
      : password.length > MAX_PASSWORD
        ? `at most ${MAX_PASSWORD}`
        : undefined;
  if (problem === undefined) return;
  throw new SynclineError("invalid", `A password has ${problem} characters.`, { path });
}
