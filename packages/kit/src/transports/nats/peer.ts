// The peer's side of NATS: answers questions on a subject, and says when there is news.

import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { asyncDispose, SynclineError } from "@syncline/core";
import type { ObservedStore } from "../../stores/observed.ts";
import type { PeerOptions } from "../../wire/peer.ts";
import { createRpcPeer, errorAnswer } from "../rpc/peer.ts";
import { MESSAGE_CHARACTERS, pack, unpack } from "./payload.ts";

export interface NatsPeerOptions extends PeerOptions {
  readonly store: ObservedStore;
  /** Stays open when the peer is closed. */
  readonly connection: NatsConnection;
  /** What all its subjects begin with; several processes of one store share one. `syncline.kit` where left out. */
  readonly subject?: string;
  failed?(error: unknown): void;
}

export interface NatsPeer extends AsyncDisposable {
  close(): Promise<void>;
}

/** Serves a store to NATS transports, until it is closed. */
export function serveNatsPeer(options: NatsPeerOptions): NatsPeer {
  const { store, connection, subject = "syncline.kit" } = options;
  const answer = createRpcPeer({ pageBytes: MESSAGE_CHARACTERS, ...options });
  const ended = new AbortController();
  const maxBytes = connection.info?.max_payload ?? 1024 * 1024;
  const failed = (thrown: unknown) => options.failed?.(thrown);
  const reply = async (message: Msg) => {
    const method = message.subject.slice(subject.length + 1);
    try {
      const said = await answer(method, await unpack(message.data), ended.signal);
      message.respond(await pack(said, maxBytes));
    } catch (thrown) {
      message.respond(await pack(errorAnswer(thrown), maxBytes));
    }
  };
  // One process of a queue answers each question.
  const questions = connection.subscribe(`${subject}.*`, {
    queue: "syncline-kit",
    callback: (error, message) => {
      if (error !== null) failed(error);
      // News of other processes is for their listeners.
      else if (message.reply !== undefined && message.reply !== "") reply(message).catch(failed);
    },
  });
  const endNews = store.onStored(() => {
    if (!connection.isClosed()) connection.publish(`${subject}.news`);
  });
  const close = async () => {
    endNews();
    if (ended.signal.aborted) return;
    ended.abort(new SynclineError("closed"));
    if (!connection.isClosed()) await questions.drain();
  };
  return { close, [asyncDispose]: close };
}
