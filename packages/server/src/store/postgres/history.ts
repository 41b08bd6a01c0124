// History: what happened in a space, and what one record was at any time.

import type { RecordKey, RecordState } from "@syncline/core";
import type { HistoryEntry, HistoryQuery } from "../port.ts";
import {
  type ChangeRow,
  jsonToRecord,
  type RecordRow,
  toHistoryEntry,
  toRecord,
  toStateAt,
} from "../rows.ts";
import type { Session } from "./database.ts";

const COLUMNS = "stamp, collection, id, previous, entry, state, prior";
/** One record's entries, newest first: each names the one before it. $4: entries up to here are not wanted. */
const CHAIN = `
  WITH RECURSIVE chain AS (
    SELECT c.* FROM records r JOIN changes c ON c.space = r.space AND c.stamp = r.stamp
      WHERE r.space = $1 AND r.collection = $2 AND r.id = $3
    UNION ALL
    SELECT c.* FROM chain JOIN changes c ON c.space = $1 AND c.stamp = chain.previous
      WHERE chain.stamp > $4)
  SELECT ${COLUMNS} FROM chain ORDER BY stamp DESC`;

export async function readHistory(
  { query }: Session,
  { space, after, limit, record: key }: HistoryQuery,
): Promise<HistoryEntry[]> {
  if (key === undefined) {
    // A limit that the planner does not know: see pages.ts.
    const rows = await query<ChangeRow>(
      `SELECT ${COLUMNS} FROM changes WHERE space = $1 AND stamp > $2 ORDER BY stamp LIMIT (SELECT $3::bigint)`,
      [space, after, limit],
    );
    return rows.map(toHistoryEntry);
  }
  const rows = await query<ChangeRow>(CHAIN, [space, key.collection, key.id, after]);
  return rows
    .filter(({ stamp }) => stamp > after)
    .map(toHistoryEntry)
    .reverse()
    .slice(0, limit);
}

/** Within a snapshot: record, entries and horizon agree. */
export async function readRecordAt(
  { query }: Session,
  space: string,
  key: RecordKey,
  stamp: number,
): Promise<RecordState | undefined> {
  const [head] = await query<{ horizon: number }>("SELECT horizon FROM spaces WHERE space = $1", [
    space,
  ]);
  if (head === undefined || stamp < head.horizon) return undefined;
  const [current] = await query<RecordRow>(
    "SELECT collection, id, stamp, created_stamp, version, body, rest FROM records WHERE space = $1 AND collection = $2 AND id = $3",
    [space, key.collection, key.id],
  );
  if (current !== undefined && current.stamp <= stamp) return toRecord(current);
  const rows = await query<ChangeRow>(CHAIN, [space, key.collection, key.id, stamp]);
  const found = rows.find((row) => row.stamp <= stamp);
  if (found !== undefined) return toStateAt(found);
  const prior = rows.at(-1)?.prior ?? null;
  return prior === null ? undefined : jsonToRecord(prior, key);
}
