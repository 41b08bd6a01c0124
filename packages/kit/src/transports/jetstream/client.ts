// The asking side over JetStream: pushes go to a stream, and the peer's word is waited for while it is there.

import { createHash } from "node:crypto";
import { jetstream } from "@nats-io/jetstream";
import { headers, type NatsConnection } from "@nats-io/transport-node";
import { isSynclineError, SynclineError, withResolvers } from "@syncline/core";
import { throwIfAborted } from "../../abort.ts";
import { type KitEnvironment, systemEnvironment } from "../../environment.ts";
import type { PushReport, StoredEvent, Transport } from "../../ports.ts";
import { INTEGER_ZERO } from "../../versions/integer.ts";
import { writeRecord } from "../../wire/records.ts";
import { createNatsLink, type NatsTransportOptions } from "../nats/client.ts";
import { watchConnection } from "../nats/connection.ts";
import { MESSAGE_CHARACTERS, pack } from "../nats/payload.ts";
import { createRpcTransport } from "../rpc/transport.ts";
import { createOutcomes, type Outcome, type Outcomes } from "./outcomes.ts";
import {
  ensureStream,
  isNotEnabled,
  type JetStreamOptions,
  jetStreamError,
  pushSubject,
  streamName,
  TOLD_HEADER,
} from "./stream.ts";

export interface JetStreamTransportOptions extends NatsTransportOptions {
  readonly jetStream?: JetStreamOptions;
  /** How long a push waits for the peer's word once its events are on the server's disk; 5 s where left out. */
  readonly outcomeMs?: number;
}

const OUTCOME_MS = 5_000;
/** Published and not acknowledged yet; their order on the connection is the stream's. */
const MAX_PUBLISHING = 64;
const MAX_PUBLISHING_BYTES = 4 * 1024 * 1024;

/**
 * A push resolves when the NATS server has its events on disk, whether or not the peer is there. While it is, the push waits for its
 * word too, so that `rejected` is what it says; what a peer refuses later is told to its `failed`.
 * The server's disk survives its process; how much a power cut may take is for the server's `sync_interval` to say.
 * Pull, latest version and subscriptions are questions to the peer, as over `createNatsTransport`.
 */
export function createJetStreamTransport(options: JetStreamTransportOptions): Transport {
  const { connection, subject = "syncline.kit" } = options;
  const environment = options.environment ?? systemEnvironment();
  const link = createNatsLink(options, subject);
  const outcomes = createOutcomes(connection, subject);
  const publish = createPublisher(options, subject, outcomes);
  return createRpcTransport({
    ...options,
    // As over plain requests: who changes from one to the other keeps the cursors.
    peer: options.peer ?? `nats:${subject}`,
    link: {
      ...link,
      async close() {
        outcomes.close();
        await link.close();
      },
    },
    maxCharacters: MESSAGE_CHARACTERS,
    async push(events, signal, ask) {
      if (events.length === 0) return { rejected: [] };
      const { outcomes: waiting, known } = await publish(events, signal);
      try {
        const away = isAway(link.ask("latest", "null", signal));
        const told: PushReport["rejected"][] = [];
        const hear = async ({ rejected }: Outcome, index: number) => {
          told[index] = await rejected;
        };
        const heard = Promise.all(waiting.map(hear));
        await inTime([heard, away], environment, options.outcomeMs ?? OUTCOME_MS);
        // The stream does not give again what it has been given before: what became of it, the peer knows.
        const { rejected } = known.length === 0 ? NOTHING : await unlessAway(ask(known));
        return { rejected: [...told.flat(), ...rejected] };
      } finally {
        for (const { forget } of waiting) forget();
      }
    },
  });
}

const NOTHING: PushReport = { rejected: [] };

function createPublisher(
  options: JetStreamTransportOptions,
  subject: string,
  outcomes: Outcomes,
): (
  events: readonly StoredEvent[],
  signal: AbortSignal,
) => Promise<{ outcomes: readonly Outcome[]; known: readonly StoredEvent[] }> {
  const { connection, jetStream = {}, timeoutMs = 30_000 } = options;
  const client = jetstream(connection);
  const { orLost } = watchConnection(connection);
  const name = streamName(subject, jetStream);
  let ready: Promise<unknown> | undefined;
  const prepare = async () => {
    ready ??= ensureStream(connection, subject, jetStream);
    try {
      await ready;
    } catch (thrown) {
      ready = undefined;
      throw thrown;
    }
  };

  const send = async (stored: StoredEvent, bytes: Uint8Array, id: string) => {
    const outcome = outcomes.expect();
    const header = headers();
    header.set(TOLD_HEADER, outcome.name);
    try {
      const publishing = client.publish(pushSubject(subject), bytes, {
        msgID: id,
        headers: header,
        timeout: timeoutMs,
        expect: { streamName: name },
      });
      const { duplicate } = await orLost(publishing);
      if (!duplicate) return { outcome };
      outcome.forget();
      return { known: stored };
    } catch (thrown) {
      outcome.forget();
      ready = undefined;
      // Nobody takes it: the stream was there, and is gone. The next push makes it again.
      if (isNotEnabled(thrown))
        throw new SynclineError("unavailable", `The stream ${name} is gone.`, { cause: thrown });
      throw jetStreamError(thrown);
    }
  };

  return async (events, signal) => {
    await prepare();
    const maxBytes = maxPayload(connection);
    const sent: Awaited<ReturnType<typeof send>>[] = [];
    let sending: ReturnType<typeof send>[] = [];
    let sendingBytes = 0;
    const settle = async () => {
      const results = await Promise.allSettled(sending);
      sending = [];
      sendingBytes = 0;
      for (const result of results) if (result.status === "fulfilled") sent.push(result.value);
      const failed = results.find((result) => result.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    };
    try {
      for (const stored of events) {
        throwIfAborted(signal);
        // The place in the sender's log is none of the peer's, and would make one event look like two.
        const body = `[${writeRecord({ event: stored.event, version: INTEGER_ZERO })}]`;
        const bytes = await pack(body, maxBytes);
        // Of all that it says, because another event with its id must reach the peer, to be refused there.
        const id = createHash("sha256").update(body).digest("hex");
        sending.push(send(stored, bytes, id));
        sendingBytes += bytes.length;
        if (sending.length >= MAX_PUBLISHING || sendingBytes >= MAX_PUBLISHING_BYTES)
          await settle();
      }
      await settle();
    } catch (thrown) {
      await Promise.allSettled(sending);
      for (const { outcome } of sent) outcome?.forget();
      throw thrown;
    }
    return {
      outcomes: sent.flatMap(({ outcome }) => outcome ?? []),
      known: sent.flatMap(({ known }) => known ?? []),
    };
  };
}

/** The server counts a message's headers too. */
const HEADER_BYTES = 1_024;
function maxPayload(connection: NatsConnection): number {
  return (connection.info?.max_payload ?? 1024 * 1024) - HEADER_BYTES;
}

/** Resolves when it is known that nobody is there; never otherwise. */
function isAway(question: Promise<unknown>): Promise<void> {
  const { promise, resolve } = withResolvers<void>();
  question.catch((thrown: unknown) => {
    if (isSynclineError(thrown, "offline")) resolve();
  });
  return promise;
}

async function inTime(
  awaited: readonly Promise<unknown>[],
  environment: KitEnvironment,
  ms: number,
): Promise<void> {
  const late = withResolvers<void>();
  const cancel = environment.setTimer(late.resolve, ms);
  try {
    await Promise.race([...awaited, late.promise]);
  } finally {
    cancel();
  }
}

/** The stream has it: a peer that is away gets it from there. */
async function unlessAway(asked: Promise<PushReport>): Promise<PushReport> {
  try {
    return await asked;
  } catch (thrown) {
    if (isSynclineError(thrown, "offline")) return NOTHING;
    throw thrown;
  }
}
