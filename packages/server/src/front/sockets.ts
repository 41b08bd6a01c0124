// WebSockets: the upgrade, who may ask for it, what waits on either side, and when it is over.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isSynclineError, SynclineError } from "@syncline/core";
import { WebSocket, WebSocketServer } from "ws";
import type { EndReason, SocketListener, SocketRoute } from "../protocol/socket.ts";
import type { Throttle } from "../rate/throttle.ts";
import type { Ends } from "./ends.ts";
import type { Pace } from "./pace.ts";
import { type FoundSocket, findSocket, refuseUpgrade } from "./upgrade.ts";

export interface SocketOptions {
  readonly routes: readonly SocketRoute[];
  readonly ends: Ends;
  readonly throttle: Throttle;
  readonly pace: Pace;
  overloaded(): SynclineError | undefined;
  /** Where a socket comes from, through the proxies that are trusted. */
  addressOf(request: IncomingMessage): string;
  /** Origins whose pages may open a socket, besides the server's own; programs send none. */
  readonly corsOrigins: readonly string[];
  closing(): boolean;
  connected(change: 1 | -1): void;
  failed(what: string, thrown: unknown): void;
}

export interface Sockets {
  /** Takes a server's upgrade, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells everybody to connect elsewhere, and waits for them a moment. */
  close(): Promise<void>;
}

interface Connection {
  readonly socket: WebSocket;
  readonly route: SocketRoute;
  readonly listener: SocketListener;
  readonly openedAtMs: number;
  isKnown: boolean;
  isAlive: boolean;
  beatAtMs: number;
  finish(reason: EndReason): void;
  /** Looks again whether it may be read from. */
  listen(): void;
}

const TICK_MS = 500;
/** Messages of one socket that wait; beyond them it is not read from. */
const MAX_WAITING = 4;
/** How long a shutdown waits for sockets to say good-bye, and a socket for the other side's. */
const GOODBYE_MS = 1_000;

export function createSockets(options: SocketOptions): Sockets {
  const { ends, failed, pace } = options;
  const connections = new Set<Connection>();
  const servers = new Map(options.routes.map((route) => [route, serverOf(route)]));
  const ticking = setInterval(tick, TICK_MS);
  ticking.unref();

  function tick(): void {
    const now = Date.now();
    pace.sweep();
    for (const connection of connections) {
      const { socket, route, listener, openedAtMs } = connection;
      if (!connection.isKnown && now - openedAtMs >= route.authenticateMs)
        connection.finish("late");
      listener.tick?.();
      if (socket.isPaused) connection.listen();
      if (now - connection.beatAtMs < route.heartbeatMs) continue;
      connection.beatAtMs = now;
      if (connection.isAlive) socket.ping();
      else connection.finish("silent");
      connection.isAlive = false;
    }
  }

  function accept(socket: WebSocket, { route, ...call }: FoundSocket, address: string): void {
    let isOver = false;
    let waiting = 0;
    let last: Promise<void> = Promise.resolve();

    const take = (message: Buffer) => (isOver ? undefined : listener.message(message));
    /** Whoever does not read what it is answered is not listened to. */
    const listen = () => {
      const mayRead =
        waiting < MAX_WAITING &&
        socket.bufferedAmount <= route.bufferedBytes &&
        pace.isGood(address);
      if (mayRead && socket.isPaused) socket.resume();
      else if (!mayRead && !socket.isPaused) socket.pause();
    };
    const close = (code: number, reason: string) => {
      if (isOver) return;
      isOver = true;
      end.close();
      socket.close(code, reason);
      // Its answer is behind what the other side has not taken.
      if (socket.isPaused) socket.resume();
      setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
    };
    const finish = (reason: EndReason) => {
      if (isOver) return;
      if (reason === "unread" || reason === "silent" || reason === "flood") {
        isOver = true;
        end.close();
        socket.terminate();
        return;
      }
      listener.ending?.(reason);
      close(...route.closing(reason));
    };
    let end: ReturnType<Ends["open"]>;
    try {
      end = ends.open({
        address,
        places: route.places,
        waiting: () => socket.bufferedAmount,
        cut: finish,
      });
    } catch (thrown) {
      if (!isSynclineError(thrown)) throw thrown;
      socket.close(1013, thrown.code);
      socket.once("error", () => undefined);
      return;
    }
    options.connected(1);
    const listener = route.open(
      {
        send(message) {
          if (isOver || end.isOver() || socket.readyState !== WebSocket.OPEN || !end.fits())
            return false;
          socket.send(message, { binary: false, compress: false });
          if (socket.bufferedAmount > route.bufferedBytes && !socket.isPaused) {
            socket.pause();
            // An empty frame behind all that waits: once it is out, so is everything before it.
            socket.ping("", false, listen);
          }
          return true;
        },
        get waiting() {
          return socket.bufferedAmount;
        },
        close,
        identify(principal) {
          end.identify(principal);
          connection.isKnown = true;
        },
      },
      call,
    );
    const connection: Connection = {
      socket,
      route,
      listener,
      openedAtMs: Date.now(),
      beatAtMs: Date.now(),
      isKnown: false,
      isAlive: true,
      finish,
      listen,
    };
    connections.add(connection);
    socket.on("message", (data, isBinary) => {
      connection.isAlive = true;
      if (isOver) return;
      const paced = pace.take(address);
      if (paced === "flood") return finish("flood");
      if (paced === "late" && !socket.isPaused) socket.pause();
      if (end.isOver()) return finish("expired");
      if (isBinary && route.anyFrames !== true) return finish("binary");
      const message = data as Buffer; // the server's binaryType gives Buffers
      if (listener.urgent?.(message) === true) return;
      // What is answered at once need not wait for its turn.
      const working = waiting === 0 ? listener.message(message) : last.then(() => take(message));
      if (working === undefined) return;
      waiting += 1;
      listen();
      last = working
        .catch((thrown: unknown) => failed("a socket's message", thrown))
        .then(() => {
          waiting -= 1;
          listen();
        });
    });
    socket.on("pong", () => {
      connection.isAlive = true;
    });
    // What is wrong with a frame (too large, not UTF-8) closes the socket with its own code.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      isOver = true;
      end.close();
      connections.delete(connection);
      options.connected(-1);
      listener.closed();
    });
  }

  async function admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    let found: FoundSocket;
    let address: string;
    const route = { current: undefined as SocketRoute | undefined };
    try {
      found = findSocket(request, options, (matched) => {
        route.current = matched;
      });
      address = options.addressOf(request);
      await options.throttle.address(address);
    } catch (thrown) {
      if (!isSynclineError(thrown)) failed("a socket's upgrade", thrown);
      const error = isSynclineError(thrown) ? thrown : new SynclineError("internal");
      refuseUpgrade(socket, error, route.current);
      return;
    }
    if (socket.destroyed) return;
    servers
      .get(found.route)
      ?.handleUpgrade(request, socket, head, (opened) => accept(opened, found, address));
  }

  return {
    upgrade(request, socket, head) {
      // A peer that is gone before it is answered.
      socket.on("error", () => socket.destroy());
      void admit(request, socket, head);
    },
    async close() {
      clearInterval(ticking);
      const open = [...connections];
      const gone = open.map(
        ({ socket }) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
      );
      for (const connection of open) connection.finish("closing");
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, GOODBYE_MS);
      });
      await Promise.race([Promise.all(gone), late]);
      clearTimeout(timer);
      for (const { socket } of open) socket.terminate();
      for (const server of servers.values()) server.close();
    },
  };
}

function serverOf({ messageBytes, subprotocol }: SocketRoute): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: messageBytes,
    // Measured: it costs more time and memory for each socket than it saves; see docs/decisions/011.
    perMessageDeflate: false,
    handleProtocols: (names) =>
      subprotocol !== undefined && names.has(subprotocol) ? subprotocol : false,
  });
}
