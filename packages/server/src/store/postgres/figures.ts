// How much there is in a database: exactly while that is cheap, and else as the database's own statistics have it.

import type { StoreFigures } from "../port.ts";
import type { Session } from "./database.ts";

/** From so many rows on counting would be a scan that others notice. */
const COUNTED = 100_000;

export async function readFigures({ query }: Session): Promise<StoreFigures> {
  const [size] = await query<{ bytes: number; spaces: number; records: number }>(
    `SELECT (SELECT sum(pg_total_relation_size(oid)) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'spaces'::regclass))::bigint AS bytes,
      (SELECT reltuples FROM pg_class WHERE oid = 'spaces'::regclass)::bigint AS spaces,
      (SELECT reltuples FROM pg_class WHERE oid = 'records'::regclass)::bigint AS records`,
  );
  const spaces = await count(query, "spaces", size?.spaces ?? 0);
  const all = await count(query, "records", size?.records ?? 0);
  // Of large tables a sample says which share is deleted.
  const [sample] = await query<{ all: number; deleted: number }>(
    all < COUNTED
      ? 'SELECT count(*) AS "all", coalesce(sum(deleted), 0)::bigint AS deleted FROM records'
      : 'SELECT count(*) AS "all", coalesce(sum(deleted), 0)::bigint AS deleted FROM records TABLESAMPLE SYSTEM (1)',
  );
  const share = sample === undefined || sample.all === 0 ? 0 : sample.deleted / sample.all;
  const tombstones = Math.round(all * share);
  return { bytes: size?.bytes ?? 0, spaces, records: all - tombstones, tombstones };
}

async function count(
  query: Session["query"],
  table: "spaces" | "records",
  estimate: number,
): Promise<number> {
  if (estimate >= COUNTED) return estimate;
  const [row] = await query<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM ${table} LIMIT ${COUNTED}) AS counted`,
  );
  // An estimate may be of rows that are gone since.
  return row?.count ?? 0;
}
