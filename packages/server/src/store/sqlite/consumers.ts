// The statements of background work, on SQLite.

import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { ConsumerSql } from "../consumer-rows.ts";

/** @param run runs work while the database is open */
export function consumerSql(
  db: DatabaseSync,
  run: <Result>(work: () => Result) => Promise<Result>,
): ConsumerSql {
  const statements = new Map<string, StatementSync>();
  const all = <Of extends object>(text: string, values: readonly unknown[]): Of[] => {
    let statement = statements.get(text);
    if (statement === undefined) {
      // Parameters by number, so that one may stand in several places.
      statement = db.prepare(text.replaceAll(/\$(\d+)/g, "?$1"));
      statements.set(text, statement);
    }
    return statement.all(...(values as SQLInputValue[])) as unknown as Of[]; // texts and numbers; what the statement names
  };
  return {
    query: (text, values) => run(() => all(text, values)),
    guarded: (list) =>
      run(() => {
        db.exec("BEGIN IMMEDIATE");
        try {
          const [first, ...others] = list;
          const done = first !== undefined && all(...first).length > 0;
          if (done) for (const statement of others) all(...statement);
          db.exec("COMMIT");
          return done;
        } catch (thrown) {
          db.exec("ROLLBACK");
          throw thrown;
        }
      }),
    now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    isOneOf: (expression, parameter) =>
      `${expression} IN (SELECT value FROM json_each(${parameter}))`,
    appOf: "substr(s.space, 1, instr(s.space, '/') - 1)",
  };
}
