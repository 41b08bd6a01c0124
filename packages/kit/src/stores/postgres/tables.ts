// The tables of an event store on PostgreSQL.

import { SynclineError } from "@syncline/core";
import type { Pool } from "pg";

export interface TableNames {
  readonly events: string;
  /** One row: the last position that was given. */
  readonly head: string;
  readonly checkpoints: string;
  readonly channel: string;
}

/** @throws {SynclineError} `config` for a name that is none */
export function tableNames(table: string): TableNames {
  // Short enough that every name made of it stays below PostgreSQL's 63 bytes.
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(table)) {
    throw new SynclineError(
      "config",
      "A table's name is of a to z, 0 to 9 and _, at most 40 long.",
    );
  }
  return {
    events: table,
    head: `${table}_head`,
    checkpoints: `${table}_checkpoints`,
    channel: `${table}_stored`,
  };
}

/** Makes what is missing; several processes may do so at the same time. */
export async function prepareTables(pool: Pool, names: TableNames): Promise<void> {
  const { events, head, checkpoints } = names;
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    // Two that create one table at the same time would fail.
    await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`syncline kit ${events}`]);
    // Text that is JSON, and not its binary form, which changes numbers and refuses some texts.
    await client.query(`
      CREATE TABLE IF NOT EXISTS ${events} (
        version BIGINT PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        aggregate_id TEXT NOT NULL,
        event_type TEXT NOT NULL,
        data JSON NOT NULL,
        metadata JSON NOT NULL,
        created_at TIMESTAMPTZ NOT NULL DEFAULT now()
      );
      CREATE INDEX IF NOT EXISTS ${events}_aggregate ON ${events} (aggregate_id, version);
      CREATE TABLE IF NOT EXISTS ${head} (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        last BIGINT NOT NULL
      );
      INSERT INTO ${head} (one, last) VALUES (1, 0) ON CONFLICT DO NOTHING;
      CREATE TABLE IF NOT EXISTS ${checkpoints} (name TEXT PRIMARY KEY, text TEXT NOT NULL)`);
    await client.query("COMMIT");
  } catch (thrown) {
    await client.query("ROLLBACK").catch(() => undefined); // the connection is gone
    throw thrown;
  } finally {
    client.release();
  }
}
