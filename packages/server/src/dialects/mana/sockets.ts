// WebSockets: tell a user's devices that there is something to pull.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isSynclineError, SynclineError } from "@syncline/core";
import { WebSocket, WebSocketServer } from "ws";
import type { ManaContext } from "./context.ts";
import { createSession, type SocketSession } from "./socket-session.ts";

export interface Sockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Looks at every socket now and then: whether it still answers. */
  beat(): void;
  /** How many sockets there are, and how many users have one. */
  counts(): { readonly connections: number; readonly users: number };
  close(): Promise<void>;
}

const PATH = /^\/ws(?:\/([^/?]+))?(?:\?|$)/;
const GOODBYE_MS = 1_000;
/** As the protocol of sockets has it: going away. */
const GOING_AWAY = 1001;

interface Connection {
  readonly socket: WebSocket;
  readonly session: SocketSession;
  isAlive: boolean;
}

export function createSockets(context: ManaContext): Sockets {
  const { mana } = context;
  const connections = new Set<Connection>();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: mana.messageBytes,
    perMessageDeflate: false,
    handleProtocols: () => false,
  });

  function accept(socket: WebSocket, appId: string | undefined): void {
    const session = createSession(context, {
      ...(appId === undefined ? {} : { appId }),
      send(message) {
        if (socket.readyState !== WebSocket.OPEN) return;
        // Hints for somebody who does not read are of no use to him.
        if (socket.bufferedAmount > mana.bufferedBytes) socket.terminate();
        else socket.send(JSON.stringify(message));
      },
      close: (code, reason) => socket.close(code, reason),
      countOf: (userId) =>
        [...connections].filter((other) => other.session.userId() === userId).length,
    });
    const connection: Connection = { socket, session, isAlive: true };
    connections.add(connection);
    socket.on("message", (data) => {
      connection.isAlive = true;
      session.message(String(data));
    });
    socket.on("pong", () => {
      connection.isAlive = true;
    });
    // What is wrong with a frame (too large, not UTF-8) closes the socket with its own code.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      connections.delete(connection);
      session.closed();
    });
  }

  async function admit(request: IncomingMessage, socket: Duplex, head: Buffer, appId?: string) {
    try {
      if (context.closing())
        throw new SynclineError("unavailable", "The server is shutting down.", { retryAfter: 2 });
      await context.throttle.address(context.addressOf(request));
    } catch (thrown) {
      const error = isSynclineError(thrown) ? thrown : new SynclineError("internal");
      refuse(socket, error);
      return;
    }
    if (!socket.destroyed)
      server.handleUpgrade(request, socket, head, (opened) => accept(opened, appId));
  }

  return {
    upgrade(request, socket, head) {
      const found = PATH.exec(request.url ?? "");
      if (found === null) return false;
      const appId = found[1] === undefined ? undefined : decodePart(found[1]);
      // A peer that is gone before it is answered.
      socket.on("error", () => socket.destroy());
      if (found[1] !== undefined && appId === undefined)
        refuse(socket, new SynclineError("invalid", "This is no app."));
      else void admit(request, socket, head, appId);
      return true;
    },
    beat() {
      for (const connection of connections) {
        if (!connection.isAlive) {
          connection.socket.terminate();
          continue;
        }
        connection.isAlive = false;
        connection.socket.ping();
        connection.session.refresh();
      }
    },
    counts() {
      const users = new Set([...connections].map(({ session }) => session.userId()));
      users.delete(undefined);
      return { connections: connections.size, users: users.size };
    },
    async close() {
      const gone = [...connections].map(
        ({ socket }) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
      );
      for (const { socket } of connections) socket.close(GOING_AWAY, "closing");
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, GOODBYE_MS);
      });
      await Promise.race([Promise.all(gone), late]);
      clearTimeout(timer);
      for (const { socket } of connections) socket.terminate();
      server.close();
    },
  };
}

function decodePart(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function refuse(socket: Duplex, error: SynclineError): void {
  const body = `${error.message}\n`;
  socket.end(
    `HTTP/1.1 ${error.status} Refused\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
