// The statements of background work, on SQLite.

import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { ConsumerSql } from "../consumer-rows.ts";

/** Milliseconds since 1970. */
export const NOW = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

export interface SqlOptions {
  /** Runs work while the database is open. */
  run<Result>(work: () => Result): Promise<Result>;
  /**
   * `disk`: what was done is on the disk, as commits are. `order`: a power cut may take the last of it back, but
   * nothing before a commit of records that came later.
   */
  readonly acknowledged: "disk" | "order";
}

export function consumerSql(db: DatabaseSync, options: SqlOptions): ConsumerSql {
  const run = <Result>(work: () => Result): Promise<Result> =>
    options.run(() => {
      if (options.acknowledged === "disk") return work();
      // The write-ahead log is written in order, and not waited for.
      db.exec("PRAGMA synchronous = NORMAL");
      try {
        return work();
      } finally {
        db.exec("PRAGMA synchronous = FULL");
      }
    });
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
    now: NOW,
    isOneOf: (expression, parameter) =>
      `${expression} IN (SELECT value FROM json_each(${parameter}))`,
    unwaited: "1 = 1",
    appOf: "substr(s.space, 1, instr(s.space, '/') - 1)",
  };
}
