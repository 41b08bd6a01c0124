// Compaction: removes tombstones and history that nobody can ask for any more, a piece at a time.

import type { DatabaseSync } from "node:sqlite";
import type { CompactOutcome } from "../port.ts";
import { one } from "./commit.ts";

/** Rows that one transaction removes: short enough that pushes between two of them do not notice. */
const BATCH = 2_000;

export function createCompactor(db: DatabaseSync) {
  const space = db.prepare("SELECT stamp, horizon FROM spaces WHERE space = ?");
  const raise = db.prepare("UPDATE spaces SET horizon = max(horizon, ?) WHERE space = ?");
  const tombstones = db.prepare(
    `DELETE FROM records WHERE rowid IN (SELECT rowid FROM records
      WHERE space = ? AND stamp <= ? AND deleted = 1 LIMIT ?)`,
  );
  // What a record was at the horizon is told by the entry before its first later one, if it has one; later
  // entries made from now on carry what they replaced.
  const entries = db.prepare(
    `DELETE FROM changes WHERE space = ?1 AND stamp IN (SELECT stamp FROM changes
      WHERE space = ?1 AND stamp <= ?2
        AND stamp NOT IN (SELECT previous FROM changes WHERE space = ?1 AND stamp > ?2) LIMIT ?3)`,
  );
  return async (name: string, wanted: number): Promise<CompactOutcome> => {
    const head = one<{ stamp: number; horizon: number }>(space, name);
    if (head === undefined) return { horizon: 0, tombstones: 0, historyEntries: 0 };
    const horizon = Math.max(head.horizon, Math.min(wanted, head.stamp));
    // Raised first: from here on no cursor from before is honoured, so nothing that goes can be missed.
    raise.run(horizon, name);
    const removed = { horizon, tombstones: 0, historyEntries: 0 };
    removed.tombstones = await repeat(() => Number(tombstones.run(name, horizon, BATCH).changes));
    removed.historyEntries = await repeat(() => Number(entries.run(name, horizon, BATCH).changes));
    return removed;
  };
}

/** Repeats a limited statement until it finds nothing more; others get their turn in between. */
async function repeat(work: () => number): Promise<number> {
  let total = 0;
  for (;;) {
    const count = work();
    total += count;
    if (count === 0) return total;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
