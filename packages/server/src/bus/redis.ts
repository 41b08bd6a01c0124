// The bus over Redis pub/sub: one connection that speaks, one that listens; both come back by themselves.

import { SynclineError } from "@syncline/core";
import type { Bus } from "./port.ts";
import { createRemoteBus, type LinkEvents } from "./remote.ts";

export interface RedisBusOptions {
  /** `redis://host:6379`. */
  readonly url: string;
  /** What messages are sealed with, the same on all nodes: see `busKeyOf`. */
  readonly key: string;
  /** What all channels begin with; `syncline` where left out. */
  readonly prefix?: string;
  failed?(thrown: unknown): void;
}

const RETRY_MS = 200;
const MAX_RETRY_MS = 2_000;

/**
 * Opens a bus between servers over Redis.
 * @throws {SynclineError} `unavailable` when Redis cannot be reached at the start
 */
export async function openRedisBus(options: RedisBusOptions): Promise<Bus> {
  const { url, prefix = "syncline" } = options;
  // Here, and not for everybody who starts: the driver is a quarter of all that a server would load.
  const { createClient } = await import("redis");
  let started = false;
  const socket = {
    connectTimeout: 5_000,
    // Before the first connection a failure is an answer; afterwards it is waited out.
    reconnectStrategy: (retries: number) =>
      started ? Math.min(RETRY_MS * 2 ** retries, MAX_RETRY_MS) : (false as const),
  };
  // Without a connection what is said is lost, not kept.
  const speaker = createClient({ url, socket, disableOfflineQueue: true });
  const hearer = createClient({ url, socket });
  for (const client of [speaker, hearer])
    client.on("error", (thrown: unknown) => options.failed?.(thrown));
  try {
    await Promise.all([speaker.connect(), hearer.connect()]);
  } catch (cause) {
    for (const client of [speaker, hearer]) if (client.isOpen) client.destroy();
    throw new SynclineError("unavailable", "Redis cannot be reached: check REDIS_URL.", { cause });
  }
  started = true;
  const nameOf = (channel: number) => `${prefix}.p.${channel}`;
  const connect = ({ heard, reconnected, changed }: LinkEvents) => {
    hearer.on("ready", reconnected);
    for (const client of [speaker, hearer]) {
      client.on("ready", () => changed());
      client.on("error", changed);
      client.on("reconnecting", () => changed());
    }
    const failed = (thrown: unknown) => options.failed?.(thrown);
    return {
      send: (channel: number, text: string) =>
        void (speaker.isReady && speaker.publish(nameOf(channel), text).catch(failed)),
      listen: (channel: number) =>
        void hearer.subscribe(nameOf(channel), (text) => heard(channel, text)).catch(failed),
      unlisten: (channel: number) =>
        void (hearer.isOpen && hearer.unsubscribe(nameOf(channel)).catch(failed)),
      isConnected: () => speaker.isReady && hearer.isReady,
      async close() {
        for (const client of [speaker, hearer]) if (client.isOpen) client.destroy();
      },
    };
  };
  return createRemoteBus(options, connect);
}
