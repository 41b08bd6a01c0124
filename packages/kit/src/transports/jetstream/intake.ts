// What a peer does with messages from the stream: stores them a few at once, and says to the server what became of each.

import type { JsMsg } from "@nats-io/jetstream";
import { SynclineError } from "@syncline/core";
import { readJson } from "../../event/read-json.ts";
import { createPeer } from "../../wire/peer.ts";
import { readRecords, type WireRecord, writePushReport } from "../../wire/records.ts";
import { MESSAGE_CHARACTERS, pack, unpack } from "../nats/payload.ts";
import type { NatsPeerOptions } from "../nats/peer.ts";
import { errorAnswer } from "../rpc/peer.ts";
import { TOLD_HEADER, toldSubjectOf } from "./stream.ts";

export interface Intake {
  take(message: JsMsg): void;
  /** Gives back what waits; resolves when nothing is being stored any more. */
  close(): Promise<void>;
}

interface Taken {
  readonly message: JsMsg;
  readonly record: WireRecord;
}

const RETRY_MS = 250;
const MAX_RETRY_MS = 30_000;
const MAX_BATCH = 100;
/** What nearly every message comes to. */
const STORED = writeOutcome([]);

export function createIntake(
  options: NatsPeerOptions & { failed(error: unknown): void },
  subject: string,
  signal: AbortSignal,
): Intake {
  const { store, connection } = options;
  const peer = createPeer({ store });
  const waiting: JsMsg[] = [];
  // A message may be given again while it still waits here: once is enough.
  const held = new Set<number>();
  let working: Promise<void> | undefined;

  const packed = (answer: string) => pack(answer, connection.info?.max_payload ?? 1024 * 1024);
  const stored = packed(STORED);
  const tell = async (message: JsMsg, answer: string) => {
    const to = toldSubjectOf(subject, message.headers?.get(TOLD_HEADER));
    if (to === undefined || connection.isClosed()) return;
    connection.publish(to, await (answer === STORED ? stored : packed(answer)));
  };
  const settle = async (message: JsMsg, settled: () => void, answer: string) => {
    held.delete(message.seq);
    try {
      if (!connection.isClosed()) settled();
      await tell(message, answer);
    } catch (thrown) {
      // The connection ended: the server gives the message again to whoever comes next.
      options.failed(thrown);
    }
  };
  const refuse = async (message: JsMsg, error: SynclineError, answer: string) => {
    const text = `Message ${message.seq} was refused and dropped: ${error.message}`;
    options.failed(new SynclineError(error.code, text, { cause: error }));
    await settle(message, () => message.term(), answer);
  };
  const giveBack = async (message: JsMsg, thrown: unknown) => {
    const times = Math.min(message.info.deliveryCount - 1, 10);
    const delay = Math.min(RETRY_MS * 2 ** times, MAX_RETRY_MS);
    await settle(message, () => message.nak(delay), errorAnswer(thrown));
  };

  /** The next few that are stored in one step: none twice, and one that failed before on its own. */
  const gather = async (): Promise<Taken[]> => {
    const batch: Taken[] = [];
    const ids = new Set<string>();
    let characters = 0;
    while (batch.length < MAX_BATCH && characters < MESSAGE_CHARACTERS) {
      const message = waiting[0];
      if (message === undefined || (message.redelivered && batch.length > 0)) break;
      try {
        const text = await unpack(message.data);
        const record = readOne(text);
        if (ids.has(record.event.id)) break;
        ids.add(record.event.id);
        characters += text.length;
        batch.push({ message, record });
        waiting.shift();
      } catch (thrown) {
        waiting.shift();
        const error = asInvalid(thrown);
        await refuse(message, error, errorAnswer(error));
      }
      if (message.redelivered) break;
    }
    return batch;
  };
  const storeBatch = async (batch: readonly Taken[]) => {
    try {
      const records = batch.map(({ record }) => record);
      const { rejected } = await peer.push(records, { signal });
      const errors = new Map(rejected.map(({ id, error }) => [id, error]));
      for (const { message, record } of batch) {
        const { id } = record.event;
        const error = errors.get(id);
        if (error === undefined) await settle(message, () => message.ack(), STORED);
        else await refuse(message, error, writeOutcome([{ id, error }]));
      }
    } catch (thrown) {
      if (!signal.aborted) options.failed(thrown);
      for (const { message } of batch) await giveBack(message, thrown);
    }
  };
  const work = async () => {
    while (waiting.length > 0 && !signal.aborted) {
      const batch = await gather();
      if (batch.length > 0) await storeBatch(batch);
    }
    working = undefined;
  };
  return {
    take(message) {
      if (held.has(message.seq)) return;
      held.add(message.seq);
      waiting.push(message);
      working ??= work();
    },
    async close() {
      await working;
      // Another process may have them at once.
      for (const message of waiting.splice(0)) if (!connection.isClosed()) message.nak();
      held.clear();
    },
  };
}

function readOne(text: string): WireRecord {
  const [record, ...more] = readRecords(readJson(text), "events");
  if (record !== undefined && more.length === 0) return record;
  throw new SynclineError("invalid", "A message has one event.");
}

function asInvalid(thrown: unknown): SynclineError {
  return thrown instanceof SynclineError
    ? thrown
    : new SynclineError("invalid", undefined, { cause: thrown });
}

function writeOutcome(rejected: Parameters<typeof writePushReport>[0]): string {
  return `{"ok":${writePushReport(rejected)}}`;
}
