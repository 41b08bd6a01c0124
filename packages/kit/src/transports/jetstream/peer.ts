// The peer's side over JetStream: answers questions, and takes pushes from the stream at its own pace.

import { jetstream } from "@nats-io/jetstream";
import { asyncDispose, SynclineError, withResolvers } from "@syncline/core";
import { type KitEnvironment, systemEnvironment } from "../../environment.ts";
import { type NatsPeer, type NatsPeerOptions, serveNatsPeer } from "../nats/peer.ts";
import { createIntake } from "./intake.ts";
import {
  ensureConsumer,
  ensureStream,
  type JetStreamOptions,
  jetStreamError,
  streamName,
} from "./stream.ts";

export interface JetStreamPeerOptions extends NatsPeerOptions {
  readonly jetStream?: JetStreamOptions;
  /** What the server remembers the peer's progress under; `syncline-kit` where left out. */
  readonly durable?: string;
  /** The most messages that were taken and are not stored yet; 256 where left out. */
  readonly inFlight?: number;
  /** After how long a message that was taken and not stored is given again, to this process or another; 30 s where left out. */
  readonly ackWaitMs?: number;
  readonly environment?: KitEnvironment;
}

/** How long to wait before consuming again where it ended. */
const AGAIN_MS = 1_000;

/**
 * Serves a store on a subject, as `serveNatsPeer` does, and takes what is pushed over JetStream: it is acknowledged after it was stored,
 * given again after the store failed, and dropped, with a word to `failed`, when it can never be stored.
 * @throws {SynclineError} `config` without JetStream or for a stream that cannot be used; `unavailable`
 */
export async function serveJetStreamPeer(options: JetStreamPeerOptions): Promise<NatsPeer> {
  const { connection, subject = "syncline.kit", jetStream = {} } = options;
  const { durable = "syncline-kit", inFlight = 256, ackWaitMs = 30_000 } = options;
  const environment = options.environment ?? systemEnvironment();
  const stream = streamName(subject, jetStream);
  const ended = new AbortController();
  const failed = (error: unknown) => {
    try {
      options.failed?.(error);
    } catch {
      // A listener that throws must not end what it listens to.
    }
  };
  const intake = createIntake({ ...options, failed }, subject, ended.signal);
  let stop = () => {};

  const prepare = async () => {
    const manager = await ensureStream(connection, subject, jetStream);
    await ensureConsumer(manager, stream, durable, { subject, inFlight, ackWaitMs });
  };
  const consume = async () => {
    const consumer = await jetstream(connection).consumers.get(stream, durable);
    const messages = await consumer.consume({
      max_messages: inFlight,
      abort_on_missing_resource: true,
      callback: (message) => intake.take(message),
    });
    stop = () => messages.stop();
    if (ended.signal.aborted) stop();
    const problem = await messages.closed();
    if (problem instanceof Error) throw problem;
  };
  const pause = async () => {
    const over = withResolvers<void>();
    const cancel = environment.setTimer(over.resolve, AGAIN_MS);
    ended.signal.addEventListener("abort", () => over.resolve(), { once: true });
    if (!ended.signal.aborted) await over.promise;
    cancel();
  };
  const run = async () => {
    while (!ended.signal.aborted && !connection.isClosed()) {
      try {
        await consume();
      } catch (thrown) {
        if (!ended.signal.aborted) failed(jetStreamError(thrown));
      }
      await pause();
      if (ended.signal.aborted) return;
      // The stream or the consumer may have been removed.
      await prepare().catch(failed);
    }
  };

  await prepare();
  const questions = serveNatsPeer({ ...options, failed });
  const running = run();
  const close = async () => {
    if (!ended.signal.aborted) ended.abort(new SynclineError("closed"));
    stop();
    await questions.close();
    await intake.close();
    await running;
  };
  return { close, [asyncDispose]: close };
}
