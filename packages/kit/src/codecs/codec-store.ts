// A store as the app sees it: values instead of JSON, old events as new ones. What is stored, and sent to peers, stays as it
// was written: an event never changes, and peers cast it up themselves.

import { asyncDispose, isSynclineError, type SynclineError } from "@syncline/core";
import type {
  Conflict,
  ConflictResolver,
  Event,
  EventStore,
  StoredEvent,
  StoreOptions,
  StoreOutcome,
} from "../ports.ts";
import { single } from "../stores/batch.ts";
import type { CodecRegistry } from "./registry.ts";

/** Wraps a store. Closing it closes the store; a sync is given the store inside. */
export function createCodecStore(store: EventStore, codecs: CodecRegistry): EventStore {
  const decoded = ({ event, version }: StoredEvent): StoredEvent => ({
    event: codecs.decode(event),
    version,
  });
  async function* decodeAll(events: AsyncIterable<StoredEvent>) {
    for await (const stored of events) yield decoded(stored);
  }
  const storeBatch = async (events: readonly Event[], options?: StoreOptions) => {
    const encoded = events.map((event) => encodeOne(codecs, event));
    const fit = encoded.filter((one): one is Event => !isSynclineError(one));
    const outcomes = (await store.storeBatch(fit, options))[Symbol.iterator]();
    return encoded.map((one): StoreOutcome => {
      if (isSynclineError(one)) return { status: "rejected", error: one };
      // One outcome for each event that was fit, in their order.
      return outcomes.next().value as StoreOutcome;
    });
  };
  return {
    store: async (event, options) => single(await storeBatch([event], options)),
    storeBatch,
    load: (since, options) => decodeAll(store.load(since, options)),
    loadByAggregate: (aggregateId, since, options) =>
      decodeAll(store.loadByAggregate(aggregateId, since, options)),
    loadByIds: async (ids, options) => (await store.loadByIds(ids, options)).map(decoded),
    latestVersion: (options) => store.latestVersion(options),
    parseVersion: (text) => store.parseVersion(text),
    checkpoints: store.checkpoints,
    stats: (options) => store.stats(options),
    close: () => store.close(),
    [asyncDispose]: () => store.close(),
  };
}

/** Lets a resolver see both sides as the app does, and stores what it makes as the app would. */
export function withCodecs(resolver: ConflictResolver, codecs: CodecRegistry): ConflictResolver {
  const decoded = (stored: StoredEvent) => ({ ...stored, event: codecs.decode(stored.event) });
  return {
    name: resolver.name,
    async resolve(conflict, options) {
      const { local, remote } = conflict;
      const seen: Conflict = { ...conflict, local: decoded(local), remote: decoded(remote) };
      const resolution = await resolver.resolve(seen, options);
      const events = resolution.events.map((event) => {
        const original = [local, remote].find((side) => side.event.id === event.id);
        return original?.event ?? codecs.encode(event);
      });
      return { ...resolution, events };
    },
  };
}

function encodeOne(codecs: CodecRegistry, event: Event): Event | SynclineError {
  try {
    return codecs.encode(event);
  } catch (thrown) {
    if (isSynclineError(thrown)) return thrown;
    throw thrown;
  }
}
