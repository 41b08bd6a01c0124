// Fetching a JWKS document: bounded in time and size, and only from the address that was configured. No redirect is
// followed, and where the name leads is looked at when the connection is made.

import { lookup } from "node:dns";
import * as http from "node:http";
import * as https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { JSONWebKeySet, JWK } from "jose";
import { isPrivateAddress } from "./private-address.ts";

export interface FetchOptions {
  /** Whether the address may lie in a private network; plain http is spoken only there. */
  readonly privateNetwork: boolean;
  readonly timeoutMs?: number;
  /** Looks a name up; the system's way where left out. */
  readonly lookup?: typeof lookup;
}

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 512 * 1024;
const THIS_MACHINE: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** @throws whatever was wrong with the address's answer; the reason is for the log */
export async function fetchKeySet(url: URL, options: FetchOptions): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  try {
    return await read(url, options, signal);
  } catch (thrown) {
    throw signal.aborted ? signal.reason : thrown;
  }
}

async function read(url: URL, options: FetchOptions, signal: AbortSignal): Promise<JSONWebKeySet> {
  const response = await get(url, options, signal);
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`The JWKS address answered with status ${response.statusCode}.`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = chunk as Buffer; // no encoding is set
    size += bytes.length;
    if (size > MAX_BYTES) throw new Error(`The JWKS document is larger than ${MAX_BYTES} bytes.`);
    chunks.push(bytes);
  }
  const document: unknown = JSON.parse(Buffer.concat(chunks, size).toString("utf8"));
  if (!isKeySet(document)) throw new Error("The JWKS address did not answer with a set of keys.");
  return document;
}

function get(url: URL, options: FetchOptions, signal: AbortSignal): Promise<http.IncomingMessage> {
  const refused = (address: string) => refusalOf(url, address, options.privateNetwork);
  const find = options.lookup ?? lookup;
  /** A name is looked up once, and what was looked at is what is connected to. */
  const guarded: LookupFunction = (name, asked, done) => {
    find(name, { ...asked, all: true }, (error, addresses) => {
      if (error !== null) return done(error, "");
      const [first] = addresses;
      const problem = addresses.map(({ address }) => refused(address)).find((one) => one !== null);
      if (first === undefined || problem != null)
        return done(problem ?? new Error("The JWKS address has no IP address."), "");
      if (asked.all === true) return done(null, addresses);
      return done(null, first.address, first.family);
    });
  };
  return new Promise((resolve, reject) => {
    const literal = url.hostname.replace(/^\[|\]$/g, "");
    // No name is looked up of an address that is written out.
    const problem = isIP(literal) === 0 ? null : refused(literal);
    if (problem !== null) return reject(problem);
    const { request } = url.protocol === "https:" ? https : http;
    request(url, {
      headers: { accept: "application/json", "accept-encoding": "identity" },
      lookup: guarded,
      agent: false,
      signal,
    })
      .once("response", resolve)
      .once("error", reject)
      .end();
  });
}

/** Why this address is not connected to; null: it may be. */
function refusalOf(url: URL, address: string, privateNetwork: boolean): Error | null {
  if (THIS_MACHINE.has(url.hostname)) return null;
  const isPrivate = isPrivateAddress(address);
  if (isPrivate && !privateNetwork)
    return new Error(
      `The JWKS address ${url.host} leads into a private network (${address}): allow it with --jwks-private-network.`,
    );
  if (!isPrivate && url.protocol === "http:")
    return new Error(
      `The JWKS address ${url.host} leads out of the private network (${address}): use https.`,
    );
  return null;
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
