// An event store on PostgreSQL, for several processes at a time; whoever listens is told of what any of them stored.

import { asyncDispose, isSynclineError, SynclineError } from "@syncline/core";
import { Pool, type PoolClient, type QueryResultRow } from "pg";
import { orAborted, throwIfAborted } from "../../abort.ts";
import { type EventTexts, textsToEvent } from "../../event/check-event.ts";
import type {
  Event,
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
  type Checked,
  checkBatch,
  type EventStoreLimits,
  outcomeOfKnown,
  single,
  storeClosed,
} from "../batch.ts";
import type { ObservedStore } from "../observed.ts";
import { createListener } from "./listener.ts";
import { prepareTables, type TableNames, tableNames } from "./tables.ts";

export interface PostgresStoreOptions extends EventStoreLimits {
  /** `postgres://user:password@host/database` */
  readonly url: string;
  /** Made where there is none; `events` where left out. */
  readonly table?: string;
  /** Connections at most; 10 where left out. */
  readonly maxConnections?: number;
  /** Told of failures of the connection that listens, which is made anew. */
  failed?(error: unknown): void;
}

interface Row extends QueryResultRow {
  /** Named apart from the column, by which pages are sorted. */
  readonly position: string;
  readonly id: string;
  readonly aggregate_id: string;
  readonly event_type: string;
  readonly data: string;
  readonly metadata: string;
}

const FIRST_PAGE_ROWS = 64;
const MAX_PAGE_ROWS = 1_000;
const PAGE_CHARACTERS = 1_000_000;
const MAX_POSITION = 2n ** 63n - 1n;

/**
 * Opens an event store in a table of PostgreSQL; several processes may share it.
 * @throws {SynclineError} `config`, `unavailable`
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<ObservedStore> {
  const names = tableNames(options.table ?? "events");
  const pool = new Pool({ connectionString: options.url, max: options.maxConnections ?? 10 });
  // A connection that breaks while nobody uses it is replaced when it is needed.
  pool.on("error", () => undefined);
  const columns =
    "version::text AS position, id, aggregate_id, event_type, data::text AS data, metadata::text AS metadata";
  const listener = createListener(options.url, names.channel, options.failed);
  let closing: Promise<void> | undefined;

  async function run<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>) {
    if (closing !== undefined) throw storeClosed();
    throwIfAborted(signal);
    try {
      return await orAborted(work(), signal);
    } catch (thrown) {
      throw databaseError(thrown);
    }
  }
  try {
    await prepareTables(pool, names);
  } catch (thrown) {
    await pool.end();
    throw databaseError(thrown);
  }

  const storeBatch = async (events: readonly Event[], { signal }: StoreOptions = {}) => {
    if (closing !== undefined) throw storeClosed();
    throwIfAborted(signal);
    const batch = checkBatch(events, options.limits);
    if (batch.length === 0) return [];
    try {
      // What was begun is ended: giving up in the middle would leave it open whether it was stored.
      return await inTransaction(pool, (client) => insert(client, names, columns, batch));
    } catch (thrown) {
      throw databaseError(thrown);
    }
  };
  async function* pages(
    since: Version | null,
    { limit = Number.POSITIVE_INFINITY, signal }: LoadOptions,
    aggregateId?: string,
  ): AsyncGenerator<StoredEvent> {
    let left = limit;
    let rows = FIRST_PAGE_ROWS;
    let after = await run(signal, async () => toPosition(since));
    const only = aggregateId === undefined ? "" : "AND aggregate_id = $3";
    // By the primary key, or by the index of aggregates.
    const sql = `SELECT ${columns} FROM ${names.events} WHERE version > $1 ${only} ORDER BY version LIMIT $2`;
    while (left > 0 && after < MAX_POSITION) {
      const wanted = Math.min(left, rows);
      const values = [
        after.toString(),
        wanted,
        ...(aggregateId === undefined ? [] : [aggregateId]),
      ];
      const page = await run(signal, () => pool.query<Row>(sql, values));
      let characters = 0;
      for (const row of page.rows) {
        await run(signal, async () => undefined);
        const stored = rowToStored(row);
        after = BigInt(row.position);
        characters += row.data.length + row.metadata.length;
        yield stored;
      }
      if (page.rows.length < wanted) return;
      left -= page.rows.length;
      const each = Math.max(1, characters / page.rows.length);
      rows = Math.max(1, Math.min(MAX_PAGE_ROWS, Math.floor(PAGE_CHARACTERS / each)));
    }
  }
  const close = () => {
    closing ??= (async () => {
      await listener.close();
      await pool.end();
    })();
    return closing;
  };

  return {
    store: async (event, given) => single(await storeBatch([event], given)),
    storeBatch,
    load: (since, given = {}) => pages(since, given),
    loadByAggregate: (aggregateId, since, given = {}) => pages(since, given, aggregateId),
    loadByIds: (ids, { signal } = {}) =>
      run(signal, async () => {
        const sql = `SELECT ${columns} FROM ${names.events} WHERE id = ANY($1) ORDER BY version`;
        return (await pool.query<Row>(sql, [ids])).rows.map(rowToStored);
      }),
    latestVersion: ({ signal } = {}) =>
      run(signal, async () => {
        const found = await pool.query<{ last: string }>(`SELECT last::text FROM ${names.head}`);
        const last = BigInt(found.rows[0]?.last ?? 0);
        return last === 0n ? INTEGER_ZERO : new IntegerVersion(last);
      }),
    parseVersion: parseIntegerVersion,
    checkpoints: {
      read: (key, { signal } = {}) =>
        run(signal, async () => {
          const sql = `SELECT text FROM ${names.checkpoints} WHERE name = $1`;
          return (await pool.query<{ text: string }>(sql, [key])).rows[0]?.text;
        }),
      write: (key, text, { signal } = {}) =>
        run(signal, async () => {
          if (text === null) {
            await pool.query(`DELETE FROM ${names.checkpoints} WHERE name = $1`, [key]);
            return;
          }
          await pool.query(
            `INSERT INTO ${names.checkpoints} (name, text) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET text = excluded.text`,
            [key, text],
          );
        }),
    },
    stats: ({ signal } = {}) =>
      run(signal, async () => {
        const found = await pool.query<{ events: string; bytes: string }>(
          `SELECT count(*)::text AS events, pg_total_relation_size($1::regclass)::text AS bytes FROM ${names.events}`,
          [names.events],
        );
        const [row] = found.rows;
        const { totalCount: open, idleCount: idle, waitingCount: waiting } = pool;
        const connections = { open, idle, waiting, max: pool.options.max };
        return { events: Number(row?.events), bytes: Number(row?.bytes), connections };
      }),
    onStored: (told) => listener.listen(told),
    close,
    [asyncDispose]: close,
  };
}

/** Writers take their positions one after the other, until their commit: no reader sees a later one before an earlier. */
async function insert(
  client: PoolClient,
  names: TableNames,
  columns: string,
  batch: readonly Checked[],
): Promise<StoreOutcome[]> {
  const head = await client.query<{ last: string }>(
    `SELECT last::text FROM ${names.head} FOR UPDATE`,
  );
  let last = BigInt(head.rows[0]?.last ?? 0);
  const ids = batch.flatMap((checked) => (checked instanceof SynclineError ? [] : [checked.id]));
  const there = await client.query<Row>(
    `SELECT ${columns} FROM ${names.events} WHERE id = ANY($1)`,
    [ids],
  );
  const known = new Map(
    there.rows.map((row) => [row.id, { texts: rowToTexts(row), seq: BigInt(row.position) }]),
  );
  const fresh: EventTexts[] = [];
  const first = last + 1n;
  const outcomes = batch.map((checked): StoreOutcome => {
    if (checked instanceof SynclineError) return { status: "rejected", error: checked };
    const held = known.get(checked.id);
    if (held !== undefined) return outcomeOfKnown(checked, held.texts, held.seq);
    last += 1n;
    known.set(checked.id, { texts: checked, seq: last });
    fresh.push(checked);
    return { status: "stored", version: new IntegerVersion(last) };
  });
  if (fresh.length === 0) return outcomes;
  await client.query(
    `INSERT INTO ${names.events} (version, id, aggregate_id, event_type, data, metadata)
     SELECT $1::bigint + n - 1, id, aggregate_id, event_type, data::json, metadata::json
     FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       WITH ORDINALITY AS rows (id, aggregate_id, event_type, data, metadata, n)`,
    [
      first.toString(),
      fresh.map(({ id }) => id),
      fresh.map(({ aggregateId }) => aggregateId),
      fresh.map(({ type }) => type),
      fresh.map(({ data }) => data),
      fresh.map(({ metadata }) => metadata),
    ],
  );
  await client.query(`UPDATE ${names.head} SET last = $1`, [last.toString()]);
  await client.query("SELECT pg_notify($1, $2)", [names.channel, last.toString()]);
  return outcomes;
}

async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (thrown) {
    await client.query("ROLLBACK").catch((error: Error) => {
      broken = error;
    });
    throw thrown;
  } finally {
    // A connection that cannot even roll back is not used again.
    client.release(broken);
  }
}

function rowToTexts(row: Row): EventTexts {
  return {
    id: row.id,
    type: row.event_type,
    aggregateId: row.aggregate_id,
    data: row.data,
    metadata: row.metadata,
  };
}

function rowToStored(row: Row): StoredEvent {
  return {
    event: textsToEvent(rowToTexts(row)),
    version: new IntegerVersion(BigInt(row.position)),
  };
}

function databaseError(thrown: unknown): unknown {
  if (isSynclineError(thrown)) return thrown;
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  const name =
    code === "53100" ? "storage_full" : code === "25006" ? "database_readonly" : "unavailable";
  return new SynclineError(name, undefined, { cause: thrown });
}
