// The private key that this server signs tokens with: read once, and refused by name where it does not fit.

import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { SynclineError } from "@syncline/core";
import { type CryptoKey, calculateJwkThumbprint, exportJWK, importPKCS8, importSPKI } from "jose";
import { algorithmOf } from "./key-algorithm.ts";
import type { PrivateKey } from "./token-options.ts";

export interface KeyPair {
  readonly algorithm: PrivateKey["algorithm"];
  /** The thumbprint of its public half (RFC 7638) where it was given no name: everybody computes the same. */
  readonly keyId: string;
  readonly signing: CryptoKey;
  readonly verifying: CryptoKey;
}

const RSA_BITS = 2_048;
const PATH = "auth.privateKey";

/** @throws {SynclineError} `config` with path `auth.privateKey` for what is no private key, or none for the algorithm */
export async function openPrivateKey({ algorithm, key, keyId }: PrivateKey): Promise<KeyPair> {
  const object = read(key);
  const kind = algorithmOf(object);
  if (kind !== algorithm) {
    const said = kind === undefined ? "is for no algorithm that is known here" : `is for ${kind}`;
    throw refused(`The private key ${said}, and the configuration says ${algorithm}.`);
  }
  if (algorithm === "RS256" && (object.asymmetricKeyDetails?.modulusLength ?? 0) < RSA_BITS)
    throw refused(`An RSA key needs ${RSA_BITS} bits or more.`);
  const spki = createPublicKey(object).export({ type: "spki", format: "pem" }).toString();
  const pkcs8 = object.export({ type: "pkcs8", format: "pem" }).toString();
  const verifying = await importSPKI(spki, algorithm);
  return {
    algorithm,
    keyId: keyId ?? (await calculateJwkThumbprint(await exportJWK(verifying), "sha256")),
    signing: await importPKCS8(pkcs8, algorithm),
    verifying,
  };
}

function read(pem: string): KeyObject {
  if (pem.includes("-----BEGIN ENCRYPTED") || pem.includes("Proc-Type: 4,ENCRYPTED"))
    throw refused("The private key is locked with a passphrase: give it without one.");
  try {
    return createPrivateKey(pem);
  } catch (thrown) {
    const isPublic = pem.includes("-----BEGIN PUBLIC KEY") || pem.includes("-----BEGIN CERTIF");
    const what = isPublic ? "a public key, no private one" : "no private key in PEM form";
    throw new SynclineError("config", `This is ${what}.`, { path: PATH, cause: thrown });
  }
}

function refused(message: string): SynclineError {
  return new SynclineError("config", message, { path: PATH });
}
