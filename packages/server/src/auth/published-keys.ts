// The public keys of tokens that this server signs, as others read them at /.well-known/jwks.json.

import { type CryptoKey, calculateJwkThumbprint, exportJWK, type JWK } from "jose";
import { openPrivateKey } from "./private-key.ts";
import type { TokenOptions } from "./token-options.ts";
import { openPublicKey } from "./trusted-keys.ts";

/**
 * The key that is signed with first, then those that were before. What is merely trusted here, because others sign
 * with it, is not among them: nobody may take their tokens for this server's.
 * @returns nothing where only a secret is signed with
 * @throws {SynclineError} `config` for a key that cannot be read
 */
export async function openPublishedKeys({
  privateKey,
  retiredKeys = [],
}: TokenOptions): Promise<JWK[]> {
  const published: JWK[] = [];
  if (privateKey !== undefined) {
    const { verifying, algorithm, keyId } = await openPrivateKey(privateKey);
    published.push(await toJwk(verifying, algorithm, keyId));
  }
  for (const [index, retired] of retiredKeys.entries()) {
    const { key } = await openPublicKey(retired, `auth.retiredKeys.${index}`);
    published.push(await toJwk(key, retired.algorithm, retired.keyId));
  }
  return published;
}

async function toJwk(key: CryptoKey, alg: string, keyId: string | undefined): Promise<JWK> {
  const jwk = await exportJWK(key);
  return { ...jwk, kid: keyId ?? (await calculateJwkThumbprint(jwk, "sha256")), alg, use: "sig" };
}
