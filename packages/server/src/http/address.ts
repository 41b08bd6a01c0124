// Where a request comes from that Fastify does not see: the upgrade of a socket.

import type { IncomingMessage } from "node:http";
import proxyAddr from "@fastify/proxy-addr";

/** @param trusted addresses of proxies whose X-Forwarded-For is believed: the same rule as for requests */
export function addressReader(
  trusted: readonly string[] | undefined,
): (request: IncomingMessage) => string {
  const trust = proxyAddr.compile([...(trusted ?? [])]);
  return (request) => proxyAddr(request, trust);
}
