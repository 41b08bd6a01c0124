// The fence around a SQLite database that was moved away: nothing can be committed to it any more, by any program.

import { DatabaseSync } from "node:sqlite";
import { SynclineError } from "@syncline/core";
import { MOVED_AWAY, named } from "../sqlite/errors.ts";

const NAME = "moved_away";

/** Every commit touches its space's row; a server that still runs is told so, and its clients keep what they have. */
export function raiseFence(source: DatabaseSync): void {
  for (const event of ["INSERT", "UPDATE"]) {
    source.exec(
      `CREATE TRIGGER IF NOT EXISTS ${NAME}_${event.toLowerCase()} BEFORE ${event} ON spaces
       BEGIN SELECT RAISE(ABORT, '${MOVED_AWAY}'); END`,
    );
  }
}

export function isFenced(source: DatabaseSync): boolean {
  const row = source
    .prepare("SELECT count(*) AS count FROM sqlite_schema WHERE type = 'trigger' AND name LIKE ?")
    .get(`${NAME}_%`);
  return Number(row?.["count"]) > 0;
}

/** @throws {SynclineError} `database_readonly` for a database that was moved away */
export function refuseMoved(path: string): void {
  const db = named(() => new DatabaseSync(path, { readOnly: true }));
  try {
    if (!named(() => isFenced(db))) return;
    throw new SynclineError(
      "database_readonly",
      `What is in ${path} was moved to PostgreSQL: start the server with DATABASE_URL.`,
    );
  } finally {
    db.close();
  }
}
