// What an operator says about tokens: which keys are trusted, with which algorithms, and what a token must say.

import type { JWK } from "jose";

export type Algorithm = "HS256" | "RS256" | "ES256" | "EdDSA";

/** A public key and the one algorithm that it is trusted with. */
export interface PublicKey {
  readonly algorithm: Exclude<Algorithm, "HS256">;
  /** PEM text (SPKI) or a JWK. */
  readonly key: string | JWK;
  readonly keyId?: string;
}

/** A private key and the one algorithm that tokens are signed with by it. */
export interface PrivateKey {
  readonly algorithm: Exclude<Algorithm, "HS256">;
  /** PEM text, without a passphrase. */
  readonly key: string;
  /** Becomes `kid` of the tokens; the key's thumbprint (RFC 7638) where left out. */
  readonly keyId?: string;
}

export interface TokenOptions {
  /** A shared secret for HS256, at least 32 bytes. */
  readonly secret?: string;
  /** What this server signs with, instead of `secret`; tokens that it has signed are accepted. */
  readonly privateKey?: PrivateKey;
  /** Keys that others sign with; their tokens are accepted. */
  readonly publicKeys?: readonly PublicKey[];
  /** The public halves of keys that this server signed with before: accepted, and published beside the one of now. */
  readonly retiredKeys?: readonly PublicKey[];
  /** Over https, or http from this machine. A private or link-local address is refused. */
  readonly jwksUrl?: string;
  /** The algorithms that keys of `jwksUrl` are trusted with; EdDSA, ES256 and RS256 where left out. */
  readonly jwksAlgorithms?: readonly Exclude<Algorithm, "HS256">[];
  /** Allows `jwksUrl` to lie in a private network, and plain http to it there; wherever the name leads, that holds. */
  readonly jwksPrivateNetwork?: boolean;
  readonly issuer?: string;
  readonly audience?: string;
  /** How far clocks may disagree about `exp` and `nbf`; 5 where left out. */
  readonly toleranceSeconds?: number;
  /** A token that is good for longer than this from now is refused; any length where left out. */
  readonly maxLifetimeSeconds?: number;
}
