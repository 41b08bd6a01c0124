// Where a connection comes from, and whose word about that is believed.

import type { IncomingMessage } from "node:http";
import proxyAddr from "@fastify/proxy-addr";
import { SynclineError } from "@syncline/core";

export interface Trusted {
  /** Where a request comes from that Fastify does not see, the upgrade of a socket: the same rule as for requests. */
  addressOf(request: IncomingMessage): string;
  /** Whether this is a proxy, behind whose address others are. */
  trusts(address: string): boolean;
}

/**
 * @param trusted addresses of proxies whose X-Forwarded-For is believed
 * @throws {SynclineError} `config` for what is no address, or every address
 */
export function addressReader(trusted: readonly string[] | undefined): Trusted {
  for (const one of trusted ?? []) checkTrusted(one);
  const trust = proxyAddr.compile([...(trusted ?? [])]);
  return {
    addressOf: (request) => proxyAddr(request, trust),
    trusts: (address) => trust(address, 0),
  };
}

function checkTrusted(given: string): void {
  const everybody = /^[^/]*\/0+$/.test(given);
  if (!everybody && isReadable(given)) return;
  const message = everybody
    ? `${JSON.stringify(given)} is every address: then anybody could say where he comes from. Name the proxies' own.`
    : `${JSON.stringify(given)} is no address and no network of proxies: write 10.0.0.5, 10.0.0.0/8 or loopback.`;
  throw new SynclineError("config", message, { path: "trustProxy" });
}

function isReadable(given: string): boolean {
  try {
    proxyAddr.compile([given]);
    return true;
  } catch {
    return false; // it says what is wrong in words of its own
  }
}
