// Fetching a JWKS document: bounded in time and size, and only from the address that was configured.

import type { JSONWebKeySet, JWK } from "jose";

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 512 * 1024;

/** @throws whatever was wrong with the address's answer; the reason is for the log */
export async function fetchKeySet(url: URL, timeoutMs = TIMEOUT_MS): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`The JWKS address answered with status ${response.status}.`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`The JWKS document is larger than ${MAX_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const document: unknown = JSON.parse(Buffer.concat(chunks, size).toString("utf8"));
  if (!isKeySet(document)) throw new Error("The JWKS address did not answer with a set of keys.");
  return document;
}

function isKeySet(document: unknown): document is JSONWebKeySet {
  return (
    typeof document === "object" &&
    document !== null &&
    "keys" in document &&
    Array.isArray(document.keys) &&
    document.keys.every(isKey)
  );
}

function isKey(key: unknown): key is JWK {
  return typeof key === "object" && key !== null && "kty" in key && typeof key.kty === "string";
}
