// Token verification: which keys are trusted, with which algorithms, and what a token must say.

import { SynclineError } from "@syncline/core";
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  importJWK,
  importSPKI,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import type { Principal } from "./principal.ts";

export type Algorithm = "HS256" | "RS256" | "ES256" | "EdDSA";

/** A public key and the one algorithm that it is trusted with. */
export interface PublicKey {
  readonly algorithm: Exclude<Algorithm, "HS256">;
  /** PEM text (SPKI) or a JWK. */
  readonly key: string | JWK;
  readonly keyId?: string;
}

export interface TokenOptions {
  /** A shared secret for HS256, at least 32 bytes. */
  readonly secret?: string;
  readonly publicKeys?: readonly PublicKey[];
  readonly jwksUrl?: string;
  /** The algorithms that keys of `jwksUrl` are trusted with; EdDSA, ES256 and RS256 where left out. */
  readonly jwksAlgorithms?: readonly Exclude<Algorithm, "HS256">[];
  readonly issuer?: string;
  readonly audience?: string;
  /** How far clocks may disagree about `exp` and `nbf`. */
  readonly toleranceSeconds?: number;
}

export type TokenVerifier = (token: string) => Promise<Principal>;

interface Source {
  readonly algorithms: readonly Algorithm[];
  readonly keyId?: string;
  readonly key: Uint8Array | Awaited<ReturnType<typeof importSPKI>> | JWTVerifyGetKey;
}

const JWKS_TIMEOUT_MS = 5_000;
/** How long after one fetch of the JWKS an unknown key id causes another. */
const JWKS_COOLDOWN_MS = 6_000;
/** How long keys are used without being fetched again; an outage is bridged for as long. */
const JWKS_MAX_AGE_MS = 5 * 60_000;
const SECRET_BYTES = 32;

/**
 * Makes a verifier. What a token's header says only chooses among the keys that are configured; an
 * algorithm that is not configured for a key is never tried with it.
 * @throws {SynclineError} `config` when no key is configured or one cannot be read
 */
export async function createTokenVerifier(options: TokenOptions): Promise<TokenVerifier> {
  const sources = await openSources(options);
  if (sources.length === 0) {
    throw new SynclineError("config", "No key is configured: tokens could not be checked.", {
      path: "auth",
    });
  }
  return async (token) => {
    const header = readHeader(token);
    const fitting = sources.filter(
      ({ algorithms, keyId }) =>
        algorithms.some((algorithm) => algorithm === header.alg) &&
        (keyId === undefined || header.kid === undefined || keyId === header.kid),
    );
    for (const [index, source] of fitting.entries()) {
      try {
        return toPrincipal(await verify(token, source, options));
      } catch (thrown) {
        const otherKeyMayFit =
          thrown instanceof errors.JWSSignatureVerificationFailed && index < fitting.length - 1;
        if (!otherKeyMayFit) throw refusal(thrown);
      }
    }
    throw unauthenticated("The token is signed with an algorithm that is not accepted here.");
  };
}

async function openSources(options: TokenOptions): Promise<Source[]> {
  const sources: Source[] = [];
  if (options.secret !== undefined) {
    const key = new TextEncoder().encode(options.secret);
    if (key.length < SECRET_BYTES) {
      throw new SynclineError(
        "config",
        `The secret has ${key.length} bytes; HS256 needs ${SECRET_BYTES} or more.`,
        {
          path: "auth.secret",
        },
      );
    }
    sources.push({ algorithms: ["HS256"], key });
  }
  for (const [index, { algorithm, key, keyId }] of (options.publicKeys ?? []).entries()) {
    try {
      const imported =
        typeof key === "string"
          ? await importSPKI(key.trim(), algorithm)
          : await importJWK(key, algorithm);
      if (imported instanceof Uint8Array) throw new Error("a symmetric key is no public key");
      sources.push({
        algorithms: [algorithm],
        key: imported,
        ...(keyId === undefined ? {} : { keyId }),
      });
    } catch (thrown) {
      throw new SynclineError("config", `This is no ${algorithm} public key.`, {
        path: `auth.publicKeys.${index}`,
        cause: thrown,
      });
    }
  }
  if (options.jwksUrl !== undefined) {
    const key = createRemoteJWKSet(new URL(options.jwksUrl), {
      timeoutDuration: JWKS_TIMEOUT_MS,
      cooldownDuration: JWKS_COOLDOWN_MS,
      cacheMaxAge: JWKS_MAX_AGE_MS,
    });
    sources.push({ algorithms: options.jwksAlgorithms ?? ["EdDSA", "ES256", "RS256"], key });
  }
  return sources;
}

function readHeader(token: string): { alg?: string; kid?: string } {
  try {
    return decodeProtectedHeader(token) as { alg?: string; kid?: string };
  } catch {
    throw unauthenticated("The token is no JSON Web Token.");
  }
}

async function verify(token: string, source: Source, options: TokenOptions): Promise<JWTPayload> {
  const checks = {
    algorithms: [...source.algorithms],
    clockTolerance: options.toleranceSeconds ?? 5,
    requiredClaims: ["exp", "sub"],
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
    ...(options.audience === undefined ? {} : { audience: options.audience }),
  };
  const { payload } =
    typeof source.key === "function"
      ? await jwtVerify(token, source.key, checks)
      : await jwtVerify(token, source.key, checks);
  return payload;
}

function toPrincipal({ sub, exp }: JWTPayload): Principal {
  if (typeof sub !== "string" || sub === "" || sub.length > 128 || !sub.isWellFormed()) {
    throw unauthenticated("The token names no user in `sub`.");
  }
  if (typeof exp !== "number" || !Number.isFinite(exp))
    throw unauthenticated("The token has no `exp`.");
  return { userId: sub, expiresAtMs: exp * 1000 };
}

function refusal(thrown: unknown): SynclineError {
  if (thrown instanceof SynclineError) return thrown;
  if (thrown instanceof errors.JWTExpired) return unauthenticated("The token has expired.");
  if (thrown instanceof errors.JWTClaimValidationFailed) {
    return unauthenticated(`The token's \`${thrown.claim}\` is missing or not accepted.`);
  }
  const keysAway = thrown instanceof errors.JWKSTimeout || !(thrown instanceof errors.JOSEError);
  if (keysAway) {
    return new SynclineError("unavailable", "The keys for checking tokens cannot be fetched now.", {
      retryAfter: 5,
      cause: thrown,
    });
  }
  if (thrown.code === "ERR_JOSE_GENERIC") {
    return new SynclineError("unavailable", "The keys for checking tokens cannot be fetched now.", {
      retryAfter: 5,
      cause: thrown,
    });
  }
  return unauthenticated("The token is not valid.");
}

function unauthenticated(message: string): SynclineError {
  return new SynclineError("unauthenticated", message);
}
