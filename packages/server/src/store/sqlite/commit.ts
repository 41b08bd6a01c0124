// Commits: one transaction and one fsync for all units of a call.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type RecordState, recordKeyToText } from "@syncline/core";
import type { ClientRow, CommitUnit, NewSpace, Role, SpaceHead, SpaceWrites } from "../port.ts";
import {
  type ClientColumns,
  clientIn,
  entryToText,
  placesOf,
  type RecordRow,
  recentToText,
  recordToJson,
  type SpaceRow,
  stateToText,
  toClient,
  toHead,
  toRecord,
  wholeText,
} from "../rows.ts";

/** Prepares the statements of commits once, and gives the function that runs them. */
export function createCommitter(db: DatabaseSync) {
  const statements = prepare(db);
  return <Result>(units: readonly CommitUnit<Result>[]): Result[] => {
    db.exec("BEGIN IMMEDIATE");
    try {
      const results = units.map((unit) => commitUnit(statements, unit));
      db.exec("COMMIT");
      return results;
    } catch (thrown) {
      // A full disk makes SQLite roll back by itself.
      if (db.isTransaction) db.exec("ROLLBACK");
      throw thrown;
    }
  };
}

type Statements = ReturnType<typeof prepare>;

function prepare(db: DatabaseSync) {
  return {
    space: db.prepare("SELECT * FROM spaces WHERE space = ?"),
    createSpace: db.prepare("INSERT INTO spaces (space, epoch, created_at_ms) VALUES (?, ?, ?)"),
    createOwner: db.prepare(
      "INSERT OR REPLACE INTO members (space, user_id, role, since_ms) VALUES (?, ?, 'owner', ?)",
    ),
    moveSpace: db.prepare(
      "UPDATE spaces SET stamp = ?, clock_ms = ?, clock_counter = ?, tallies = ?, policies = ? WHERE space = ?",
    ),
    record: db.prepare(
      "SELECT collection, id, stamp, created_stamp, version, body, rest FROM records WHERE space = ? AND collection = ? AND id = ?",
    ),
    insertRecord: db.prepare(
      "INSERT INTO records (space, collection, id, stamp, created_stamp, version, deleted, bytes, body, rest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    updateRecord: db.prepare(
      "UPDATE records SET stamp = ?, version = ?, deleted = ?, bytes = ?, body = ?, rest = ? WHERE space = ? AND collection = ? AND id = ?",
    ),
    change: db.prepare(
      "INSERT INTO changes (space, stamp, collection, id, previous, entry, state, prior) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    client: db.prepare(
      "SELECT client_id, user_id, last_mutation, recent, seen_at_ms FROM clients WHERE space = ? AND client_id IN (?, ?)",
    ),
    role: db.prepare("SELECT role FROM members WHERE space = ? AND user_id = ?"),
    saveClient: db.prepare(
      `INSERT INTO clients (space, client_id, user_id, last_mutation, recent, seen_at_ms) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (space, client_id) DO UPDATE SET last_mutation = excluded.last_mutation,
         recent = excluded.recent, seen_at_ms = excluded.seen_at_ms`,
    ),
  };
}

function commitUnit<Result>(statements: Statements, unit: CommitUnit<Result>): Result {
  const row =
    one<SpaceRow>(statements.space, unit.space) ?? create(statements, unit.space, unit.create);
  if (row === undefined) return unit.decide(undefined).result;
  const records = new Map<string, RecordState>();
  for (const key of unit.records) {
    const found = one<RecordRow>(statements.record, unit.space, key.collection, key.id);
    if (found !== undefined) records.set(recordKeyToText(key), toRecord(found));
  }
  const clients = new Map<string, ClientRow>();
  if (unit.client !== undefined) {
    const rows = all<ClientColumns>(statements.client, unit.space, ...placesOf(unit.client));
    for (const found of rows) clients.set(found.client_id, toClient(found));
  }
  const client = unit.client && clientIn(clients, unit.client).client;
  const role =
    unit.member === undefined
      ? undefined
      : one<{ readonly role: Role }>(statements.role, unit.space, unit.member)?.role;
  const loaded = { head: toHead(row), records, client, role };
  const { writes, result } = unit.decide(loaded);
  if (writes !== undefined) write(statements, loaded.head, writes, { records, clients });
  return result;
}

function create(
  statements: Statements,
  space: string,
  wanted: NewSpace | undefined,
): SpaceRow | undefined {
  if (wanted === undefined) return undefined;
  statements.createSpace.run(space, wanted.epoch, wanted.createdAtMs);
  if (wanted.owner !== undefined)
    statements.createOwner.run(space, wanted.owner, wanted.createdAtMs);
  return one<SpaceRow>(statements.space, space);
}

function write(
  statements: Statements,
  { space, horizon }: SpaceHead,
  { head, records, history, client }: SpaceWrites,
  before: {
    readonly records: ReadonlyMap<string, RecordState>;
    readonly clients: ReadonlyMap<string, ClientRow>;
  },
): void {
  const { stamp, clock, tallies, policies } = head;
  statements.moveSpace.run(
    stamp,
    clock.ms,
    clock.counter,
    JSON.stringify(tallies),
    JSON.stringify(policies),
    space,
  );
  const written = new Map<string, RecordState>();
  for (const record of records) {
    const key = recordKeyToText(record);
    written.set(key, record);
    const { body, rest } = wholeText(record);
    const bytes = Buffer.byteLength(body);
    const { collection, id, stamp: at, createdStamp, version } = record;
    const deleted = record.deleted ? 1 : 0;
    if (before.records.has(key)) {
      statements.updateRecord.run(at, version, deleted, bytes, body, rest, space, collection, id);
    } else {
      statements.insertRecord.run(
        space,
        collection,
        id,
        at,
        createdStamp,
        version,
        deleted,
        bytes,
        body,
        rest,
      );
    }
  }
  const last = new Map<string, number>();
  for (const entry of history) {
    const key = recordKeyToText(entry);
    const old = last.has(key) ? undefined : before.records.get(key);
    const previous = last.get(key) ?? old?.stamp ?? 0;
    last.set(key, entry.stamp);
    const record = written.get(key);
    const state = record === undefined ? null : stateToText(entry, record);
    // The entry that made the old state may have been compacted: then this one says what the state was.
    const prior = old !== undefined && old.stamp <= horizon ? recordToJson(old) : null;
    const { stamp: at, collection, id } = entry;
    statements.change.run(space, at, collection, id, previous, entryToText(entry), state, prior);
  }
  if (client !== undefined) {
    const { userId, lastMutation, recent, seenAtMs } = client;
    statements.saveClient.run(
      space,
      clientIn(before.clients, client).place,
      userId,
      lastMutation,
      recentToText(recent),
      seenAtMs,
    );
  }
}

/** One row of our own tables: its columns are what the statement names. */
export function one<Row>(
  statement: StatementSync,
  ...values: (string | number)[]
): Row | undefined {
  return statement.get(...values) as Row | undefined;
}

/** All rows of our own tables: their columns are what the statement names. */
export function all<Row>(statement: StatementSync, ...values: (string | number)[]): Row[] {
  return statement.all(...values) as unknown as Row[];
}
