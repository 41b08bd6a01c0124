// An event store on a space of the engine: what its caller may read and write there, and nothing of its own.

import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type Change,
  CLOCK_START,
  type Fields,
  formatTime,
  isSynclineError,
  type Limits,
  type RecordKey,
  recordKeyToText,
  type SpaceAddress,
  SynclineError,
  tick,
} from "@syncline/core";
import {
  type Accepted,
  type CallOptions,
  createMemoryCheckpoints,
  type Event,
  type EventStore,
  type EventTexts,
  eventToTexts,
  INTEGER_ZERO,
  IntegerVersion,
  isSameEvent,
  type LoadOptions,
  parseIntegerVersion,
  type StoredEvent,
  type StoreOutcome,
  toPosition,
  type Version,
} from "@syncline/kit";
import type { Principal } from "../../auth/principal.ts";
import type { Admitted, Engine, RecordsRequest } from "../../engine/contract.ts";
import { hashOf } from "../../keys/index.ts";
import { EVENTS, fieldsToTexts, recordIdOf, recordToEvent, textsToFields } from "./events.ts";

export interface EngineStoreOptions {
  readonly engine: Engine;
  readonly principal: Principal;
  readonly address: SpaceAddress;
  readonly limits: Limits;
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * Before events had positions, versions were stamps, which are microseconds since 1970: whoever kept one goes on from
 * there. No log has so many events, and no stamp since 1978 is less.
 */
const FIRST_STAMP = 2n ** 48n;
const PAGE = { limit: 1_000, maxBytes: 4 * 1024 * 1024 };

interface Entry {
  readonly index: number;
  readonly texts: EventTexts;
  readonly key: RecordKey;
  readonly fields: Fields;
}

/** Opens a store; it holds nothing that must be closed. */
export function createEngineStore(options: EngineStoreOptions): EventStore {
  const { engine, principal, address, limits, now } = options;
  const clientId = `kit-${hashOf(principal.userId).slice(0, 32)}`;
  const checkpoints = createMemoryCheckpoints();
  let closed = false;

  function begin(signal: AbortSignal | undefined): void {
    if (closed) throw new SynclineError("closed", "store is closed");
    if (signal?.aborted === true) throw new SynclineError("aborted", "The call was given up.");
  }
  const admit = (access: "read" | "write") => engine.admit(principal, address, access);

  async function storeBatch(
    events: readonly Event[],
    { signal }: CallOptions = {},
  ): Promise<readonly StoreOutcome[]> {
    begin(signal);
    if (events.length === 0) return [];
    const outcomes: StoreOutcome[] = [];
    let entries: Entry[] = [];
    for (const [index, event] of events.entries()) {
      const checked = check(event, index);
      if (checked instanceof SynclineError) outcomes[index] = rejected(checked);
      else entries.push(checked);
    }
    const admitted = await admit("write");
    // One that cannot be written is put aside and named; the rest is written in one step.
    while (entries.length > 0) {
      const fresh: Entry[] = [];
      try {
        await write(admitted, { entries, fresh, outcomes });
        break;
      } catch (thrown) {
        const index = /^changes\.(\d+)/.exec(
          isSynclineError(thrown) ? (thrown.path ?? "") : "",
        )?.[1];
        const bad = index === undefined ? undefined : fresh[Number(index)];
        if (!isSynclineError(thrown) || bad === undefined || thrown.status >= 500) throw thrown;
        outcomes[bad.index] = rejected(new SynclineError(thrown.code, thrown.message));
        entries = entries.filter((entry) => entry !== bad);
      }
    }
    return outcomes;
  }

  /** @param batch takes what it finds out: which entries were not there yet, and what became of each */
  async function write(
    admitted: Admitted,
    {
      entries,
      fresh,
      outcomes,
    }: { entries: readonly Entry[]; fresh: Entry[]; outcomes: StoreOutcome[] },
  ): Promise<void> {
    const time = formatTime(tick(CLOCK_START, now()), clientId);
    const decided = new Map<Entry, "stored" | "duplicate" | "other">();
    const { after } = await engine.write(admitted, principal, {
      clientId,
      records: entries.map(({ key }) => key),
      changes(records) {
        const changes: Change[] = [];
        const known = new Map<string, EventTexts>();
        fresh.length = 0;
        for (const entry of entries) {
          const name = recordKeyToText(entry.key);
          const record = records.get(name);
          const held = known.get(name) ?? (record && fieldsToTexts(entry.key.id, record.fields));
          if (held !== undefined) {
            decided.set(entry, isSameEvent(entry.texts, held) ? "duplicate" : "other");
            continue;
          }
          known.set(name, entry.texts);
          decided.set(entry, "stored");
          fresh.push(entry);
          changes.push({ ...entry.key, op: "put", time, fields: entry.fields });
        }
        return changes;
      },
    });
    for (const entry of entries) {
      const status = decided.get(entry);
      const position = after.get(recordKeyToText(entry.key))?.version;
      if (status === "other" || status === undefined || position === undefined)
        outcomes[entry.index] = rejected(anotherEvent(entry.texts.id));
      else outcomes[entry.index] = { status, version: new IntegerVersion(BigInt(position)) };
    }
  }

  function check(event: Event, index: number): Entry | SynclineError {
    try {
      const texts = eventToTexts(event);
      const key = { collection: EVENTS, id: recordIdOf(texts.id) };
      return { index, texts, key, fields: textsToFields(texts, limits.jsonDepth) };
    } catch (thrown) {
      if (thrown instanceof SynclineError) return thrown;
      throw thrown;
    }
  }

  async function* load(
    since: Version | null,
    { limit = Number.POSITIVE_INFINITY, signal }: LoadOptions = {},
    keep: (stored: StoredEvent) => boolean = () => true,
  ): AsyncGenerator<StoredEvent> {
    begin(signal);
    const position = toPosition(since);
    // What lies beyond every place that there can be lies beyond the end.
    if (position > BigInt(Number.MAX_SAFE_INTEGER)) return;
    let from: Pick<RecordsRequest, "after" | "afterNumber"> =
      position < FIRST_STAMP
        ? { after: 0, afterNumber: Number(position) }
        : { after: Number(position) };
    const admitted = await admit("read");
    let left = limit;
    while (left > 0) {
      // A store in memory, or in a file, never waits: others get their turn between two pages.
      await nextTurn();
      const page = await engine.records(admitted, { ...PAGE, ...from, collections: [EVENTS] });
      for (const record of page.records) {
        begin(signal);
        const stored = recordToEvent(record);
        if (stored === undefined || !keep(stored)) continue;
        yield stored;
        left -= 1;
        if (left <= 0) return;
      }
      if (!page.more) return;
      from = { after: page.stamp };
    }
  }

  async function count({ signal }: CallOptions = {}): Promise<number> {
    begin(signal);
    const end = { after: Number.MAX_SAFE_INTEGER, limit: 1, maxBytes: 1, collections: [EVENTS] };
    return (await engine.records(await admit("read"), end)).count;
  }

  return {
    async store(event, call) {
      const [outcome] = await storeBatch([event], call);
      if (outcome === undefined) throw new SynclineError("internal");
      if (outcome.status === "rejected") throw outcome.error;
      return outcome satisfies Accepted;
    },
    storeBatch,
    load: (since, call) => load(since, call),
    loadByAggregate: (aggregateId, since, call) =>
      load(since, call, ({ event }) => event.aggregateId === aggregateId),
    async loadByIds(ids, call) {
      const wanted = new Set(ids);
      const found: StoredEvent[] = [];
      if (wanted.size === 0) begin(call?.signal);
      else
        for await (const stored of load(null, { ...call, limit: wanted.size }, ({ event }) =>
          wanted.has(event.id),
        ))
          found.push(stored);
      return found;
    },
    async latestVersion(call) {
      const events = await count(call);
      return events === 0 ? INTEGER_ZERO : new IntegerVersion(BigInt(events));
    },
    stats: async (call) => ({ events: await count(call) }),
    parseVersion: parseIntegerVersion,
    checkpoints: {
      async read(key, call) {
        begin(call?.signal);
        return await checkpoints.read(key);
      },
      async write(key, text, call) {
        begin(call?.signal);
        await checkpoints.write(key, text);
      },
    },
    async close() {
      closed = true;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
    },
  };
}

function rejected(error: SynclineError): StoreOutcome {
  return { status: "rejected", error };
}

function anotherEvent(id: string): SynclineError {
  const message = `Another event has the id ${JSON.stringify(id.slice(0, 100))}.`;
  return new SynclineError("duplicate_event", message, { path: "id" });
}
