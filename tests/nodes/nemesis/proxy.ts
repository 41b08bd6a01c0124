// A TCP proxy that a test can cut: connections through it break, or hang as they do when a network swallows packets.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  readonly port: number;
  /** `break` ends connections and refuses new ones; `hang` lets nothing through and says nothing. */
  cut(how: "break" | "hang"): void;
  heal(): void;
  close(): Promise<void>;
}

export async function startProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: "through" | "break" | "hang" = "through";
  const server = createServer((near) => {
    near.on("error", () => near.destroy());
    if (state === "break") {
      near.destroy();
      return;
    }
    const far = connect(targetPort, "127.0.0.1");
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [one, other] of [pair, [far, near] as const]) {
      one.on("error", () => one.destroy());
      one.on("close", () => {
        other.destroy();
        pairs.delete(pair);
      });
      one.pipe(other);
    }
    if (state === "hang") for (const socket of pair) socket.unpipe();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    port,
    cut(how) {
      state = how;
      for (const pair of pairs) {
        for (const socket of pair) {
          if (how === "break") socket.destroy();
          else socket.unpipe().pause();
        }
      }
    },
    heal() {
      state = "through";
      // What hung is lost: a network that comes back does not bring its connections with it.
      for (const pair of pairs) if (pair[0].isPaused()) for (const socket of pair) socket.destroy();
    },
    async close() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
