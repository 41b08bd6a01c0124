// The keys that tokens are checked with, each with the algorithms that it is trusted for.

import { SynclineError } from "@syncline/core";
import { type CryptoKey, importJWK, importSPKI, type JWTVerifyGetKey } from "jose";
import { createKeySet, type KeySetOptions } from "./key-set.ts";
import { openPrivateKey } from "./private-key.ts";
import type { Algorithm, PublicKey, TokenOptions } from "./token-options.ts";

export interface TrustedKey {
  readonly algorithms: readonly Algorithm[];
  readonly keyId?: string;
  readonly key: CryptoKey | JWTVerifyGetKey;
}

const SECRET_BYTES = 32;
const RSA_BITS = 2_048;
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Reads the configured keys.
 * @throws {SynclineError} `config`, with the option as path, when one is too weak or cannot be read
 */
export async function openTrustedKeys(
  options: TokenOptions,
  environment: Omit<KeySetOptions, "url" | "privateNetwork">,
): Promise<TrustedKey[]> {
  const keys: TrustedKey[] = [];
  if (options.secret !== undefined) {
    keys.push({ algorithms: ["HS256"], key: await openSecret(options.secret) });
  }
  if (options.privateKey !== undefined) {
    const { algorithm, verifying } = await openPrivateKey(options.privateKey);
    const { keyId } = options.privateKey;
    const name = keyId === undefined ? {} : { keyId };
    keys.push({ algorithms: [algorithm], key: verifying, ...name });
  }
  for (const name of ["publicKeys", "retiredKeys"] as const)
    for (const [index, publicKey] of (options[name] ?? []).entries())
      keys.push(await openPublicKey(publicKey, `auth.${name}.${index}`));
  if (options.jwksUrl !== undefined) {
    const privateNetwork = options.jwksPrivateNetwork === true;
    keys.push({
      algorithms: options.jwksAlgorithms ?? ["EdDSA", "ES256", "RS256"],
      key: createKeySet({ ...environment, url: jwksUrl(options), privateNetwork }),
    });
  }
  return keys;
}

async function openSecret(secret: string): Promise<CryptoKey> {
  const path = "auth.secret";
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < SECRET_BYTES) {
    const message = `The secret has ${bytes.length} bytes; HS256 needs ${SECRET_BYTES} or more.`;
    throw new SynclineError("config", message, { path });
  }
  if (secret.includes("-----BEGIN")) {
    throw new SynclineError(
      "config",
      "The secret is a key in PEM form, which others may know: give a public key as a public key.",
      { path },
    );
  }
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return await crypto.subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
}

/** @throws {SynclineError} `config` with this path for what is no public key of its algorithm, or a weak one */
export async function openPublicKey(
  { algorithm, key, keyId }: PublicKey,
  path: string,
): Promise<TrustedKey & { readonly key: CryptoKey }> {
  let imported: CryptoKey | Uint8Array;
  try {
    imported =
      typeof key === "string"
        ? await importSPKI(key.trim(), algorithm)
        : await importJWK(key, algorithm);
  } catch (thrown) {
    throw new SynclineError("config", `This is no ${algorithm} public key.`, {
      path,
      cause: thrown,
    });
  }
  const pinned = typeof key === "string" ? undefined : key.alg;
  if (imported instanceof Uint8Array || imported.type !== "public") {
    throw new SynclineError("config", "This is a secret or private key, no public one.", { path });
  }
  if (pinned !== undefined && pinned !== algorithm) {
    const message = `The key says that it is for ${pinned}, the configuration ${algorithm}.`;
    throw new SynclineError("config", message, { path });
  }
  if ("modulusLength" in imported.algorithm && Number(imported.algorithm.modulusLength) < RSA_BITS)
    throw new SynclineError("config", `An RSA key needs ${RSA_BITS} bits or more.`, { path });
  return { algorithms: [algorithm], key: imported, ...(keyId === undefined ? {} : { keyId }) };
}

function jwksUrl({ jwksUrl: text = "", jwksPrivateNetwork }: TokenOptions): URL {
  const path = "auth.jwksUrl";
  if (!URL.canParse(text)) {
    throw new SynclineError("config", "The address of the JWKS is no URL.", { path });
  }
  const url = new URL(text);
  const isSafe =
    url.protocol === "https:" ||
    (url.protocol === "http:" && (LOOPBACK.has(url.hostname) || jwksPrivateNetwork === true));
  if (!isSafe) {
    throw new SynclineError(
      "config",
      "The JWKS must come over https (http only from this machine, or from the private network that jwksPrivateNetwork allows): who can alter it can sign tokens.",
      { path },
    );
  }
  return url;
}
