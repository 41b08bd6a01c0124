// A transport over one WebSocket, for browsers and Node: questions and answers with numbers, and a word when there is news.

import { isAddress, SynclineError, withResolvers } from "@syncline/core";
import type { Transport } from "../../ports.ts";
import type { RpcMethod } from "../rpc/peer.ts";
import { createRpcTransport, type RpcLink, type RpcTransportOptions } from "../rpc/transport.ts";

export interface WebSocketTransportOptions
  extends Pick<RpcTransportOptions, "environment" | "pollMs"> {
  /** `ws://` or `wss://`. */
  readonly url: string;
  /** The peer's name; the url where left out. */
  readonly peer?: string;
  /** Asked before every connection: for tokens, which are sent as a subprotocol. */
  protocols?(): Promise<readonly string[]>;
}

const MAX_CHARACTERS = 3 * 1024 * 1024;

/** It connects when it is first used, and again when it is used after the line broke. @throws {SynclineError} `config` */
export function createWebSocketTransport(options: WebSocketTransportOptions): Transport {
  if (!/^wss?:\/\//.test(options.url) || !isAddress(options.url)) {
    throw new SynclineError("config", "The url of a WebSocket begins with ws:// or wss://.");
  }
  return createRpcTransport({
    ...options,
    peer: options.peer ?? options.url,
    link: createSocketLink(options),
    maxCharacters: MAX_CHARACTERS,
  });
}

interface Waiting {
  resolve(text: string): void;
  reject(error: SynclineError): void;
}

function createSocketLink(options: WebSocketTransportOptions): RpcLink {
  const listeners = new Set<() => void>();
  const waiting = new Map<number, Waiting>();
  let connection: Promise<WebSocket> | undefined;
  let asked = 0;
  let closed = false;
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };

  const open = async (): Promise<WebSocket> => {
    const protocols = [...((await options.protocols?.()) ?? [])];
    const socket = new WebSocket(options.url, protocols);
    const opened = withResolvers<WebSocket>();
    socket.addEventListener("open", () => opened.resolve(socket), { once: true });
    socket.addEventListener("message", ({ data }) => receive(data));
    socket.addEventListener("error", () => socket.close());
    socket.addEventListener(
      "close",
      () => {
        connection = undefined;
        const error = new SynclineError("offline", "The connection to the peer broke.");
        opened.reject(error);
        for (const one of [...waiting.values()]) one.reject(error);
        waiting.clear();
        // Those who follow ask again, and so connect again.
        if (!closed) tell();
      },
      { once: true },
    );
    return await opened.promise;
  };
  const receive = (data: unknown) => {
    if (typeof data !== "string") return;
    if (data === "news") {
      tell();
      return;
    }
    const space = data.indexOf(" ");
    const id = Number(data.slice(0, space));
    waiting.get(id)?.resolve(data.slice(space + 1));
    waiting.delete(id);
  };
  return {
    async ask(method: RpcMethod, body: string, signal: AbortSignal) {
      connection ??= open().catch((thrown: unknown) => {
        connection = undefined;
        throw thrown;
      });
      const socket = await connection;
      signal.throwIfAborted();
      const id = ++asked;
      const answer = withResolvers<string>();
      waiting.set(id, answer);
      const giveUp = () => waiting.delete(id);
      signal.addEventListener("abort", giveUp, { once: true });
      try {
        socket.send(`${id} ${method} ${body}`);
        return await answer.promise;
      } finally {
        signal.removeEventListener("abort", giveUp);
      }
    },
    onNews(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closed = true;
      const socket = await connection?.catch(() => undefined); // never opened
      if (socket === undefined) return;
      const gone = withResolvers<void>();
      socket.addEventListener("close", () => gone.resolve(), { once: true });
      socket.close();
      if (socket.readyState === WebSocket.CLOSED) return;
      await gone.promise;
    },
  };
}
