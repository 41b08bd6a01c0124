// How much there is in a database: counted in steps, so that nobody who commits waits for it.

import type { DatabaseSync } from "node:sqlite";
import type { StoreFigures } from "../port.ts";
import { one } from "./commit.ts";

/** Rows that are counted at once: a few milliseconds. */
const STEP = 20_000;

export async function readFigures(db: DatabaseSync): Promise<StoreFigures> {
  const size = db.prepare(
    "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
  );
  const spaces = db.prepare("SELECT count(*) AS count FROM spaces");
  const range = db.prepare("SELECT min(rowid) AS first, max(rowid) AS last FROM records");
  const step = db.prepare(
    "SELECT count(*) AS count, total(deleted) AS deleted FROM records WHERE rowid >= ? AND rowid < ?",
  );
  const { first, last } = one<{ first: number | null; last: number | null }>(range) ?? {};
  let all = 0;
  let deleted = 0;
  for (let from = first ?? 0; from <= (last ?? -1); from += STEP) {
    const counted = one<{ count: number; deleted: number }>(step, from, from + STEP);
    all += counted?.count ?? 0;
    deleted += counted?.deleted ?? 0;
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (!db.isOpen) break; // it was closed meanwhile
  }
  return {
    bytes: db.isOpen ? (one<{ bytes: number }>(size)?.bytes ?? 0) : 0,
    spaces: db.isOpen ? (one<{ count: number }>(spaces)?.count ?? 0) : 0,
    records: all - deleted,
    tombstones: deleted,
  };
}
