// What the peer says of messages that went through the stream, told on a subject of the transport's own.

import { type NatsConnection, nuid } from "@nats-io/transport-node";
import { withResolvers } from "@syncline/core";
import type { PushReport } from "../../ports.ts";
import { rejectedOf } from "../http/push-report.ts";
import { unpack } from "../nats/payload.ts";
import { readAnswer } from "../rpc/transport.ts";
import { toldSubject } from "./stream.ts";

export interface Outcome {
  /** Goes with the message. */
  readonly name: string;
  /** Rejects with what the peer's store failed with; it gets the message again. */
  readonly rejected: Promise<PushReport["rejected"]>;
  forget(): void;
}

export interface Outcomes {
  expect(): Outcome;
  close(): void;
}

export function createOutcomes(connection: NatsConnection, subject: string): Outcomes {
  const token = nuid.next();
  const waiting = new Map<string, PromiseWithResolvers<PushReport["rejected"]>>();
  const take = async (name: string, bytes: Uint8Array) => {
    const outcome = waiting.get(name);
    try {
      outcome?.resolve(rejectedOf(readAnswer(await unpack(bytes))));
    } catch (thrown) {
      outcome?.reject(thrown);
    }
  };
  const prefix = toldSubject(subject, "");
  const told = connection.subscribe(toldSubject(subject, `${token}.*`), {
    callback: (error, message) => {
      if (error === null) void take(message.subject.slice(prefix.length), message.data);
    },
  });
  let count = 0;
  return {
    expect() {
      const name = `${token}.${++count}`;
      const outcome = withResolvers<PushReport["rejected"]>();
      // Whoever gave up does not listen any more.
      outcome.promise.catch(() => undefined);
      waiting.set(name, outcome);
      return { name, rejected: outcome.promise, forget: () => void waiting.delete(name) };
    },
    close() {
      if (!connection.isClosed()) told.unsubscribe();
    },
  };
}
