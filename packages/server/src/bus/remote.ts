// What all buses between nodes do alike: spaces share channels, a node listens only to those that it needs, hears
// itself at once, and takes nothing from the wire that is no message of ours.

import { randomUUID } from "node:crypto";
import { hash64 } from "@syncline/core";
import { decodeMessage, type Envelope, encodeMessage } from "./messages.ts";
import type { Bus, BusMessage } from "./port.ts";

/** A connection that carries texts on numbered channels. */
export interface Link {
  /** Never throws and never waits; what cannot be sent now is lost. */
  send(channel: number, text: string): void;
  listen(channel: number): void;
  unlisten(channel: number): void;
  isConnected(): boolean;
  close(): Promise<void>;
}

export interface LinkEvents {
  heard(channel: number, text: string): void;
  /** The connection was lost, and is there again. */
  reconnected(): void;
  /** `isConnected` may say something else than before; `reason` where it was lost. */
  changed(reason?: unknown): void;
}

/** Names are spread over so many channels: a node that follows few spaces hears of few others. */
const CHANNELS = 1_024;

/** What was sealed longer ago, or will be, does not count: clocks of nodes differ by less. */
const GOOD_MS = 5 * 60_000;
/** Of so many nodes is remembered what they sent last; those that have ended are forgotten first. */
const MAX_NODES = 1_000;

export interface RemoteBusOptions {
  /** What messages are sealed with: see `busKeyOf`. */
  readonly key: string;
  /** Milliseconds since 1970; the system's clock where left out. */
  now?(): number;
}

export function createRemoteBus(
  { key, now = () => Date.now() }: RemoteBusOptions,
  connect: (events: LinkEvents) => Link,
): Bus {
  const self = randomUUID();
  const lastOf = new Map<string, number>();
  let sent = 0;
  const listeners = new Map<string, Set<(message: BusMessage) => void>>();
  const channels = new Map<number, number>();
  let closed = false;

  function deliver(message: BusMessage): void {
    for (const listener of [...(listeners.get(message.space) ?? [])]) {
      try {
        listener(message);
      } catch {
        // A message that one listener cannot use is lost for that listener only: the store is the truth.
      }
    }
  }

  const watchers = new Set<(connected: boolean, reason?: unknown) => void>();
  let connected = true;

  /** Whoever listens can say again what was said; it is heard once. */
  function isNew({ from, number, atMs }: Envelope): boolean {
    if (Math.abs(now() - atMs) > GOOD_MS || number <= (lastOf.get(from) ?? 0)) return false;
    lastOf.delete(from);
    lastOf.set(from, number);
    const [oldest] = lastOf.keys();
    if (lastOf.size > MAX_NODES && oldest !== undefined) lastOf.delete(oldest);
    return true;
  }

  function look(reason?: unknown): void {
    if (closed || link.isConnected() === connected) return;
    connected = !connected;
    for (const watcher of [...watchers]) watcher(connected, connected ? undefined : reason);
  }

  const link = connect({
    changed: (reason) => look(reason),
    heard(channel, text) {
      const envelope = closed ? undefined : decodeMessage(text, key);
      if (envelope === undefined || envelope.from === self || !isNew(envelope)) return;
      if (channelOf(envelope.message.space) === channel) deliver(envelope.message);
    },
    reconnected() {
      look();
      for (const space of listeners.keys()) deliver({ type: "gap", space });
    },
  });

  return {
    remote: true,
    publish(message) {
      if (closed) return;
      deliver(message);
      sent += 1;
      const text = encodeMessage({ from: self, number: sent, atMs: now(), message }, key);
      if (text !== undefined) link.send(channelOf(message.space), text);
    },
    subscribe(space, listener) {
      const own = (message: BusMessage) => listener(message);
      const held = listeners.get(space) ?? new Set();
      listeners.set(space, held);
      held.add(own);
      const channel = channelOf(space);
      const count = (channels.get(channel) ?? 0) + 1;
      channels.set(channel, count);
      if (count === 1) link.listen(channel);
      return () => {
        if (!held.delete(own)) return;
        if (held.size === 0 && listeners.get(space) === held) listeners.delete(space);
        const left = (channels.get(channel) ?? 1) - 1;
        if (left > 0) {
          channels.set(channel, left);
        } else {
          channels.delete(channel);
          link.unlisten(channel);
        }
      };
    },
    isConnected: () => !closed && link.isConnected(),
    watch(changed) {
      watchers.add(changed);
      return () => void watchers.delete(changed);
    },
    async close() {
      if (closed) return;
      closed = true;
      listeners.clear();
      await link.close();
    },
  };
}

function channelOf(space: string): number {
  return Number.parseInt(hash64(space).slice(0, 8), 16) % CHANNELS;
}
