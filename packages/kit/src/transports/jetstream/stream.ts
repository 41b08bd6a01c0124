// The stream that pushes wait in, the subjects around it, and what JetStream's errors mean.

import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { type NatsConnection, nanos } from "@nats-io/transport-node";
import { isSynclineError, SynclineError } from "@syncline/core";

/** The stream; both sides say the same, and whoever comes first makes it. One that is there already is taken as it is. */
export interface JetStreamOptions {
  /** The subject with `_` for what a name cannot have where left out. */
  readonly stream?: string;
  /** How long the server knows that it was given an event before; 2 minutes where left out. */
  readonly duplicateWindowMs?: number;
  /** The most that may wait; pushes beyond it fail and can be sent again. No bound of its own where left out. */
  readonly maxBytes?: number;
  /** On how many servers of a cluster; 1 where left out. */
  readonly replicas?: number;
}

/** Names what a push's outcome is told under: the transport's token, and the number of the message. */
export const TOLD_HEADER = "Syncline-Told";
const TOLD = /^[A-Za-z0-9]{1,64}\.[0-9]{1,16}$/;

const NOT_ENABLED_FOR_ACCOUNT = 10039;
const NAME_IN_USE = 10058;
const NOT_FOUND = 10059;
const MINUTE_MS = 60_000;

/** Two words below the subject, which the peer's questions, one word below it, do not match. */
export function pushSubject(subject: string): string {
  return `${subject}.durable.push`;
}

export function toldSubject(subject: string, name: string): string {
  return `${subject}.durable.told.${name}`;
}

/** Where an outcome is told; undefined where nobody waits, or the name was made up to reach another subject. */
export function toldSubjectOf(subject: string, name: string | undefined): string | undefined {
  return name !== undefined && TOLD.test(name) ? toldSubject(subject, name) : undefined;
}

export function streamName(subject: string, options: JetStreamOptions): string {
  return options.stream ?? subject.replaceAll(/[^A-Za-z0-9_-]/g, "_");
}

/**
 * Sees to it that the stream is there and keeps what it is given.
 * @throws {SynclineError} `config` without JetStream or for a stream that would lose events; `unavailable`
 */
export async function ensureStream(
  connection: NatsConnection,
  subject: string,
  options: JetStreamOptions,
): Promise<JetStreamManager> {
  try {
    const manager = await jetstreamManager(connection);
    const name = streamName(subject, options);
    const config = (await find(manager, name)) ?? (await create(manager, name, subject, options));
    check(config, subject);
    return manager;
  } catch (thrown) {
    throw jetStreamError(thrown);
  }
}

async function find(manager: JetStreamManager, name: string): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(name)).config;
  } catch (thrown) {
    if (isRefusal(thrown, NOT_FOUND)) return undefined;
    throw thrown;
  }
}

async function create(
  manager: JetStreamManager,
  name: string,
  subject: string,
  { duplicateWindowMs = 2 * MINUTE_MS, maxBytes = -1, replicas = 1 }: JetStreamOptions,
): Promise<StreamConfig> {
  try {
    const { config } = await manager.streams.add({
      name,
      subjects: [pushSubject(subject)],
      // What the peer has stored leaves the disk; what it has not stays, however full it gets.
      retention: RetentionPolicy.Workqueue,
      discard: DiscardPolicy.New,
      storage: StorageType.File,
      duplicate_window: nanos(duplicateWindowMs),
      max_bytes: maxBytes,
      num_replicas: replicas,
    });
    return config;
  } catch (thrown) {
    // Another process was faster.
    const made = isRefusal(thrown, NAME_IN_USE) ? await find(manager, name) : undefined;
    if (made === undefined) throw thrown;
    return made;
  }
}

function check(config: StreamConfig, subject: string): void {
  const { name, subjects, retention, storage, discard, max_bytes, max_msgs, no_ack } = config;
  const bounded = max_bytes > 0 || max_msgs > 0;
  const wrong = [
    subjects.includes(pushSubject(subject)) ? [] : [`it does not take ${pushSubject(subject)}`],
    storage === StorageType.File ? [] : ["it is kept in memory"],
    retention === RetentionPolicy.Interest ? ["it drops what nobody listens for"] : [],
    bounded && discard === DiscardPolicy.Old ? ["it drops the oldest when it is full"] : [],
    no_ack ? ["it acknowledges nothing"] : [],
  ].flat();
  if (wrong.length === 0) return;
  throw new SynclineError("config", `The stream ${name} cannot be used: ${wrong.join(", ")}.`);
}

/** Sees to it that the durable consumer is there. @throws {SynclineError} `config`, `unavailable` */
export async function ensureConsumer(
  manager: JetStreamManager,
  stream: string,
  durable: string,
  settings: { readonly subject: string; readonly inFlight: number; readonly ackWaitMs: number },
): Promise<void> {
  try {
    await manager.consumers.add(stream, {
      durable_name: durable,
      filter_subject: pushSubject(settings.subject),
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(settings.ackWaitMs),
      max_ack_pending: settings.inFlight,
      // A store may be away for long, and its events are kept for it.
      max_deliver: -1,
    });
  } catch (thrown) {
    throw jetStreamError(thrown);
  }
}

/** Nobody answers for JetStream, or the account has none. The package does not export the class of the former. */
export function isNotEnabled(thrown: unknown): boolean {
  const nobody = thrown instanceof Error && thrown.name === "JetStreamNotEnabled";
  return nobody || isRefusal(thrown, NOT_ENABLED_FOR_ACCOUNT);
}

function isRefusal(thrown: unknown, code: number): boolean {
  return thrown instanceof JetStreamApiError && thrown.code === code;
}

export function jetStreamError(cause: unknown): SynclineError {
  if (isSynclineError(cause)) return cause;
  const refused = cause instanceof JetStreamApiError ? cause : undefined;
  if (isNotEnabled(cause)) {
    const message = "JetStream is not enabled on the NATS server: start it with -js.";
    return new SynclineError("config", message, { cause });
  }
  const text =
    refused === undefined
      ? "JetStream did not answer."
      : `JetStream refused: ${refused.message} (${refused.code}).`;
  return new SynclineError("unavailable", text, { cause });
}
