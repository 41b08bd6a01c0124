// WebSockets: the upgrade, who may ask for it, and a session on each socket.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isSynclineError, type Limits, SynclineError } from "@syncline/core";
import { LIVE_CLOSE, LIVE_SUBPROTOCOL } from "@syncline/core/protocol";
import { WebSocket, WebSocketServer } from "ws";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Engine } from "../engine/contract.ts";
import { createSlots } from "../http/slots.ts";
import type { Throttle } from "../rate/throttle.ts";
import { errorFrame } from "./frame.ts";
import type { Hub } from "./hub.ts";
import type { LiveLimits } from "./limits.ts";
import { createSession, type Session } from "./session.ts";

export interface SocketOptions {
  readonly engine: Engine;
  readonly hub: Hub;
  readonly verifyToken: TokenVerifier;
  readonly limits: LiveLimits;
  readonly throttle: Throttle;
  overloaded?(): SynclineError | undefined;
  /** Where a socket comes from, through the proxies that are trusted. */
  addressOf(request: IncomingMessage): string;
  readonly protocolLimits: Limits;
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
  readonly session: Session;
  alive: boolean;
}

const PATH = "/v1/live";
const TICK_MS = 1_000;
/** Messages of one socket that wait; beyond them it is not read from. */
const MAX_WAITING = 4;
/** How long a shutdown waits for sockets to say good-bye. */
const GOODBYE_MS = 1_000;

export function createSockets(options: SocketOptions): Sockets {
  const { limits } = options;
  const slots = createSlots({ all: limits.sockets, ofUser: limits.socketsOfUser });
  const connections = new Set<Connection>();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.messageBytes,
    // Measured: it costs more time and memory for each socket than it saves; see docs/decisions/011.
    perMessageDeflate: false,
    handleProtocols: (names) => (names.has(LIVE_SUBPROTOCOL) ? LIVE_SUBPROTOCOL : false),
  });
  let beatAtMs = Date.now();
  const ticking = setInterval(tick, TICK_MS);
  ticking.unref();

  function tick(): void {
    const beat = Date.now() - beatAtMs >= limits.heartbeatMs;
    if (beat) beatAtMs = Date.now();
    for (const connection of connections) {
      connection.session.tick();
      if (!beat) continue;
      if (!connection.alive) {
        connection.socket.terminate();
        continue;
      }
      connection.alive = false;
      connection.socket.ping();
    }
    options.hub.presences.tick();
  }

  function accept(socket: WebSocket): void {
    const session = createSession({
      ...options,
      now: () => Date.now(),
      takeSlot: (userId) => slots.take(userId),
      socket: {
        send(frame) {
          if (socket.readyState === WebSocket.OPEN)
            socket.send(frame.bytes(), { binary: false, compress: false });
        },
        buffered: () => socket.bufferedAmount,
        close: (code, reason) => socket.close(code, reason),
      },
    });
    const connection: Connection = { socket, session, alive: true };
    connections.add(connection);
    options.connected(1);
    let last: Promise<void> = Promise.resolve();
    let waiting = 0;
    socket.on("message", (data, isBinary) => {
      connection.alive = true;
      if (isBinary) {
        socket.send(
          errorFrame(new SynclineError("invalid", "Messages are text, not binary.")).bytes(),
          { binary: false },
        );
        socket.close(LIVE_CLOSE.invalid, "binary");
        return;
      }
      // A sign of life is asked for because an answer takes long: it must not wait behind that.
      if (session.urgent(data as Buffer)) return; // the server's binaryType gives Buffers
      waiting += 1;
      if (waiting >= MAX_WAITING) socket.pause();
      last = last
        .then(() => session.message(data as Buffer)) // as above
        .then(() => {
          waiting -= 1;
          if (socket.isPaused) socket.resume();
        });
    });
    socket.on("pong", () => {
      connection.alive = true;
    });
    // What is wrong with a frame (too large, not UTF-8) closes the socket with its own code.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      connections.delete(connection);
      options.connected(-1);
      session.closed();
    });
  }

  async function admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const refusal = refusalOf(request, options);
      if (refusal !== undefined) throw refusal;
      await options.throttle.address(options.addressOf(request));
    } catch (thrown) {
      if (!isSynclineError(thrown)) options.failed("a socket's upgrade", thrown);
      refuse(socket, isSynclineError(thrown) ? thrown : new SynclineError("internal"));
      return;
    }
    if (!socket.destroyed) server.handleUpgrade(request, socket, head, accept);
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A peer that is gone before it is answered.
    socket.on("error", () => socket.destroy());
    void admit(request, socket, head);
  }

  return {
    upgrade,
    async close() {
      clearInterval(ticking);
      const open = [...connections];
      const gone = open.map(
        ({ socket }) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
      );
      for (const { socket } of open) socket.close(LIVE_CLOSE.restart, "the server restarts");
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, GOODBYE_MS);
      });
      await Promise.race([Promise.all(gone), late]);
      clearTimeout(timer);
      for (const { socket } of open) socket.terminate();
      server.close();
    },
  };
}

function refusalOf(
  request: IncomingMessage,
  { corsOrigins, closing, overloaded }: SocketOptions,
): SynclineError | undefined {
  const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
  if (pathname !== PATH) return new SynclineError("not_found", "There is no socket here.");
  if (search !== "") {
    return new SynclineError(
      "invalid",
      "Send the token as the first message, never in the address. This one may be in logs now: withdraw it.",
    );
  }
  if (closing())
    return new SynclineError("unavailable", "The server is shutting down.", { retryAfter: 2 });
  const busy = overloaded?.();
  if (busy !== undefined) return busy;
  const { origin, host } = request.headers;
  if (origin !== undefined && !corsOrigins.includes(origin) && !isOwn(origin, host))
    return new SynclineError("forbidden", "Pages of this origin may not connect.");
  const asked = request.headers["sec-websocket-protocol"];
  if (asked !== undefined && !asked.split(",").some((name) => name.trim() === LIVE_SUBPROTOCOL)) {
    return new SynclineError("incompatible", `This server speaks ${LIVE_SUBPROTOCOL}.`);
  }
  return undefined;
}

/** Whether a page was served by this very server. */
function isOwn(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

function refuse(socket: Duplex, error: SynclineError): void {
  const body = JSON.stringify({ error: error.toBody() });
  const retry = error.retryAfter === undefined ? "" : `Retry-After: ${error.retryAfter}\r\n`;
  socket.end(
    `HTTP/1.1 ${error.status} Refused\r\nConnection: close\r\n${retry}Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
