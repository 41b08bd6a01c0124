// An event store on node:sqlite: one file, in write-ahead mode, every event on disk when it was acknowledged.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { asyncDispose } from "@syncline/core";
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
  outcomesOf,
  single,
  storeClosed,
} from "../batch.ts";
import { databaseError, openDatabase } from "./open.ts";

export interface SqliteStoreOptions extends EventStoreLimits {
  /** The database file; it is made where there is none. `:memory:` forgets everything on close. */
  readonly path: string;
  /** `normal` may lose the last events when the power fails, not when the process does; `full` where left out. */
  readonly synchronous?: "full" | "normal";
}

interface Row {
  readonly seq: bigint;
  readonly texts: EventTexts;
}

/** As lists, rows are read in half the time. */
type Columns = readonly [
  version: bigint,
  id: string,
  aggregateId: string,
  type: string,
  data: string | null,
  metadata: string | null,
];

/** So many rows are read at once, or fewer when they are large. */
const PAGE_ROWS = 500;
const PAGE_CHARACTERS = 1_000_000;
/** How many turns of the event loop it takes until a request that was begun is on its way. */
const TURNS = 2;
/** The greatest position that SQLite has. */
const MAX_POSITION = 2n ** 63n - 1n;

/**
 * Opens an event database. Several processes may have it open at the same time.
 * @throws {SynclineError} `storage_unavailable`, `database_corrupt`, `database_readonly`
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<EventStore> {
  const { synchronous = "full" } = options;
  const db = openDatabase(options.path, synchronous);
  const statements = prepare(db);
  let closed = false;

  function check(signal: AbortSignal | undefined): void {
    if (closed) throw storeClosed();
    throwIfAborted(signal);
  }
  /** Runs work on the database, which is synchronous. */
  async function run<Result>(signal: AbortSignal | undefined, work: () => Result): Promise<Result> {
    check(signal);
    try {
      return work();
    } catch (thrown) {
      throw databaseError(thrown);
    }
  }
  const put = (texts: EventTexts): StoreOutcome => {
    const { id, type, aggregateId, data, metadata } = texts;
    const { changes, lastInsertRowid } = statements.insert.run(
      id,
      aggregateId,
      type,
      data,
      metadata,
    );
    if (changes !== 0 && changes !== 0n) {
      return { status: "stored", version: new IntegerVersion(BigInt(lastInsertRowid)) };
    }
    const known = rowOf(statements.byId.get(id));
    return outcomeOfKnown(texts, known.texts, known.seq);
  };
  const storeBatch = async (events: readonly Event[], { signal }: StoreOptions = {}) => {
    if (closed) throw storeClosed();
    const batch = checkBatch(events, options.limits);
    if (batch.length === 0) return await run(signal, () => []);
    await letOthersBegin();
    return await run(signal, () => inTransaction(db, () => outcomesOf(batch, put)));
  };
  async function* pages(
    since: Version | null,
    { limit = Number.POSITIVE_INFINITY, signal }: LoadOptions,
    query: (after: bigint, limit: number) => Iterable<unknown>,
  ): AsyncGenerator<StoredEvent> {
    let left = limit;
    // Nothing lies beyond, and SQLite has no greater numbers to compare with.
    let after = await run(signal, () => toPosition(since));
    while (left > 0 && after < MAX_POSITION) {
      const wanted = Math.min(left, PAGE_ROWS);
      const from = after;
      await letOthersBegin();
      const rows = await run(signal, () => takePage(query(from, wanted)));
      for (const row of rows) {
        check(signal);
        after = row.seq;
        yield rowToStored(row);
      }
      if (rows.length === 0) return;
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
    load: (since, given = {}) =>
      pages(since, given, (after, limit) => statements.after.iterate(after, limit)),
    loadByAggregate: (aggregateId, since, given = {}) =>
      pages(since, given, (after, limit) =>
        statements.ofAggregate.iterate(aggregateId, after, limit),
      ),
    loadByIds: (ids, { signal } = {}) =>
      run(signal, () =>
        statements.byIds.all(JSON.stringify(ids)).map((row) => rowToStored(rowOf(row))),
      ),
    latestVersion: ({ signal } = {}) =>
      run(signal, () => {
        const version = statements.latest.get()?.["version"];
        return typeof version === "bigint" ? new IntegerVersion(version) : INTEGER_ZERO;
      }),
    parseVersion: parseIntegerVersion,
    checkpoints: {
      read: (key, { signal } = {}) =>
        run(signal, () => {
          const text = statements.checkpoint.get(key)?.["text"];
          return typeof text === "string" ? text : undefined;
        }),
      write: (key, text, { signal } = {}) =>
        run(signal, () => {
          // Losing one when the power fails costs time and no event: it need not be waited for.
          db.exec("PRAGMA synchronous = normal");
          try {
            if (text === null) statements.forget.run(key);
            else statements.remember.run(key, text);
          } finally {
            db.exec(`PRAGMA synchronous = ${synchronous}`);
          }
        }),
    },
    stats: ({ signal } = {}) =>
      run(signal, () => {
        const { events, bytes } = statements.figures.get() ?? {};
        return { events: Number(events), bytes: Number(bytes) };
      }),
    close,
    [asyncDispose]: close,
  };
}

function prepare(db: DatabaseSync) {
  const exact = (sql: string): StatementSync => {
    const statement = db.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  };
  const rows = (rest: string): StatementSync => {
    const statement = exact(
      `SELECT version, id, aggregate_id, event_type, data, metadata FROM events ${rest}`,
    );
    statement.setReturnArrays(true);
    return statement;
  };
  return {
    insert: exact(
      `INSERT INTO events (id, aggregate_id, event_type, data, metadata) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO NOTHING`,
    ),
    /** By the unique index of id. */
    byId: rows("WHERE id = ?"),
    byIds: rows("WHERE id IN (SELECT value FROM json_each(?)) ORDER BY version"),
    /** By the primary key. */
    after: rows("WHERE version > ? ORDER BY version LIMIT ?"),
    /** By idx_aggregate_id, whose entries are in the order of the primary key. */
    ofAggregate: rows("WHERE aggregate_id = ? AND version > ? ORDER BY version LIMIT ?"),
    latest: exact("SELECT max(version) AS version FROM events"),
    figures: db.prepare(
      `SELECT (SELECT count(*) FROM events) AS events, page_count * page_size AS bytes
       FROM pragma_page_count, pragma_page_size`,
    ),
    checkpoint: db.prepare("SELECT text FROM syncline_checkpoints WHERE name = ?"),
    remember: db.prepare(
      `INSERT INTO syncline_checkpoints (name, text) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET text = excluded.text`,
    ),
    forget: db.prepare("DELETE FROM syncline_checkpoints WHERE name = ?"),
  };
}

/** Holds the write lock from its beginning, and never leaves a transaction behind. */
function inTransaction<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (thrown) {
    // A full disk makes SQLite roll back by itself.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw thrown;
  }
}

/** SQLite blocks the thread: what was begun before, a request for the next page say, need not wait for that. */
async function letOthersBegin(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await nextTurn();
}

function takePage(rows: Iterable<unknown>): Row[] {
  const page: Row[] = [];
  let characters = 0;
  for (const found of rows) {
    const row = rowOf(found);
    page.push(row);
    characters += row.texts.data.length + row.texts.metadata.length;
    if (characters >= PAGE_CHARACTERS) break;
  }
  return page;
}

function rowOf(found: unknown): Row {
  // Our own statements give these columns.
  const [seq, id, aggregateId, type, data, metadata] = found as Columns;
  return {
    seq,
    texts: { id, type, aggregateId, data: data ?? "null", metadata: metadata ?? "null" },
  };
}

function rowToStored({ seq, texts }: Row): StoredEvent {
  return { event: textsToEvent(texts), version: new IntegerVersion(seq) };
}
