// History: what happened in a space, and what one record was at any time.

import type { DatabaseSync } from "node:sqlite";
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
import { all, one } from "./commit.ts";

const COLUMNS = "stamp, collection, id, previous, entry, state, prior";

export function createHistoryReader(db: DatabaseSync) {
  const feed = db.prepare(
    `SELECT ${COLUMNS} FROM changes WHERE space = ? AND stamp > ? ORDER BY stamp LIMIT ?`,
  );
  const entryAt = db.prepare(`SELECT ${COLUMNS} FROM changes WHERE space = ? AND stamp = ?`);
  const record = db.prepare(
    "SELECT collection, id, stamp, created_stamp, version, body, rest FROM records WHERE space = ? AND collection = ? AND id = ?",
  );
  const horizon = db.prepare("SELECT horizon FROM spaces WHERE space = ?");

  /** One record's entries, newest first, as far back as history reaches. */
  function* chain(space: string, key: RecordKey): Generator<ChangeRow> {
    const current = one<RecordRow>(record, space, key.collection, key.id);
    let stamp = current?.stamp ?? 0;
    while (stamp > 0) {
      const row = one<ChangeRow>(entryAt, space, stamp);
      if (row === undefined) return;
      yield row;
      stamp = row.previous;
    }
  }

  function history({ space, after, limit, record: key }: HistoryQuery): HistoryEntry[] {
    if (key === undefined) return all<ChangeRow>(feed, space, after, limit).map(toHistoryEntry);
    const found: HistoryEntry[] = [];
    for (const row of chain(space, key)) {
      if (row.stamp <= after) break;
      found.push(toHistoryEntry(row));
    }
    return found.reverse().slice(0, limit);
  }

  function recordAt(space: string, key: RecordKey, stamp: number): RecordState | undefined {
    const row = one<{ horizon: number }>(horizon, space);
    if (row === undefined || stamp < row.horizon) return undefined;
    const current = one<RecordRow>(record, space, key.collection, key.id);
    if (current !== undefined && current.stamp <= stamp) return toRecord(current);
    let oldest: ChangeRow | undefined;
    for (const entry of chain(space, key)) {
      if (entry.stamp <= stamp) return toStateAt(entry);
      oldest = entry;
    }
    const prior = oldest?.prior ?? null;
    return prior === null ? undefined : jsonToRecord(prior, key);
  }

  return { history, recordAt };
}
