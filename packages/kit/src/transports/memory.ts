// A transport to a store in the same process, and one to nowhere.

import { asyncDispose } from "@syncline/core";
import { type KitEnvironment, systemEnvironment } from "../environment.ts";
import type { StoredEvent, Transport } from "../ports.ts";
import type { ObservedStore } from "../stores/observed.ts";
import { INTEGER_ZERO } from "../versions/integer.ts";
import { awake, createPeer, type PeerOptions } from "../wire/peer.ts";
import type { WireRecord } from "../wire/records.ts";
import { follow } from "./follow.ts";
import { createLifetime } from "./lifetime.ts";

export interface MemoryTransportOptions extends PeerOptions {
  /** The peer's store; closing the transport leaves it open. */
  readonly store: ObservedStore;
  /** The peer's name. */
  readonly peer: string;
  readonly environment?: KitEnvironment;
}

const POLL_MS = 1_000;

/** A way to a store in the same process, for tests. */
export function createMemoryTransport(options: MemoryTransportOptions): Transport {
  const { store, peer: name, environment = systemEnvironment() } = options;
  const peer = createPeer(options);
  const { call, keep, close } = createLifetime();
  return {
    peer: name,
    push: (events, given) =>
      call(given, async (signal) =>
        events.length === 0 ? { rejected: [] } : await peer.push(events.map(toRecord), { signal }),
      ),
    pull: (since, given) => call(given, (signal) => peer.page(since, { ...given, signal })),
    latestVersion: (given) => call(given, (signal) => awake(store.latestVersion({ signal }))),
    subscribe: (handler, subscribe = {}) =>
      call(undefined, async () =>
        keep(
          follow({
            environment,
            pollMs: POLL_MS,
            pull: (since, signal) => peer.page(since, { signal }),
            onNews: (listener) => store.onStored(listener),
            handler,
            subscribe,
          }),
        ),
      ),
    close,
    [asyncDispose]: close,
  };
}

/** A transport for programs without a peer: everything succeeds and nothing ever comes. */
export function createNullTransport(): Transport {
  const { call, keep, close } = createLifetime();
  return {
    peer: "null",
    push: (_events, given) => call(given, async () => ({ rejected: [] })),
    pull: (_since, given) => call(given, async () => ({ events: [], next: null, more: false })),
    latestVersion: (given) => call(given, async () => INTEGER_ZERO),
    subscribe: () => call(undefined, async () => keep({ stop: async () => undefined })),
    close,
    [asyncDispose]: close,
  };
}

/** Positions of the own log are the only versions that a peer's store has to be able to read. */
function toRecord({ event, version }: StoredEvent): WireRecord {
  return { event, version: version.kind === "integer" ? version.toString() : "0" };
}
