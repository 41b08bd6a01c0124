// A store that tells when something was written to it, so that those who wait need not ask again and again.

import { asyncDispose } from "@syncline/core";
import type { EventStore, StoreOutcome } from "../ports.ts";

export interface ObservedStore extends EventStore {
  /** Called after something new was stored through this object. Gives a function that ends it. */
  onStored(listener: () => void): () => void;
}

/** Wraps a store. Closing it closes the store. */
export function observeStore(store: EventStore): ObservedStore {
  const listeners = new Set<() => void>();
  const tell = (outcomes: readonly Pick<StoreOutcome, "status">[]) => {
    if (!outcomes.some(({ status }) => status === "stored")) return;
    for (const listener of [...listeners]) listener();
  };
  return {
    async store(event, options) {
      const outcome = await store.store(event, options);
      tell([outcome]);
      return outcome;
    },
    async storeBatch(events, options) {
      const outcomes = await store.storeBatch(events, options);
      tell(outcomes);
      return outcomes;
    },
    load: (since, options) => store.load(since, options),
    loadByAggregate: (aggregateId, since, options) =>
      store.loadByAggregate(aggregateId, since, options),
    loadByIds: (ids, options) => store.loadByIds(ids, options),
    latestVersion: (options) => store.latestVersion(options),
    parseVersion: (text) => store.parseVersion(text),
    checkpoints: store.checkpoints,
    stats: (options) => store.stats(options),
    close: () => store.close(),
    onStored(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [asyncDispose]: () => store.close(),
  };
}
