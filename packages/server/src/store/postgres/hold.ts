// The lock on a PostgreSQL database: held together by all servers that may write to it, asked for alone by whoever
// fills it anew. It belongs to a transaction that stays open and does nothing, on a connection of its own: so it works
// through a pooler in transaction mode, ends with the process, and holds back no vacuum (it has neither a snapshot nor
// a number).

import { SynclineError } from "@syncline/core";
import type pg from "pg";
import { type PostgresOptions, searchPath } from "./database.ts";
import { postgresError } from "./errors.ts";

export interface DatabaseLock {
  /** Why nothing may be written now; undefined where it may. */
  refusal(): SynclineError | undefined;
  release(): Promise<void>;
}

type Target = Pick<PostgresOptions, "url" | "schema">;

const KEY = 0x53796e63; // "Sync"
const RETRY_MS = 500;
const CONNECT_MS = 5_000;

/**
 * For a server, together with others. A connection that is lost is made again; only when somebody has taken the
 * database meanwhile is nothing written any more.
 * @throws {SynclineError} `unavailable` while the database is filled anew, or cannot be reached
 */
export async function holdDatabase(target: Target): Promise<DatabaseLock> {
  let client = await lock(target, "shared", () => again());
  if (client === undefined) throw filling();
  let refused = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  function again(): void {
    client = undefined;
    if (closed) return;
    timer = setTimeout(() => {
      lock(target, "shared", () => again()).then(
        (fresh) => {
          refused = fresh === undefined;
          if (closed) return void fresh?.end().catch(() => undefined); // it goes with the process
          client = fresh;
          if (fresh === undefined) again();
          return undefined;
        },
        () => again(), // the store's own statements say why
      );
    }, RETRY_MS);
    timer.unref();
  }

  return {
    refusal: () => (refused ? filling() : undefined),
    async release() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined); // a connection that broke is closed, too
    },
  };
}

/**
 * For whoever fills a database, alone.
 * @throws {SynclineError} `conflict` while a server or a command works on it
 */
export async function takeDatabase(target: Target): Promise<Pick<DatabaseLock, "release">> {
  const client = await lock(target, "alone", () => undefined);
  if (client === undefined)
    throw new SynclineError(
      "conflict",
      "A server or a command works on that database: stop it first. Nothing was changed.",
    );
  return { release: () => client.end() };
}

/** @returns undefined where somebody else has it */
async function lock(
  { url, schema }: Target,
  kind: "shared" | "alone",
  lost: () => void,
): Promise<pg.Client | undefined> {
  const { Client } = (await import("pg")).default; // only who needs it loads it
  const client = new Client({
    connectionString: url,
    ...searchPath(schema),
    application_name: "syncline lock",
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
  });
  let held = false;
  client.on("error", () => undefined); // it ends then, too
  client.on("end", () => {
    if (held) lost();
  });
  const ask = kind === "shared" ? "pg_try_advisory_xact_lock_shared" : "pg_try_advisory_xact_lock";
  try {
    await client.connect();
    // It waits for nothing, and must not be ended for that; a parameter that this version does not know is left alone.
    await client.query("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0");
    await client.query(
      "SELECT set_config(name, '0', true) FROM pg_settings WHERE name = 'transaction_timeout'",
    );
    const { rows } = await client.query<{ mine: boolean }>(
      `SELECT ${ask}(${KEY}, hashtext($1)) AS mine`,
      // The same for all who mean the same tables, be the schema made already or not.
      [schema ?? ""],
    );
    if (rows[0]?.mine === true) {
      held = true;
      return client;
    }
    await client.end();
    return undefined;
  } catch (thrown) {
    await client.end().catch(() => undefined); // why it failed is told already
    throw postgresError(thrown);
  }
}

function filling(): SynclineError {
  return new SynclineError(
    "unavailable",
    "Data is being copied into this database: wait until `syncline move` or `syncline restore` is done.",
    { retryAfter: 5 },
  );
}
