// Copies a space from SQLite to PostgreSQL: what is not there yet, in batches that can be gone on from.

import type { DatabaseSync } from "node:sqlite";
import type { Database, Session } from "../postgres/database.ts";
import { CHANGES, CLIENTS, MEMBERS, RECORDS, SPACES, type Table, WHOLE_TABLES } from "./tables.ts";

type Value = string | number | null;
type Row = { readonly [column: string]: Value };

const BATCH = 2_000;
const UNFINISHED = -1;

/**
 * Makes the target's copy of a space equal to the source's, as the source is when this begins. Rows are copied in
 * the order of their stamps, and the space's head last: a copy that was cut off goes on behind what it had.
 * @param copied called with the number of rows after each batch
 */
export async function copySpace(
  source: DatabaseSync,
  target: Database,
  space: string,
  copied: (rows: number) => void,
): Promise<void> {
  const inSnapshot = source.isTransaction;
  if (!inSnapshot) source.exec("BEGIN");
  try {
    const [head] = read(source, SPACES, space);
    const [before] = await target.query<{ epoch: string; horizon: number }>(
      "SELECT epoch, horizon FROM spaces WHERE space = $1",
      [space],
    );
    if (head === undefined) return;
    // Another epoch is another history: the source was restored since.
    if (before !== undefined && before.epoch !== head["epoch"]) await removeSpace(target, space);
    await target.transaction("write", async (session) => {
      if (before !== undefined && before.horizon < Number(head["horizon"]))
        await compactLike(source, session, space, Number(head["horizon"]));
      // Says which history this is, and is taken for a whole copy by nobody.
      await upsert(session, SPACES, [{ ...head, stamp: UNFINISHED }]);
    });
    for (const table of [CHANGES, RECORDS]) await copyByStamp(source, target, table, space, copied);
    await target.transaction("write", async (session) => {
      await replace(session, MEMBERS, space, read(source, MEMBERS, space));
      await replace(session, CLIENTS, space, read(source, CLIENTS, space));
      await upsert(session, SPACES, [head]);
    });
  } finally {
    if (!inSnapshot) source.exec("ROLLBACK");
  }
}

/** Makes the target's checkpoints and dead letters equal to the source's. */
export async function copyConsumers(source: DatabaseSync, target: Database): Promise<void> {
  await target.transaction("write", async (session) => {
    for (const table of WHOLE_TABLES) {
      const rows = source.prepare(`SELECT ${names(table)} FROM ${table.name}`).all() as Row[]; // the columns named
      await session.query(`DELETE FROM ${table.name}`);
      for (let i = 0; i < rows.length; i += BATCH)
        await upsert(session, table, rows.slice(i, i + BATCH));
    }
  });
}

async function copyByStamp(
  source: DatabaseSync,
  target: Database,
  table: Table,
  space: string,
  copied: (rows: number) => void,
): Promise<void> {
  const select = source.prepare(
    `SELECT ${names(table)} FROM ${table.name} WHERE space = ? AND stamp > ? ORDER BY stamp LIMIT ${BATCH}`,
  );
  const [there] = await target.query<{ stamp: number | null }>(
    `SELECT max(stamp) AS stamp FROM ${table.name} WHERE space = $1 AND stamp > 0`,
    [space],
  );
  for (let after = there?.stamp ?? 0; ; ) {
    const rows = select.all(space, after) as Row[]; // the columns named, of a STRICT table
    const last = rows.at(-1);
    if (last === undefined) return;
    await target.transaction("write", (session) => upsert(session, table, rows));
    copied(rows.length);
    after = Number(last["stamp"]);
  }
}

async function removeSpace(target: Database, space: string): Promise<void> {
  await target.transaction("write", async ({ query }) => {
    for (const table of [SPACES, RECORDS, CHANGES, CLIENTS, MEMBERS])
      await query(`DELETE FROM ${table.name} WHERE space = $1`, [space]);
  });
}

/** What the source has compacted goes here too: of the history up to the horizon just what the source has kept. */
async function compactLike(
  source: DatabaseSync,
  session: Session,
  space: string,
  horizon: number,
): Promise<void> {
  const upTo = [space, horizon];
  await session.query(
    "DELETE FROM records WHERE space = $1 AND stamp > 0 AND stamp <= $2 AND deleted = 1",
    upTo,
  );
  await session.query("DELETE FROM changes WHERE space = $1 AND stamp <= $2", upTo);
  const kept = source.prepare(
    `SELECT ${names(CHANGES)} FROM changes WHERE space = ? AND stamp > ? AND stamp <= ? ORDER BY stamp LIMIT ${BATCH}`,
  );
  for (let after = 0; ; ) {
    const rows = kept.all(space, after, horizon) as Row[]; // the columns named, of a STRICT table
    const last = rows.at(-1);
    if (last === undefined) return;
    await upsert(session, CHANGES, rows);
    after = Number(last["stamp"]);
  }
}

function read(source: DatabaseSync, table: Table, space: string): Row[] {
  return source
    .prepare(`SELECT ${names(table)} FROM ${table.name} WHERE space = ?`)
    .all(space) as Row[]; // the columns named, of a STRICT table
}

async function replace(
  session: Session,
  table: Table,
  space: string,
  rows: readonly Row[],
): Promise<void> {
  await session.query(`DELETE FROM ${table.name} WHERE space = $1`, [space]);
  await upsert(session, table, rows);
}

async function upsert({ query }: Session, table: Table, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.entries(table.columns);
  const others = columns.filter(([name]) => !table.key.includes(name));
  await query(
    `INSERT INTO ${table.name} (${names(table)})
     SELECT * FROM unnest(${columns.map(([, type], i) => `$${i + 1}::${type}[]`).join(", ")})
     ON CONFLICT (${table.key.join(", ")}) DO UPDATE SET ${others.map(([name]) => `${name} = excluded.${name}`).join(", ")}`,
    columns.map(([name]) => rows.map((row) => row[name] ?? null)),
  );
}

const names = ({ columns }: Table) => Object.keys(columns).join(", ");
