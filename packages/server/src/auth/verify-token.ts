// Token verification: the one place where a token becomes a principal.

import { isSynclineError, ROOT_USER, SynclineError } from "@syncline/core";
import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";
import type { KeySetOptions } from "./key-set.ts";
import type { Principal } from "./principal.ts";
import type { TokenOptions } from "./token-options.ts";
import { openTrustedKeys, type TrustedKey } from "./trusted-keys.ts";
import { createVerifiedTokens } from "./verified-tokens.ts";

export type { PrivateKey, PublicKey, TokenOptions } from "./token-options.ts";

export type TokenVerifier = (token: string, habits?: IssuerHabits) => Promise<Principal>;

/** How the issuer of another protocol's tokens is used to make them. It counts for keys that are fetched from it alone. */
export interface IssuerHabits {
  /** True: a token that never ends is good; whoever uses it is asked for it again every five minutes. */
  readonly endless: boolean;
  /** True: a token that names no key is refused. */
  readonly namesKey: boolean;
}

/** Those of an issuer that knows nothing of us: what a token does not say is not held for it. */
const STRICT: IssuerHabits = { endless: false, namesKey: false };
/** For how long somebody with an endless token is taken at their word, where nobody asks again: sockets and streams. */
const TRUSTED_MS = 5 * 60_000;

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
  return async (token, habits = STRICT) => {
    const known = verified.find(token);
    if (known !== undefined) return known;
    const header = readHeader(token);
    const fitting = keys.filter(
      ({ algorithms, keyId, key }) =>
        algorithms.some((algorithm) => algorithm === header.alg) &&
        (header.kid !== undefined || !habits.namesKey || !isFetched(key)) &&
        (keyId === undefined || header.kid === undefined || keyId === header.kid),
    );
    let refused: SynclineError | undefined;
    for (const key of fitting) {
      try {
        const endless = habits.endless && isFetched(key.key);
        const checks = {
          ...checksOf(options, key, environment.now()),
          ...(endless ? ENDLESS : {}),
        };
        const claims = await verify(token, key, checks);
        const principal = toPrincipal(claims, {
          nowMs: environment.now(),
          endless,
          maxLifetimeSeconds: options.maxLifetimeSeconds ?? Number.POSITIVE_INFINITY,
        });
        if (!isFetched(key.key)) verified.keep(token, principal);
        return { ...principal };
      } catch (thrown) {
        refused = refusal(thrown);
        if (!anotherKeyMayFit(thrown)) break;
      }
    }
    throw refused ?? unauthenticated("The token is signed in a way that is not accepted here.");
  };
}

/** What must stand in a token that may be endless. */
const ENDLESS = { requiredClaims: ["sub"] };

function isFetched(key: TrustedKey["key"]): key is JWTVerifyGetKey {
  return typeof key === "function";
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
  if (!isFetched(key)) return (await jwtVerify(token, key, checks)).payload;
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

interface Lifetime {
  readonly nowMs: number;
  /** Whether the token may leave out when it ends. */
  readonly endless: boolean;
  readonly maxLifetimeSeconds: number;
}

function toPrincipal(
  { sub, exp, ...claims }: JWTPayload,
  { nowMs, endless, maxLifetimeSeconds }: Lifetime,
): Principal {
  if (typeof sub !== "string" || sub === "" || sub.length > MAX_USER_ID || !isStorable(sub)) {
    throw unauthenticated("The token names no user in `sub`.");
  }
  // No rule holds this user back: only a key of this server is good for it.
  if (sub === ROOT_USER) throw unauthenticated("The token names a user that is reserved.");
  const isEndless = exp === undefined && endless;
  if (!isEndless && !Number.isSafeInteger(exp))
    throw unauthenticated("The token's `exp` is no whole number of seconds.");
  const endsAt = exp ?? Number.POSITIVE_INFINITY;
  if (endsAt - nowMs / 1000 > maxLifetimeSeconds) {
    throw unauthenticated("The token is good for longer than is accepted here.");
  }
  const expiresAtMs = isEndless ? nowMs + TRUSTED_MS : endsAt * 1000;
  const sid = claims["sid"];
  if (sid === undefined) return { userId: sub, expiresAtMs };
  if (typeof sid !== "string" || sid === "" || sid.length > MAX_USER_ID || !isStorable(sid))
    throw unauthenticated("The token's `sid` names no session.");
  return { userId: sub, expiresAtMs, sessionId: sid };
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
