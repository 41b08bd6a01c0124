// The way to PostgreSQL: a pool with limits, and transactions that end even if their node does not.
// No session holds any state between transactions, so that a pooler may stand in between (PgBouncer's
// transaction mode): settings are local to a transaction, statements are not named, nothing is listened to.

import { SynclineError } from "@syncline/core";
import type pg from "pg";
import type { MigrationStep, StoreLoad } from "../port.ts";
import { isRetryable, postgresError } from "./errors.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`. */
  readonly url: string;
  /**
   * The schema of the tables, which is made where there is none; what the role's search path says where left out. Behind
   * a pooler the role's own search path has to say it.
   */
  readonly schema?: string;
  /** Connections that are held at most; 10 where left out. */
  readonly connections?: number;
  /** How long to wait for a connection, and for a statement; 5 s and 30 s where left out. */
  readonly connectMs?: number;
  readonly statementMs?: number;
  /**
   * How long a commit waits for a space that another node commits to, and after how long the database ends the
   * transaction of a node that froze in the middle of one; 5 s where left out.
   */
  readonly lockMs?: number;
}

export interface PostgresStoreOptions extends PostgresOptions {
  /** `migrate` brings the tables up to date; `write` and `read` want them so. `migrate` where left out. */
  readonly mode?: "migrate" | "write" | "read";
  /** Told of each migration. */
  migrated?(step: MigrationStep): void;
}

export type Row = { readonly [column: string]: unknown };

/** One transaction's connection. */
export interface Session {
  query<Of extends object = Row>(text: string, values?: readonly unknown[]): Promise<Of[]>;
}

export interface Database extends Session {
  /** Runs work in a transaction; again when another one stood in its way. */
  transaction<Result>(
    kind: "write" | "snapshot",
    work: (session: Session) => Promise<Result>,
  ): Promise<Result>;
  load(): StoreLoad;
  close(): Promise<void>;
}

/** What a driver is told so that tables are found in a schema. */
export function searchPath(schema: string | undefined): { readonly options?: string } {
  return schema === undefined ? {} : { options: `-c search_path=${schema}` };
}

const INT8 = 20;
const MAX_TRIES = 8;
/** Reaches for the database with the first statement, not here. */
export async function openDatabase(options: PostgresOptions): Promise<Database> {
  const { Pool, types: known } = (await import("pg")).default; // only who needs it loads it
  /** Stamps and counts are below 2^53 by construction. */
  const types: pg.CustomTypesConfig = {
    getTypeParser: (oid, format) =>
      Number(oid) === INT8 ? Number : known.getTypeParser(oid, format as "text"), // texts are asked for
  };
  const pool = new Pool({
    connectionString: options.url,
    ...searchPath(options.schema),
    max: options.connections ?? 10,
    connectionTimeoutMillis: options.connectMs ?? 5_000,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    application_name: "syncline",
    types,
  });
  // A connection that breaks while nobody uses it: the next one to ask gets another.
  pool.on("error", () => undefined);
  const statementMs = Math.round(options.statementMs ?? 30_000);
  const lockMs = Math.round(options.lockMs ?? 5_000);
  const begin = {
    write: `BEGIN; SET LOCAL statement_timeout = ${statementMs}; SET LOCAL lock_timeout = ${lockMs}; SET LOCAL idle_in_transaction_session_timeout = ${lockMs}; SET LOCAL synchronous_commit = on`,
    snapshot: `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = ${statementMs}`,
  };
  let closed = false;

  async function connect(): Promise<pg.PoolClient> {
    if (closed) throw new SynclineError("unavailable", "The database is closed.");
    return await pool.connect();
  }

  const sessionOf = (client: pg.PoolClient): Session => ({
    query: async <Of extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query(text, [...values])).rows as Of[], // what the statement names
  });

  async function once<Result>(
    kind: "write" | "snapshot",
    work: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    const client = await connect();
    let broken: Error | undefined;
    // A connection that breaks says so twice: to the statement that runs, and to whoever listens. Nobody did: the
    // process would end.
    const broke = (error: Error) => {
      broken = error;
    };
    client.on("error", broke);
    try {
      await client.query(begin[kind]);
      const result = await work(sessionOf(client));
      await client.query("COMMIT");
      return result;
    } catch (thrown) {
      await client.query("ROLLBACK").catch((error: Error) => {
        broken = error;
      });
      throw thrown;
    } finally {
      client.off("error", broke);
      client.release(broken);
    }
  }

  const database: Database = {
    async query<Of extends object>(text: string, values: readonly unknown[] = []) {
      try {
        if (closed) throw new SynclineError("unavailable", "The database is closed.");
        return (await pool.query(text, [...values])).rows as Of[]; // what the statement names
      } catch (thrown) {
        throw postgresError(thrown);
      }
    },
    async transaction(kind, work) {
      for (let tries = 1; ; tries++) {
        try {
          return await once(kind, work);
        } catch (thrown) {
          if (!isRetryable(thrown) || tries === MAX_TRIES) throw postgresError(thrown);
        }
      }
    },
    load: () => ({
      connections: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    async close() {
      if (closed) return;
      closed = true;
      await pool.end();
    },
  };
  return database;
}
