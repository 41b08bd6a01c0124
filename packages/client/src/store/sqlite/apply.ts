// Taking pages in: one transaction a page, staged ones in a generation of their own.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { DigestSum, type GoneRecord, type WireRecord } from "@syncline/core";
import type { Applied, PageToApply } from "../port.ts";
import { createChangeList, isGone } from "../rules.ts";

export interface SpaceColumns {
  readonly space: string;
  readonly cursor: string | null;
  readonly scope: string;
  readonly next_mutation: number;
  readonly digests: string;
  readonly generation: number;
  readonly staged_generation: number | null;
  readonly staged_cursor: string | null;
  readonly staged_replace: number;
  readonly staged_count: number;
  readonly staged_gone: string;
  readonly revision: number;
}

type Sums = Map<string, DigestSum>;
type ChangeList = ReturnType<typeof createChangeList>;

// A deleted record keeps the fields that the device last saw: see recordToKeep.
const UPSERT = `ON CONFLICT (generation, collection, id) DO UPDATE SET stamp = excluded.stamp,
  deleted = excluded.deleted,
  wire = CASE WHEN excluded.deleted = 1 AND excluded.wire -> '$.fields' IS NULL AND records.wire -> '$.fields' IS NOT NULL
    THEN json_set(excluded.wire, '$.fields', records.wire -> '$.fields') ELSE excluded.wire END
  WHERE excluded.stamp > records.stamp`;

/** Prepares the statements of applying, and gives the function that does it inside the caller's transaction. */
export function createApplier(db: DatabaseSync, spaceOf: (space: string) => SpaceColumns) {
  const upsert = db.prepare(
    `INSERT INTO records (generation, collection, id, stamp, deleted, wire) VALUES (?, ?, ?, ?, ?, ?) ${UPSERT}`,
  );
  const held = db.prepare(
    "SELECT stamp, deleted FROM records WHERE generation = ? AND collection = ? AND id = ?",
  );
  const remove = db.prepare(
    "DELETE FROM records WHERE generation = ? AND collection = ? AND id = ?",
  );
  const newGeneration = db.prepare("INSERT INTO generations DEFAULT VALUES");
  const dropGeneration = db.prepare("DELETE FROM records WHERE generation = ?");
  const stagedRows = db.prepare(
    "SELECT collection, id, stamp, deleted, wire FROM records WHERE generation = ?",
  );
  const collections = db.prepare(
    "SELECT DISTINCT collection FROM records WHERE generation IN (?, ?)",
  );
  const stage = db.prepare(
    `UPDATE spaces SET staged_generation = ?, staged_cursor = ?, staged_replace = ?, staged_count = ?,
       staged_gone = ? WHERE space = ?`,
  );
  const finish = db.prepare(
    `UPDATE spaces SET cursor = ?, scope = ?, digests = ?, generation = ?, staged_generation = NULL,
       staged_cursor = NULL, staged_replace = 0, staged_count = 0, staged_gone = '[]' WHERE space = ?`,
  );
  const settle = db.prepare(
    "DELETE FROM outbox WHERE space = ? AND id <= ? AND state = 'committed'",
  );

  function write(generation: number, record: WireRecord): void {
    const { collection, id, stamp } = record;
    upsert.run(
      generation,
      collection,
      id,
      stamp,
      record.deleted === true ? 1 : 0,
      JSON.stringify(record),
    );
  }

  /** Writes one record over the current generation, and keeps digests and the list of changes. */
  function merge(generation: number, record: WireRecord, sums: Sums, changed: ChangeList): void {
    const { collection, id, stamp } = record;
    const old = row<{ stamp: number; deleted: number }>(held, generation, collection, id);
    if (old !== undefined && old.stamp >= stamp) return;
    if (old?.deleted === 0) sumOf(sums, collection).subtract(id, old.stamp);
    if (record.deleted !== true) sumOf(sums, collection).add(id, stamp);
    write(generation, record);
    changed.add(record);
  }

  function drop(generation: number, gone: GoneRecord, sums: Sums, changed: ChangeList): void {
    const old = row<{ stamp: number; deleted: number }>(held, generation, gone.collection, gone.id);
    if (old?.deleted === 0) sumOf(sums, gone.collection).subtract(gone.id, old.stamp);
    remove.run(generation, gone.collection, gone.id);
    changed.add(gone);
  }

  function stagePage(space: SpaceColumns, page: PageToApply): void {
    const generation = space.staged_generation ?? Number(newGeneration.run().lastInsertRowid);
    const gone = JSON.parse(space.staged_gone) as GoneRecord[];
    for (const change of page.changes) {
      if (isGone(change)) {
        gone.push(change);
        remove.run(generation, change.collection, change.id);
      } else {
        write(generation, change);
      }
    }
    const count = space.staged_count + page.changes.length;
    stage.run(
      generation,
      page.cursor,
      page.replace ? 1 : 0,
      count,
      JSON.stringify(gone),
      space.space,
    );
  }

  function mergeAll(
    space: SpaceColumns,
    page: PageToApply,
  ): { digests: string; changed: ChangeList } {
    const sums: Sums = new Map(
      Object.entries(JSON.parse(space.digests) as { [name: string]: string }).map(
        ([name, digest]) => [name, new DigestSum(digest)],
      ),
    );
    const changed = createChangeList();
    if (space.staged_generation !== null) {
      for (const gone of JSON.parse(space.staged_gone) as GoneRecord[])
        drop(space.generation, gone, sums, changed);
      const rows = stagedRows.all(space.staged_generation) as unknown as { wire: string }[]; // our own table
      for (const { wire } of rows)
        merge(space.generation, JSON.parse(wire) as WireRecord, sums, changed);
      dropGeneration.run(space.staged_generation);
    }
    for (const change of page.changes) {
      if (isGone(change)) drop(space.generation, change, sums, changed);
      else merge(space.generation, change, sums, changed);
    }
    return { digests: digestText(sums), changed };
  }

  function replaceAll(
    space: SpaceColumns,
    page: PageToApply,
  ): { digests: string; generation: number; changed: ChangeList } {
    stagePage(space, page);
    const generation = spaceOf(space.space).staged_generation ?? space.generation;
    const sums: Sums = new Map();
    const rows = stagedRows.iterate(generation) as Iterable<unknown> as Iterable<{
      collection: string;
      id: string;
      stamp: number;
      deleted: number;
    }>; // our own table
    for (const { collection, id, stamp, deleted } of rows)
      if (deleted === 0) sumOf(sums, collection).add(id, stamp);
    const changed = createChangeList();
    const names = collections.all(space.generation, generation) as unknown as {
      collection: string;
    }[]; // our own table
    for (const { collection } of names) changed.addCollection(collection);
    dropGeneration.run(space.generation);
    return { digests: digestText(sums), generation, changed };
  }

  return (page: PageToApply): Applied => {
    const space = spaceOf(page.space);
    if (!page.final) {
      stagePage(space, page);
      return { keys: [], collections: [], gone: [] };
    }
    const { digests, generation, changed } = page.replace
      ? replaceAll(space, page)
      : { ...mergeAll(space, page), generation: space.generation };
    finish.run(page.cursor, page.scope, digests, generation, page.space);
    settle.run(page.space, page.lastMutation);
    return changed.result();
  };
}

function sumOf(sums: Sums, collection: string): DigestSum {
  const sum = sums.get(collection) ?? new DigestSum();
  sums.set(collection, sum);
  return sum;
}

function digestText(sums: Sums): string {
  return JSON.stringify(Object.fromEntries([...sums].map(([name, sum]) => [name, String(sum)])));
}

/** One row of our own tables: its columns are what the statement names. */
export function row<Row>(
  statement: StatementSync,
  ...values: (string | number)[]
): Row | undefined {
  return statement.get(...values) as Row | undefined;
}
