// The bus over NATS. Its subjects carry hints, so core NATS is enough: what a node misses while it is cut off, it
// reads from the store when it is back.

import type { NatsConnection, Subscription } from "@nats-io/transport-node";
import { SynclineError } from "@syncline/core";
import type { Bus } from "./port.ts";
import { createRemoteBus } from "./remote.ts";

export interface NatsBusOptions {
  /** `nats://host:4222`; several, separated by commas. */
  readonly url: string;
  /** What messages are sealed with, the same on all nodes: see `busKeyOf`. */
  readonly key: string;
  /** What all subjects begin with; `syncline` where left out. */
  readonly prefix?: string;
  failed?(thrown: unknown): void;
}

/**
 * Opens a bus between servers over NATS.
 * @throws {SynclineError} `unavailable` when NATS cannot be reached at the start
 */
export async function openNatsBus(options: NatsBusOptions): Promise<Bus> {
  const { url, prefix = "syncline" } = options;
  const failed = (thrown: unknown) => options.failed?.(thrown);
  const { connect } = await import("@nats-io/transport-node"); // only who needs it loads it
  let connection: NatsConnection;
  try {
    connection = await connect({
      servers: url.split(",").map((one) => one.trim()),
      name: "syncline",
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      timeout: 5_000,
      pingInterval: 10_000,
    });
  } catch (cause) {
    throw new SynclineError("unavailable", "NATS cannot be reached: check NATS_URL.", { cause });
  }
  const subscriptions = new Map<number, Subscription>();
  const nameOf = (channel: number) => `${prefix}.p.${channel}`;
  let away = false;
  return createRemoteBus(options, ({ heard, reconnected, changed }) => {
    const watch = async () => {
      for await (const { type } of connection.status()) {
        if (type === "disconnect") {
          away = true;
          changed();
        }
        // A slow consumer is one that the server, or the client, has left messages out for.
        if (type === "reconnect" || type === "slowConsumer") {
          away = false;
          reconnected();
        }
      }
    };
    watch().catch(failed);
    return {
      send(channel, text) {
        // What is published while it is away would be kept, without a bound.
        if (!away && !connection.isClosed()) connection.publish(nameOf(channel), text);
      },
      listen(channel) {
        const subscription = connection.subscribe(nameOf(channel), {
          callback: (error, message) => {
            if (error === null) heard(channel, message.string());
            else failed(error);
          },
        });
        subscriptions.set(channel, subscription);
      },
      unlisten(channel) {
        subscriptions.get(channel)?.unsubscribe();
        subscriptions.delete(channel);
      },
      isConnected: () => !away && !connection.isClosed(),
      close: () => connection.close(),
    };
  });
}
