// A network that can be cut: a TCP proxy between a browser and the app.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Gate {
  readonly url: string;
  /** Breaks every connection, and takes no new ones. */
  cut(): void;
  restore(): void;
  close(): Promise<void>;
}

/** Opens a gate to a server on this machine. */
export async function openGate(target: string): Promise<Gate> {
  const { port, hostname } = new URL(target);
  const sockets = new Set<Socket>();
  let open = true;
  const server = createServer((client) => {
    if (!open) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    // Service workers and locks need a secure context, which localhost is.
    url: `http://localhost:${(server.address() as AddressInfo).port}`, // it listens on a port
    cut() {
      open = false;
      breakAll();
    },
    restore() {
      open = true;
    },
    async close() {
      breakAll();
      server.close();
      await once(server, "close");
    },
  };
}
