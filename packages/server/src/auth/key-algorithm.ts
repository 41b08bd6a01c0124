// Which algorithm a key is for: each kind that is known here has one.

import { createPublicKey, type KeyObject } from "node:crypto";
import { SynclineError } from "@syncline/core";
import type { PublicKey } from "./token-options.ts";

/** @returns undefined for a key of a kind that no token is signed with here */
export function algorithmOf({
  asymmetricKeyType,
  asymmetricKeyDetails,
}: KeyObject): PublicKey["algorithm"] | undefined {
  switch (asymmetricKeyType) {
    case "rsa":
      return "RS256";
    case "ed25519":
      return "EdDSA";
    case "ec":
      return asymmetricKeyDetails?.namedCurve === "prime256v1" ? "ES256" : undefined;
    default:
      return undefined;
  }
}

/**
 * A public key in PEM form, with the algorithm that it is for.
 * @throws {SynclineError} `config` with this path for what is no public key, or of another kind
 */
export function publicKeyOf(pem: string, path: string): PublicKey {
  if (pem.includes("PRIVATE KEY-----"))
    throw new SynclineError(
      "config",
      "This is a private key: give its public half (openssl pkey -in old.pem -pubout).",
      { path },
    );
  let algorithm: PublicKey["algorithm"] | undefined;
  try {
    algorithm = algorithmOf(createPublicKey(pem));
  } catch (thrown) {
    throw new SynclineError("config", "This is no public key in PEM form.", {
      path,
      cause: thrown,
    });
  }
  if (algorithm !== undefined) return { algorithm, key: pem };
  throw new SynclineError("config", "The key is for no algorithm that is known here.", { path });
}
