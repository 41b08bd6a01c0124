// Migrations for PostgreSQL: what is pending, and bringing the tables up to date while older programs go on working.

import { SynclineError } from "@syncline/core";
import type { MigrationStep } from "../port.ts";
import { refuseOlder as refuseOlderSchema } from "../schema.ts";
import type { Database } from "./database.ts";
import { POSTGRES_MIGRATIONS, type PostgresMigration, TABLES } from "./migrations.ts";

/** Ten nodes that start together wait for each other here: "Sync" as a number. */
const MIGRATION_LOCK = 0x53796e63;

export interface SchemaState {
  /** The schema that the database has; 0 for an empty one. */
  readonly version: number;
  /** What would be done to it, by name, in order. */
  readonly pending: readonly string[];
}

/** @throws {SynclineError} `database_newer` when a newer program has left nothing that this one could work on */
export async function readSchema(
  { query }: Pick<Database, "query">,
  migrations: readonly PostgresMigration[] = POSTGRES_MIGRATIONS,
): Promise<SchemaState> {
  const [found] = await query<{ there: boolean }>(
    "SELECT to_regclass('syncline_migrations') IS NOT NULL AS there",
  );
  if (found?.there !== true) return { version: 0, pending: migrations.map(({ name }) => name) };
  const [row] = await query<{ version: number; works_with: number }>(
    "SELECT version, works_with FROM syncline_migrations ORDER BY version DESC LIMIT 1",
  );
  const { version = 0, works_with: oldest = 0 } = row ?? {};
  if (oldest > migrations.length) {
    throw new SynclineError(
      "database_newer",
      `The database has schema ${version}, which programs from schema ${oldest} on can use; this one knows up to ${migrations.length}: start a newer version.`,
    );
  }
  return { version, pending: migrations.slice(version).map(({ name }) => name) };
}

/** Makes a schema where there is none; whose role may not make one needs it to be there. */
export async function makeSchema(
  { query }: Pick<Database, "query">,
  schema: string,
): Promise<void> {
  const found = await query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]);
  // The option's form leaves nothing in it to be quoted.
  if (found.length === 0) await query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
}

/** @throws {SynclineError} `config` naming tables that bear our names and are not ours */
async function refuseOthers({ query }: Pick<Database, "query">): Promise<void> {
  const rows = await query<{ name: string }>(
    `SELECT relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = current_schema() AND relname = ANY($1) ORDER BY relname`,
    [TABLES],
  );
  if (rows.length === 0) return;
  throw new SynclineError(
    "config",
    `There are tables of another program in that database: ${rows.map(({ name }) => name).join(", ")}. Use another database, or put Syncline's beside them with --schema NAME.`,
    { path: "databaseUrl" },
  );
}

/** @throws {SynclineError} `database_newer`; `unavailable` for older tables, saying what to run */
export async function refuseOlder(
  database: Pick<Database, "query">,
  migrations: readonly PostgresMigration[] = POSTGRES_MIGRATIONS,
): Promise<void> {
  const { version } = await readSchema(database, migrations);
  refuseOlderSchema("The database", version, migrations.length);
}

/**
 * Brings the tables up to date; one node does it, the others wait. With nothing to do nothing is written, so that a
 * role without the right to make tables will do.
 * @param migrated told of each migration of a database that is there already
 * @returns what was done, by name
 */
export async function migrate(
  database: Database,
  migrations: readonly PostgresMigration[] = POSTGRES_MIGRATIONS,
  migrated?: (step: MigrationStep) => void,
): Promise<readonly string[]> {
  if ((await readSchema(database, migrations)).pending.length === 0) return [];
  const steps = await database.transaction("write", async ({ query }) => {
    await query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    await query("SET LOCAL statement_timeout = 0"); // however long it takes: cut off, it would only begin again
    await query(
      `CREATE TABLE IF NOT EXISTS syncline_migrations (version integer PRIMARY KEY, name text NOT NULL,
         works_with integer NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    const { version } = await readSchema({ query }, migrations);
    if (version === 0) await refuseOthers({ query });
    // All at once and in the order of commits: nodes that run wait a moment, and nobody waits for the other.
    const there = await query<{ name: string }>(
      "SELECT name FROM unnest($1::text[]) WITH ORDINALITY AS t (name, place) WHERE to_regclass(name) IS NOT NULL ORDER BY place",
      [TABLES],
    );
    for (const { name } of there) await query(`LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`);
    const made: MigrationStep[] = [];
    for (const [i, { name, sql, worksWith }] of migrations.entries()) {
      if (i < version) continue;
      const began = performance.now();
      await query(sql);
      made.push({ schema: i + 1, name, ms: performance.now() - began });
      await query(
        "INSERT INTO syncline_migrations (version, name, works_with) VALUES ($1, $2, $3)",
        [i + 1, name, worksWith],
      );
    }
    return made;
  });
  if (steps[0]?.schema !== 1) for (const step of steps) migrated?.(step);
  return steps.map(({ name }) => name);
}
