// Passwords: hashed with argon2id where Node has it (24.7 and later), with scrypt elsewhere; each hash says how it was made.
// What another system hashed with bcrypt is checked, too, until its owner has signed in once.

import * as crypto from "node:crypto";
import { SynclineError } from "@syncline/core";
import { isBcrypt, isBcryptPassword } from "./bcrypt.ts";
import { createHashingLane } from "./hashing-lane.ts";

/** OWASP's figures for argon2id: 19 MiB, two passes, one lane. */
const ARGON2 = { memory: 19_456, passes: 2, parallelism: 1 } as const;
/** And for scrypt: 2^17 blocks of 8, 128 MiB. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

const ARGON2_FORM =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const SCRYPT_FORM =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Networks take turns in being hashed for: see `networkOf`. */
export interface Passwords {
  /** @throws {SynclineError} `unavailable` when too many are being hashed */
  hash(password: string, network: string): Promise<string>;
  /**
   * Whether the password is the one of the hash. Without a hash it takes as long, and says no: nobody learns
   * by waiting whether there is an account.
   * @throws {SynclineError} `unavailable`
   */
  isRight(password: string, hash: string | undefined, network: string): Promise<boolean>;
}

export function createPasswords(lane = createHashingLane()): Passwords {
  return {
    hash: (password, network) => lane.run(network, () => hashPassword(password)),
    isRight: (password, hash, network) =>
      lane.run(network, async () => {
        if (hash !== undefined) return await isPassword(password, hash);
        await hashPassword(password);
        return false;
      }),
  };
}

/** Instead of a hash: who signs in in other ways has no password. */
export const NO_PASSWORD = "-";

async function hashPassword(password: string): Promise<string> {
  const salt = crypto.randomBytes(SALT_BYTES);
  if (typeof crypto.argon2 === "function") {
    const { memory, passes, parallelism } = ARGON2;
    const hash = await argon2(password, salt, { ...ARGON2, bytes: HASH_BYTES });
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`;
  }
  const { N, r, p } = SCRYPT;
  const hash = await scrypt(password, salt, { ...SCRYPT, bytes: HASH_BYTES });
  return `$scrypt$ln=${Math.log2(N)},r=${r},p=${p}$${base64(salt)}$${base64(hash)}`;
}

async function isPassword(password: string, kept: string): Promise<boolean> {
  if (kept === NO_PASSWORD) {
    await hashPassword(password); // as long as it takes anybody
    return false;
  }
  if (isBcrypt(kept)) return await isBcryptPassword(password, kept);
  const asArgon2 = ARGON2_FORM.exec(kept);
  if (asArgon2 !== null) {
    const [memory, passes, parallelism] = asArgon2.slice(1, 4).map(Number);
    const [salt, hash] = bytesOf(asArgon2);
    const cost = { memory: memory ?? 0, passes: passes ?? 0, parallelism: parallelism ?? 0 };
    return isSame(await argon2(password, salt, { ...cost, bytes: hash.length }), hash);
  }
  const asScrypt = SCRYPT_FORM.exec(kept);
  if (asScrypt === null) throw new SynclineError("internal", "A password's hash cannot be read.");
  const [ln, r, p] = asScrypt.slice(1, 4).map(Number);
  const [salt, hash] = bytesOf(asScrypt);
  const cost = { N: 2 ** (ln ?? 0), r: r ?? 0, p: p ?? 0, maxmem: SCRYPT.maxmem };
  return isSame(await scrypt(password, salt, { ...cost, bytes: hash.length }), hash);
}

function bytesOf(match: RegExpExecArray): [salt: Buffer, hash: Buffer] {
  return [Buffer.from(match[4] ?? "", "base64"), Buffer.from(match[5] ?? "", "base64")];
}

interface Argon2Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly bytes: number;
}

function argon2(password: string, salt: Buffer, cost: Argon2Cost): Promise<Buffer> {
  if (typeof crypto.argon2 !== "function") {
    // The hash was made under a newer Node: to say that the password is wrong would be a lie.
    throw new SynclineError("unavailable", "Checking this password needs Node 24.7 or newer.");
  }
  const { memory, passes, parallelism, bytes } = cost;
  const parameters = { message: password, nonce: salt, memory, passes, parallelism };
  return new Promise((resolve, reject) => {
    crypto.argon2("argon2id", { ...parameters, tagLength: bytes }, (error, hash) =>
      error === null ? resolve(hash) : reject(error),
    );
  });
}

function scrypt(
  password: string,
  salt: Buffer,
  { bytes, ...cost }: crypto.ScryptOptions & { readonly bytes: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    crypto.scrypt(password, salt, bytes, cost, (error, hash) =>
      error === null ? resolve(hash) : reject(error),
    );
  });
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && crypto.timingSafeEqual(a, b);
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
