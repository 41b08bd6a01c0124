// An event store in a browser: IndexedDB, shared by all tabs.

import { asyncDispose, isSynclineError, SynclineError } from "@syncline/core";
import { throwIfAborted } from "../../abort.ts";
import { type EventTexts, textsToEvent } from "../../event/check-event.ts";
import type {
  Event,
  EventStore,
  LoadOptions,
  StoredEvent,
  StoreOptions,
  StoreOutcome,
  Version,
} from "../../ports.ts";
import {
  INTEGER_ZERO,
  IntegerVersion,
  parseIntegerVersion,
  toPosition,
} from "../../versions/integer.ts";
import {
  checkBatch,
  type EventStoreLimits,
  outcomeOfKnown,
  single,
  storeClosed,
} from "../batch.ts";

export interface IndexedDbStoreOptions extends EventStoreLimits {
  /** The database's name. */
  readonly name: string;
  /** For tests, and for platforms of their own. */
  readonly factory?: IDBFactory;
}

/** What a row holds; its key is the position. */
interface Row extends EventTexts {
  readonly version: number;
}

const PAGE_ROWS = 200;

/**
 * Opens an event store in a database of the browser.
 * @throws {SynclineError} `storage_unavailable`
 */
export async function openIndexedDbStore(options: IndexedDbStoreOptions): Promise<EventStore> {
  const { name, factory = globalThis.indexedDB, limits } = options;
  const db = await openDatabase(factory, name).catch((thrown: unknown) => {
    throw storageError(thrown);
  });
  let closed = false;
  // A newer version in another tab needs the database for itself.
  db.onversionchange = () => db.close();

  async function run<Result>(
    signal: AbortSignal | undefined,
    stores: readonly ("events" | "checkpoints")[],
    mode: IDBTransactionMode,
    work: (transaction: IDBTransaction) => Promise<Result>,
  ): Promise<Result> {
    if (closed) throw storeClosed();
    throwIfAborted(signal);
    try {
      const transaction = db.transaction(stores, mode, { durability: "strict" });
      const ended = whenComplete(transaction);
      // Whoever waits for the result is told of a failure; this only keeps it from being nobody's.
      ended.catch(() => undefined);
      const result = await work(transaction);
      await ended;
      return result;
    } catch (thrown) {
      throw storageError(thrown);
    }
  }
  const storeBatch = async (events: readonly Event[], { signal }: StoreOptions = {}) => {
    if (closed) throw storeClosed();
    throwIfAborted(signal);
    const batch = checkBatch(events, limits);
    if (batch.length === 0) return [];
    return await run(signal, ["events"], "readwrite", async (transaction) => {
      const rows = transaction.objectStore("events");
      const outcomes: StoreOutcome[] = [];
      for (const checked of batch) {
        if (checked instanceof SynclineError) outcomes.push({ status: "rejected", error: checked });
        else outcomes.push(await put(rows, checked));
      }
      return outcomes;
    });
  };
  async function* pages(
    since: Version | null,
    { limit = Number.POSITIVE_INFINITY, signal }: LoadOptions,
    aggregateId?: string,
  ): AsyncGenerator<StoredEvent> {
    let left = limit;
    if (closed) throw storeClosed();
    const from = toPosition(since);
    // Positions here are JavaScript's own numbers: beyond them there is nothing.
    let after = from > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(from);
    while (left > 0) {
      const wanted = Math.min(left, PAGE_ROWS);
      const begin = after;
      const rows = await run(signal, ["events"], "readonly", async (transaction) => {
        const events = transaction.objectStore("events");
        const found: unknown =
          aggregateId === undefined
            ? await settled(events.getAll(IDBKeyRange.lowerBound(begin, true), wanted))
            : await settled(events.index("aggregate").getAll(rangeOf(aggregateId, begin), wanted));
        return found as Row[]; // our own rows
      });
      for (const row of rows) {
        if (closed) throw storeClosed();
        throwIfAborted(signal);
        after = row.version;
        yield rowToStored(row);
      }
      if (rows.length < wanted) return;
      left -= rows.length;
    }
  }
  const close = async () => {
    if (closed) return;
    closed = true;
    db.close();
  };
  return {
    store: async (event, given) => single(await storeBatch([event], given)),
    storeBatch,
    load: (since, given = {}) => pages(since, given),
    loadByAggregate: (aggregateId, since, given = {}) => pages(since, given, aggregateId),
    loadByIds: (ids, { signal } = {}) =>
      run(signal, ["events"], "readonly", async (transaction) => {
        const index = transaction.objectStore("events").index("id");
        const found = await Promise.all([...new Set(ids)].map((id) => settled(index.get(id))));
        const rows = found.filter((row) => row !== undefined) as Row[]; // our own rows
        return rows.sort((a, b) => a.version - b.version).map(rowToStored);
      }),
    latestVersion: ({ signal } = {}) =>
      run(signal, ["events"], "readonly", async (transaction) => {
        const cursor = await settled(transaction.objectStore("events").openKeyCursor(null, "prev"));
        return cursor === null ? INTEGER_ZERO : new IntegerVersion(BigInt(Number(cursor.key)));
      }),
    stats: ({ signal } = {}) =>
      run(signal, ["events"], "readonly", async (transaction) => ({
        events: await settled(transaction.objectStore("events").count()),
      })),
    parseVersion: parseIntegerVersion,
    checkpoints: {
      read: (key, { signal } = {}) =>
        run(signal, ["checkpoints"], "readonly", async (transaction) => {
          const text: unknown = await settled(transaction.objectStore("checkpoints").get(key));
          return typeof text === "string" ? text : undefined;
        }),
      write: (key, text, { signal } = {}) =>
        run(signal, ["checkpoints"], "readwrite", async (transaction) => {
          const texts = transaction.objectStore("checkpoints");
          if (text === null) await settled(texts.delete(key));
          else await settled(texts.put(text, key));
        }),
    },
    close,
    [asyncDispose]: close,
  };
}

async function put(rows: IDBObjectStore, texts: EventTexts): Promise<StoreOutcome> {
  const known = (await settled(rows.index("id").get(texts.id))) as Row | undefined; // our own row
  if (known !== undefined) return outcomeOfKnown(texts, known, BigInt(known.version));
  const version = Number(await settled(rows.add({ ...texts })));
  return { status: "stored", version: new IntegerVersion(BigInt(version)) };
}

function rangeOf(aggregateId: string, after: number): IDBKeyRange {
  const end = [aggregateId, Number.POSITIVE_INFINITY];
  return IDBKeyRange.bound([aggregateId, after], end, true, true);
}

function openDatabase(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => {
    const rows = request.result.createObjectStore("events", {
      keyPath: "version",
      autoIncrement: true,
    });
    rows.createIndex("id", "id", { unique: true });
    rows.createIndex("aggregate", ["aggregateId", "version"], { unique: true });
    request.result.createObjectStore("checkpoints");
  };
  return settled(request);
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function whenComplete(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

function rowToStored(row: Row): StoredEvent {
  return { event: textsToEvent(row), version: new IntegerVersion(BigInt(row.version)) };
}

function storageError(thrown: unknown): unknown {
  if (isSynclineError(thrown)) return thrown;
  const full = thrown instanceof Error && thrown.name === "QuotaExceededError";
  return new SynclineError(full ? "storage_full" : "storage_unavailable", undefined, {
    cause: thrown,
  });
}
