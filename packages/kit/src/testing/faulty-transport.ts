// A way that loses, doubles and delays what is sent over it: for tests of everything that must bear that.

import { SynclineError } from "@syncline/core";
import type { StoredEvent, Transport } from "../ports.ts";

export interface FaultOptions {
  /** Gives numbers in [0, 1). */
  random(): number;
  /** How likely each kind of fault is, for each call. */
  readonly rate: number;
}

export interface FaultyTransport extends Transport {
  /** How many faults there were. */
  readonly faults: number;
  /** From now on everything arrives, once; what was delayed is dropped. */
  heal(): void;
}

/** Wraps a transport. Closing it closes the transport. */
export function createFaultyTransport(
  transport: Transport,
  { random, rate }: FaultOptions,
): FaultyTransport {
  let faults = 0;
  let healthy = false;
  /** A push that was delayed: it arrives after a later one. */
  let delayed: readonly StoredEvent[] | undefined;
  const happens = () => {
    if (healthy || random() >= rate) return false;
    faults++;
    return true;
  };
  const lost = () => new SynclineError("offline", "The message was lost.");
  return {
    peer: transport.peer,
    get faults() {
      return faults;
    },
    heal() {
      healthy = true;
      delayed = undefined;
    },
    async push(events, options) {
      if (happens()) throw lost();
      if (happens()) {
        delayed = events;
        throw lost();
      }
      const report = await transport.push(events, options);
      if (delayed !== undefined) {
        const late = delayed;
        delayed = undefined;
        await transport.push(late, options);
      }
      if (happens()) await transport.push(events, options);
      // It arrived, and nobody knows.
      if (happens()) throw lost();
      return report;
    },
    async pull(since, options) {
      if (happens()) throw lost();
      const page = await transport.pull(since, options);
      if (happens()) throw lost();
      if (!happens()) return page;
      const again = await transport.pull(since, options);
      const events = [...page.events, ...again.events];
      return { ...again, events: happens() ? events.toReversed() : events };
    },
    latestVersion: (options) => transport.latestVersion(options),
    subscribe: (handler, options) => transport.subscribe(handler, options),
    close: () => transport.close(),
    [Symbol.asyncDispose]: () => transport.close(),
  };
}
