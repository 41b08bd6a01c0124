// The peer's side of the WebSocket transport, on the package ws.

import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { asyncDispose } from "@syncline/core";
import { type WebSocket, WebSocketServer } from "ws";
import type { ObservedStore } from "../../stores/observed.ts";
import type { PeerOptions } from "../../wire/peer.ts";
import { createRpcPeer } from "../rpc/peer.ts";

export interface WebSocketPeerOptions extends PeerOptions {
  readonly store: ObservedStore;
  /** The server whose upgrades are taken. */
  readonly server: Server;
  /** The path that is taken; `/sync/ws` where left out. Other upgrades are left to who else listens; 404 where nobody does. */
  readonly path?: string;
  /** Asked before every connection; false refuses it. */
  admit?(request: IncomingMessage): boolean | Promise<boolean>;
  /** The largest message; 20 MiB where left out. */
  readonly maxMessageBytes?: number;
}

export interface WebSocketPeer extends AsyncDisposable {
  /** Breaks all connections and takes no more. */
  close(): Promise<void>;
}

const MIB = 1024 * 1024;
const QUESTION = /^(\d{1,15}) ([a-z]{1,16}) /;
/** Questions of one connection that are answered at a time; more wait in the socket. */
const MAX_AT_ONCE = 16;

/** Which path each listener of ours takes: an upgrade that none of a server's listeners can want is refused. */
const PATHS = new WeakMap<object, string>();

interface Unclaimed {
  readonly wanted: string;
  readonly socket: Duplex;
}

/** Says 404 where nobody else listens; what listeners of others do with an upgrade is not known here. */
function refuseUnclaimed(server: Server, own: object, { wanted, socket }: Unclaimed): void {
  const listeners = server.listeners("upgrade");
  const [first] = listeners;
  const mayWant = listeners.some((listener) => (PATHS.get(listener) ?? wanted) === wanted);
  if (first === own && !mayWant)
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}

/** Serves a store to WebSocket transports, on a server of `node:http`. */
export function attachWebSocketPeer(options: WebSocketPeerOptions): WebSocketPeer {
  const { store, server, path = "/sync/ws", maxMessageBytes = 20 * MIB } = options;
  const answer = createRpcPeer(options);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const upgrade = (...[request, socket, head]: Parameters<typeof sockets.handleUpgrade>) => {
    const wanted = new URL(request.url ?? "/", "http://localhost").pathname;
    if (wanted !== path) {
      refuseUnclaimed(server, upgrade, { wanted, socket });
      return;
    }
    const admit = async () => (await options.admit?.(request)) ?? true;
    admit().then(
      (admitted) => {
        if (admitted) sockets.handleUpgrade(request, socket, head, serve);
        else socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
      },
      () => socket.destroy(),
    );
  };
  const serve = (socket: WebSocket) => {
    const gone = new AbortController();
    let busy = 0;
    const endNews = store.onStored(() => {
      // A slow reader is told once it has read: it asks from where it is.
      if (socket.bufferedAmount < MIB) socket.send("news");
    });
    const take = async (text: string) => {
      const [whole = "", id, method = ""] = QUESTION.exec(text) ?? [];
      if (id === undefined) {
        socket.close(1007, "A question is a number, a method and a body.");
        return;
      }
      const said = await answer(method, text.slice(whole.length), gone.signal);
      if (!gone.signal.aborted) socket.send(`${id} ${said}`);
    };
    socket.on("message", (data, isBinary) => {
      if (isBinary) {
        socket.close(1003, "Messages are texts.");
        return;
      }
      if (++busy >= MAX_AT_ONCE) socket.pause();
      take(data.toString())
        .catch(() => socket.terminate())
        .finally(() => {
          busy -= 1;
          socket.resume();
        });
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      gone.abort();
      endNews();
    });
  };
  PATHS.set(upgrade, path);
  server.on("upgrade", upgrade);
  const close = async () => {
    server.off("upgrade", upgrade);
    for (const socket of sockets.clients) socket.terminate();
    await new Promise<void>((resolve) => sockets.close(() => resolve()));
  };
  return { close, [asyncDispose]: close };
}
