// Token verification: the one place where a token becomes a principal.

import { isSynclineError, ROOT_USER, SynclineError } from "@syncline/core";
import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";
import type { KeySetOptions } from "./key-set.ts";
import type { Principal } from "./principal.ts";
import type { TokenOptions } from "./token-options.ts";
import { openTrustedKeys, type TrustedKey } from "./trusted-keys.ts";
import { createVerifiedTokens } from "./verified-tokens.ts";

export type { PrivateKey, PublicKey, TokenOptions } from "./token-options.ts";

export type TokenVerifier = (token: string) => Promise<Principal>;

export type AuthEnvironment = Omit<KeySetOptions, "url" | "privateNetwork">;

const MAX_USER_ID = 128;
/** Some 3 MB. */
const MAX_VERIFIED = 10_000;

/**
 * Makes a verifier. What a token's header says only chooses among the keys that are configured; an
 * algorithm that is not configured for a key is never tried with it, and keys inside of a token or named
 * by it are never looked at. A token that was found good is not checked again until it ends, unless its key
 * was fetched: that one may be withdrawn before.
 * @throws {SynclineError} `config` when no key is configured or one cannot be read
 */
export async function createTokenVerifier(
  options: TokenOptions,
  environment: AuthEnvironment = { now: () => Date.now(), failed: () => {} },
): Promise<TokenVerifier> {
  const keys = await openTrustedKeys(options, environment);
  if (keys.length === 0) {
    throw new SynclineError("config", "No key is configured: tokens could not be checked.", {
      path: "auth",
    });
  }
  const verified = createVerifiedTokens(MAX_VERIFIED, environment.now);
  return async (token) => {
    const known = verified.find(token);
    if (known !== undefined) return known;
    const header = readHeader(token);
    const fitting = keys.filter(
      ({ algorithms, keyId }) =>
        algorithms.some((algorithm) => algorithm === header.alg) &&
        (keyId === undefined || header.kid === undefined || keyId === header.kid),
    );
    let refused: SynclineError | undefined;
    for (const key of fitting) {
      try {
        const claims = await verify(token, key, checksOf(options, key, environment.now()));
        const principal = toPrincipal(claims, {
          nowMs: environment.now(),
          maxLifetimeSeconds: options.maxLifetimeSeconds ?? Number.POSITIVE_INFINITY,
        });
        if (typeof key.key !== "function") verified.keep(token, principal);
        return { ...principal };
      } catch (thrown) {
        refused = refusal(thrown);
        if (!anotherKeyMayFit(thrown)) break;
      }
    }
    throw refused ?? unauthenticated("The token is signed in a way that is not accepted here.");
  };
}

function readHeader(token: string): { readonly alg?: unknown; readonly kid?: unknown } {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw unauthenticated("The token is no JSON Web Token.");
  }
}

function checksOf(options: TokenOptions, key: TrustedKey, nowMs: number): JWTVerifyOptions {
  return {
    algorithms: [...key.algorithms],
    clockTolerance: options.toleranceSeconds ?? 5,
    currentDate: new Date(nowMs),
    requiredClaims: ["exp", "sub"],
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
    ...(options.audience === undefined ? {} : { audience: options.audience }),
  };
}

async function verify(
  token: string,
  { key }: TrustedKey,
  checks: JWTVerifyOptions,
): Promise<JWTPayload> {
  if (typeof key !== "function") return (await jwtVerify(token, key, checks)).payload;
  try {
    return (await jwtVerify(token, key, checks)).payload;
  } catch (thrown) {
    if (!(thrown instanceof errors.JWKSMultipleMatchingKeys)) throw thrown;
    // The token names no key and several fit: the one that signed it is among them, or none is.
    for await (const candidate of thrown) {
      try {
        return (await jwtVerify(token, candidate, checks)).payload;
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function toPrincipal(
  { sub, exp, ...claims }: JWTPayload,
  { nowMs, maxLifetimeSeconds }: { readonly nowMs: number; readonly maxLifetimeSeconds: number },
): Principal {
  if (typeof sub !== "string" || sub === "" || sub.length > MAX_USER_ID || !isStorable(sub)) {
    throw unauthenticated("The token names no user in `sub`.");
  }
  // No rule holds this user back: only a key of this server is good for it.
  if (sub === ROOT_USER) throw unauthenticated("The token names a user that is reserved.");
  if (!Number.isSafeInteger(exp) || exp === undefined) {
    throw unauthenticated("The token's `exp` is no whole number of seconds.");
  }
  if (exp - nowMs / 1000 > maxLifetimeSeconds) {
    throw unauthenticated("The token is good for longer than is accepted here.");
  }
  const sid = claims["sid"];
  if (sid === undefined) return { userId: sub, expiresAtMs: exp * 1000 };
  if (typeof sid !== "string" || sid === "" || sid.length > MAX_USER_ID || !isStorable(sid))
    throw unauthenticated("The token's `sid` names no session.");
  return { userId: sub, expiresAtMs: exp * 1000, sessionId: sid };
}

/** Not every database takes a NUL. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function anotherKeyMayFit(thrown: unknown): boolean {
  return (
    thrown instanceof errors.JWSSignatureVerificationFailed ||
    thrown instanceof errors.JWKSNoMatchingKey ||
    isSynclineError(thrown, "unavailable")
  );
}

/** Whatever went wrong, nobody is let in; only keys that are away for now are another answer than 401. */
function refusal(thrown: unknown): SynclineError {
  if (isSynclineError(thrown)) return thrown;
  if (thrown instanceof errors.JWTExpired) return unauthenticated("The token has expired.");
  if (thrown instanceof errors.JWTClaimValidationFailed) {
    return unauthenticated(`The token's \`${thrown.claim}\` is missing or not accepted.`);
  }
  return unauthenticated("The token is not valid.");
}

function unauthenticated(message: string): SynclineError {
  return new SynclineError("unauthenticated", message);
}
