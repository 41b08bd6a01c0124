// Connections, before anything was said on them: so many in all, and so many of one address.

import type { Server } from "node:http";
import { networkOf } from "../rate/throttle.ts";
import type { HttpLimits } from "./limits.ts";

export interface ConnectionOptions {
  /** Whether an address is a proxy's: behind it are many. */
  trusts(address: string): boolean;
  connected(change: 1 | -1): void;
}

export function limitConnections(
  server: Server,
  limits: Pick<HttpLimits, "connections" | "connectionsOfAddress">,
  { trusts, connected }: ConnectionOptions,
): void {
  const byAddress = new Map<string, number>();
  server.maxConnections = limits.connections;
  server.on("connection", (socket) => {
    connected(1);
    socket.once("close", () => connected(-1));
    const { remoteAddress = "" } = socket;
    if (remoteAddress === "" || trusts(remoteAddress)) return;
    const network = networkOf(remoteAddress);
    const open = (byAddress.get(network) ?? 0) + 1;
    byAddress.set(network, open);
    socket.once("close", () => {
      const left = (byAddress.get(network) ?? 1) - 1;
      if (left > 0) byAddress.set(network, left);
      else byAddress.delete(network);
    });
    // Whoever has so many open need not be answered: nobody else is shut out by them.
    if (open > limits.connectionsOfAddress) socket.destroy();
  });
}
