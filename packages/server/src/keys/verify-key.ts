// Tokens and API keys in one: wherever a token is good, a key is.

import { SynclineError } from "@syncline/core";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { KeyStore } from "./key-store.ts";
import { hashOf } from "./secrets.ts";

/** For how long somebody with a key is taken at their word, where nobody asks again: sockets and streams. */
const TRUSTED_MS = 5 * 60_000;

/** Makes a verifier of keys, which gives everything else to another one. */
export function withKeys(
  verifyToken: TokenVerifier,
  keys: Pick<KeyStore, "verify">,
  now: () => number,
): TokenVerifier {
  return async (text, habits) => {
    if (!text.startsWith("sk_")) return await verifyToken(text, habits);
    const info = await keys.verify(text);
    if (info === undefined) throw new SynclineError("unauthenticated", "This API key is not good.");
    const { user, scopes, expiresAtMs } = info;
    return {
      userId: user,
      vouched: true,
      keyId: hashOf(text),
      expiresAtMs: Math.min(expiresAtMs ?? Number.POSITIVE_INFINITY, now() + TRUSTED_MS),
      ...(expiresAtMs === null ? {} : { ends: true }),
      ...(scopes === null ? {} : { scopes }),
    };
  };
}
