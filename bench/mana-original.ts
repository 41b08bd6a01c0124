// A change log as a server of mana-sync leaves one behind in PostgreSQL: a tenth inserts, the rest updates of two fields.

import pg from "pg";

/** Makes the table `sync_changes`, and fills it. Each user has two devices. */
export async function fillManaLog(
  url: string,
  { rows, users }: { readonly rows: number; readonly users: number },
): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(LOG, [rows, users]);
  await client.query("CREATE INDEX ON sync_changes (user_id, app_id, created_at)");
  await client.end();
}

const LOG = `
  CREATE TABLE sync_changes AS
  SELECT gen_random_uuid() AS id, 'todo' AS app_id, 'tasks' AS table_name,
    'k' || (n / $2::int % 200) AS record_id, 'u' || (n % $2::int) AS user_id,
    CASE WHEN n / $2::int < 200 THEN 'insert' ELSE 'update' END AS op,
    CASE WHEN n / $2::int < 200
      THEN jsonb_build_object('title', 'title ' || n, 'done', false, 'createdAt', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      ELSE jsonb_build_object('title', 'title ' || n, 'done', n % 3 = 0) END AS data,
    CASE WHEN n / $2::int < 200 THEN '{}'::jsonb
      ELSE jsonb_build_object('title', stamp, 'done', stamp) END AS field_meta,
    'c' || (n % 2) AS client_id, at AS created_at, 1 AS schema_version
  FROM generate_series(0, $1::int - 1) AS n,
    LATERAL (SELECT timestamptz '2026-01-01Z' + n * interval '1 millisecond' AS at) AS t,
    LATERAL (SELECT to_char(at - (n % 7) * interval '3 second', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS stamp) AS s`;
