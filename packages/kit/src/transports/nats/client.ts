// The transport over NATS: questions and answers, and a word when there is news.

import { type NatsConnection, NoRespondersError, RequestError } from "@nats-io/transport-node";
import { isSynclineError, SynclineError } from "@syncline/core";
import type { Transport } from "../../ports.ts";
import type { RpcMethod } from "../rpc/peer.ts";
import { createRpcTransport, type RpcLink, type RpcTransportOptions } from "../rpc/transport.ts";
import { watchConnection } from "./connection.ts";
import { MESSAGE_CHARACTERS, pack, unpack } from "./payload.ts";

export interface NatsTransportOptions extends Pick<RpcTransportOptions, "environment" | "pollMs"> {
  /** Stays open when the transport is closed. */
  readonly connection: NatsConnection;
  /** As the peer has it; `syncline.kit` where left out. */
  readonly subject?: string;
  /** The peer's name; the subject where left out. */
  readonly peer?: string;
  /** How long an answer may take; 30 s where left out. */
  readonly timeoutMs?: number;
}

/** A way to a peer over NATS, by requests and answers. */
export function createNatsTransport(options: NatsTransportOptions): Transport {
  const { subject = "syncline.kit" } = options;
  return createRpcTransport({
    ...options,
    peer: options.peer ?? `nats:${subject}`,
    link: createNatsLink(options, subject),
    maxCharacters: MESSAGE_CHARACTERS,
  });
}

/** Questions and answers on a subject. */
export function createNatsLink(options: NatsTransportOptions, subject: string): RpcLink {
  const { connection, timeoutMs = 30_000 } = options;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const news = connection.subscribe(`${subject}.news`, { callback: tell });
  const { orLost } = watchConnection(connection, tell);
  return {
    async ask(method: RpcMethod, body) {
      const maxBytes = connection.info?.max_payload ?? 1024 * 1024;
      const packed = await pack(body, maxBytes);
      try {
        const answer = await orLost(
          connection.request(`${subject}.${method}`, packed, { timeout: timeoutMs }),
        );
        return await unpack(answer.data);
      } catch (thrown) {
        throw requestError(thrown);
      }
    },
    onNews(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      if (!connection.isClosed()) news.unsubscribe();
    },
  };
}

function requestError(cause: unknown): SynclineError {
  if (isSynclineError(cause)) return cause;
  const nobody =
    cause instanceof NoRespondersError || (cause instanceof RequestError && cause.isNoResponders());
  return nobody
    ? new SynclineError("offline", "No peer listens on this subject.", { cause })
    : new SynclineError("unavailable", "The peer did not answer.", { cause });
}
