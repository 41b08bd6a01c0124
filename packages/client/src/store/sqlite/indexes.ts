// Indexes of a device's database: SQLite's own, over the key that a function makes of a record.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { WireRecord } from "@syncline/core";
import { KEY_END, recordKey } from "../index-key.ts";
import type { DeclaredIndexes, IndexRange } from "../port.ts";

/** What names of our indexes begin with. */
const OURS = "by ";

/** Keys as bytes that compare as the texts do: two for each code unit, the higher one first. */
function toBytes(key: string): Buffer {
  return Buffer.from(key, "utf16le").swap16();
}

/** Adds the function that the database's indexes are made with: nothing can be written without it. */
export function addKeyFunction(db: DatabaseSync): void {
  const lists = new Map<unknown, readonly string[]>();
  /** A record has a key in each index: it is read once for all of them. */
  let last: { readonly wire: unknown; readonly record: WireRecord } | undefined;
  // The number belongs to the form of the keys: another form is another function.
  db.function("syncline_key_1", { deterministic: true }, (wire, fields) => {
    // Our own column, and a list as `nameOf` wrote it.
    if (last?.wire !== wire) last = { wire, record: JSON.parse(String(wire)) as WireRecord };
    const names = lists.get(fields) ?? (JSON.parse(String(fields)) as string[]);
    lists.set(fields, names);
    return toBytes(recordKey(last.record, names));
  });
}

export function createIndexes(db: DatabaseSync) {
  const names = db.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'index' AND substr(name, 1, ${OURS.length}) = '${OURS}'`,
  );
  const statements = new Map<string, StatementSync>();
  let known = new Set<string>();

  /** Runs in a transaction. */
  function index(declared: DeclaredIndexes): void {
    const wanted = new Map(
      Object.entries(declared).flatMap(([collection, indexes]) =>
        indexes.map((fields) => [nameOf(collection, fields), { collection, fields }] as const),
      ),
    );
    const held = new Set((names.all() as unknown as { name: string }[]).map(({ name }) => name));
    for (const name of held) if (!wanted.has(name)) db.exec(`DROP INDEX ${quoted(name)}`);
    for (const [name, { collection, fields }] of wanted) {
      if (held.has(name)) continue;
      db.exec(
        `CREATE INDEX ${quoted(name)} ON records (generation, ${keyOf(fields)}, id)
           WHERE deleted = 0 AND collection = ${text(collection)}`,
      );
    }
    known = new Set(wanted.keys());
  }

  function statementOf(collection: string, { fields, down, after }: IndexRange): StatementSync {
    const key = keyOf(fields);
    // Where another process has dropped the index, this reads all records, and gives the same.
    const sql = `SELECT wire FROM records WHERE generation = (SELECT generation FROM spaces WHERE space = ?)
      AND deleted = 0 AND collection = ${text(collection)} AND ${key} >= ? AND ${key} < ?
      ${after === undefined ? "" : `AND (${key} ${down ? "<" : ">"} ? OR id > ?)`}
      ORDER BY ${key} ${down ? "DESC" : "ASC"}, id LIMIT ?`;
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }

  function range(space: string, collection: string, wanted: IndexRange): WireRecord[] | null {
    if (!known.has(nameOf(collection, wanted.fields))) return null;
    const { low, high, down, after, limit } = wanted;
    const behind = after && toBytes(after.key);
    const ends = [
      behind !== undefined && !down ? behind : toBytes(low),
      behind !== undefined && down
        ? Buffer.concat([behind, toBytes(KEY_END)])
        : toBytes(high + KEY_END),
    ] as const;
    const rest = behind === undefined ? [] : [behind, after?.id ?? ""];
    const rows = statementOf(collection, wanted).all(space, ...ends, ...rest, limit);
    return (rows as unknown as { wire: string }[]).map(
      ({ wire }) => JSON.parse(wire) as WireRecord,
    ); // our own table
  }

  return { index, range };
}

const nameOf = (collection: string, fields: readonly string[]) =>
  `${OURS}${JSON.stringify([collection, fields])}`;
const keyOf = (fields: readonly string[]) =>
  `syncline_key_1(wire, ${text(JSON.stringify(fields))})`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
