// A store of one's own: a list in a process, with nothing but the port's promises kept. Here, writing `store` around a list
// that belongs to somebody else is all there is to it.

import {
  type Accepted,
  createMemoryCheckpoints,
  type Event,
  type EventStore,
  eventToTexts,
  IntegerVersion,
  type LoadOptions,
  parseIntegerVersion,
  type StoredEvent,
  type StoreOptions,
  type StoreOutcome,
  SynclineError,
  toPosition,
  type Version,
} from "@syncline/kit";

interface Entry {
  readonly stored: StoredEvent;
  /** The event as text: what is compared when its id comes again. */
  readonly text: string;
}

/** Opens a store over a list. */
export function openListStore(list: Entry[] = []): EventStore {
  let closed = false;
  const begin = (signal: AbortSignal | undefined) => {
    if (closed) throw new SynclineError("closed");
    if (signal?.aborted === true) throw new SynclineError("aborted");
  };
  const put = (event: Event): Accepted => {
    const texts = eventToTexts(event);
    const text = JSON.stringify(texts);
    const known = list.find(({ stored }) => stored.event.id === event.id);
    if (known?.text === text) return { status: "duplicate", version: known.stored.version };
    if (known !== undefined) throw new SynclineError("duplicate_event");
    const version = new IntegerVersion(BigInt(list.length + 1));
    // A copy: what the caller does with its own later is no matter of ours.
    list.push({ stored: { event: structuredClone({ ...event }), version }, text });
    return { status: "stored", version };
  };
  async function* load(since: Version | null, given: LoadOptions = {}, aggregateId?: string) {
    begin(given.signal);
    const after = toPosition(since);
    let left = given.limit ?? list.length;
    for (const { stored } of list) {
      if (left <= 0) return;
      if (BigInt(stored.version.toString()) <= after) continue;
      if (aggregateId !== undefined && stored.event.aggregateId !== aggregateId) continue;
      begin(given.signal);
      left -= 1;
      yield stored;
    }
  }
  const checkpoints = createMemoryCheckpoints();
  const close = async () => {
    closed = true;
  };
  return {
    async store(event: Event, { signal }: StoreOptions = {}) {
      begin(signal);
      return put(event);
    },
    async storeBatch(events: readonly Event[], { signal }: StoreOptions = {}) {
      begin(signal);
      return events.map((event): StoreOutcome => {
        try {
          return put(event);
        } catch (error) {
          if (error instanceof SynclineError) return { status: "rejected", error };
          throw error;
        }
      });
    },
    load: (since, given) => load(since, given),
    loadByAggregate: (aggregateId, since, given) => load(since, given, aggregateId),
    async loadByIds(ids, { signal } = {}) {
      begin(signal);
      return list.map(({ stored }) => stored).filter(({ event }) => ids.includes(event.id));
    },
    async latestVersion({ signal } = {}) {
      begin(signal);
      return new IntegerVersion(BigInt(list.length));
    },
    async stats({ signal } = {}) {
      begin(signal);
      return { events: list.length };
    },
    parseVersion: parseIntegerVersion,
    checkpoints: {
      async read(key, given) {
        begin(given?.signal);
        return await checkpoints.read(key, given);
      },
      async write(key, text, given) {
        begin(given?.signal);
        await checkpoints.write(key, text, given);
      },
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
