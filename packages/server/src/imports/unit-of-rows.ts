// Rows of another system as one commit: each record has the version, and stands at the moment, that it had there.

import { formatTime, type RecordState, recordKeyToText, type Time, tick } from "@syncline/core";
import { moveTallies } from "../engine/tallies.ts";
import type {
  CommitUnit,
  HistoryEntry,
  LoadedSpace,
  NewSpace,
  SpaceWrites,
} from "../store/port.ts";
import type { ImportedRow } from "./port.ts";

export interface RowsOutcome {
  readonly written: number;
  /** Rows that were imported before, and are as they were. */
  readonly known: number;
  /** Records that were written in both places since: they stay as they are here. */
  readonly kept: readonly string[];
}

export interface RowsTarget {
  readonly space: string;
  readonly userId: string;
  /** Whose client id stands in the times of what is imported: by it a second run knows its own. */
  readonly importer: string;
  readonly create: NewSpace;
}

export function unitOfRows(
  rows: readonly ImportedRow[],
  target: RowsTarget,
): CommitUnit<RowsOutcome> {
  return {
    space: target.space,
    create: target.create,
    records: rows.map(({ collection, id }) => ({ collection, id })),
    decide: (loaded) =>
      loaded === undefined
        ? { result: { written: 0, known: 0, kept: rows.map(({ id }) => id) } }
        : decideRows(rows, loaded, target),
  };
}

function decideRows(
  rows: readonly ImportedRow[],
  { head, records: before }: LoadedSpace,
  target: RowsTarget,
): { readonly writes?: SpaceWrites; readonly result: RowsOutcome } {
  const written: RecordState[] = [];
  const history: HistoryEntry[] = [];
  const kept: string[] = [];
  let { stamp, clock } = head;
  let known = 0;
  for (const row of rows) {
    const there = before.get(recordKeyToText(row));
    const isOurs = there === undefined || isImported(there, target.importer);
    if (there !== undefined && (row.version <= there.version || !isOurs)) {
      // What was written here since has a version of its own: only a newer one from there says something else.
      if (isOurs || row.version < there.version) known += 1;
      else kept.push(`${row.collection} ${row.id}`);
      continue;
    }
    const placed = place(row, there, stamp, target);
    written.push(placed.record);
    history.push(...placed.history);
    stamp = placed.record.stamp;
    clock = tick(clock, Math.floor(stamp / 1000));
  }
  const result = { written: written.length, known, kept };
  if (written.length === 0) return { result };
  const tallies = moveTallies(head.tallies, before, written);
  return {
    result,
    writes: { head: { stamp, clock, tallies, policies: head.policies }, records: written, history },
  };
}

/** Whether nobody but the import has written a record. */
function isImported({ registers: { base, mark, fields } }: RecordState, importer: string): boolean {
  const byImporter = (time: Time | undefined) => time?.endsWith(`-${importer}`) ?? true;
  return byImporter(base?.time) && byImporter(mark?.time) && fields === undefined;
}

/** A row after the space's last commit, and never before the moment at which it was written there. */
function place(
  row: ImportedRow,
  there: RecordState | undefined,
  last: number,
  { userId, importer }: RowsTarget,
): { readonly record: RecordState; readonly history: readonly HistoryEntry[] } {
  const { collection, id, version, updatedAt, deletedAtMs, fields } = row;
  const timeOf = (ms: number) =>
    formatTime({ ms: Math.max(0, Math.floor(ms)), counter: 0 }, importer);
  const stamp = Math.max(last + 1, updatedAt);
  const time = timeOf(updatedAt / 1000);
  const key = { collection, id };
  const author = { userId, clientId: importer, mutationId: 1 };
  const base = { time, stamp };
  const createdStamp = there?.createdStamp ?? stamp;
  const put: HistoryEntry = { ...key, ...author, ...base, op: "put", version, fields };
  if (deletedAtMs === null) {
    const registers = { base };
    const record = { ...key, version, stamp, createdStamp, deleted: false, fields, registers };
    return { record, history: [put] };
  }
  // Two steps, as it came about: written, and then deleted.
  const mark = { deleted: true, time: timeOf(deletedAtMs), stamp: stamp + 1 };
  const registers = { base, mark };
  const gone = { time: mark.time, stamp: mark.stamp, op: "delete" as const, version };
  return {
    record: { ...key, version, stamp: mark.stamp, createdStamp, deleted: true, fields, registers },
    history: [
      { ...put, version: Math.max(1, version - 1) },
      { ...key, ...author, ...gone },
    ],
  };
}
