// The texts that people and devices hold: API keys, and the codes with which a device gets one. Only their hashes are kept.

import { createHash, randomBytes, randomInt } from "node:crypto";

const KEY = /^sk_[A-Za-z0-9+/]{43}$/;
const CODE = /^[A-Z0-9]{4}-[A-Z0-9]{4}$/;
const CODE_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** A fresh API key: 256 random bits. */
export function newKey(): string {
  return `sk_${randomBytes(32).toString("base64").replace("=", "")}`;
}

/** A fresh setup code, short enough to be read out: 41 random bits. */
export function newSetupCode(): string {
  const pick = () => CODE_CHARACTERS[randomInt(CODE_CHARACTERS.length)] ?? "0";
  const four = () => pick() + pick() + pick() + pick();
  return `${four()}-${four()}`;
}

export function isKey(text: string): boolean {
  return KEY.test(text);
}

export function isSetupCode(text: string): boolean {
  return CODE.test(text);
}

/**
 * What is kept of a secret, and found by: SHA-256 as hex. A key has as many random bits as the hash, so that a slow
 * hash would add nothing; and looking a hash up tells by its time nothing about the key.
 */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
