// Compaction: removes tombstones and history that nobody can ask for any more, a piece at a time.

import type { CompactOutcome } from "../port.ts";
import type { Session } from "./database.ts";

/** Rows that one statement removes: short enough that pushes between two of them do not notice. */
const BATCH = 2_000;

export async function compactSpace(
  session: Session,
  space: string,
  wanted: number,
): Promise<CompactOutcome> {
  // Raised first: from here on no cursor from before is honoured, so nothing that goes can be missed.
  const [row] = await session.query<{ horizon: number }>(
    "UPDATE spaces SET horizon = greatest(horizon, least($2, stamp)) WHERE space = $1 RETURNING horizon",
    [space, wanted],
  );
  if (row === undefined) return { horizon: 0, tombstones: 0, historyEntries: 0 };
  const { horizon } = row;
  const tombstones = await repeat(
    session,
    `DELETE FROM records WHERE ctid IN (SELECT ctid FROM records
       WHERE space = $1 AND stamp > 0 AND stamp <= $2 AND deleted = 1 LIMIT $3)`,
    [space, horizon],
  );
  // What a record was at the horizon is told by the entry before its first later one, if it has one; later
  // entries made from now on carry what they replaced.
  const historyEntries = await repeat(
    session,
    `DELETE FROM changes WHERE ctid IN (SELECT ctid FROM changes c
       WHERE c.space = $1 AND c.stamp <= $2 AND NOT EXISTS (
         SELECT 1 FROM changes later WHERE later.space = $1 AND later.stamp > $2 AND later.previous = c.stamp)
       LIMIT $3)`,
    [space, horizon],
  );
  return { horizon, tombstones, historyEntries };
}

/** Repeats a limited statement until it finds nothing more. */
async function repeat(
  { query }: Session,
  statement: string,
  values: readonly unknown[],
): Promise<number> {
  for (let total = 0; ; ) {
    const removed = await query(`${statement} RETURNING 1`, [...values, BATCH]);
    total += removed.length;
    if (removed.length === 0) return total;
  }
}
