// What SQLite's errors mean to us.

import { SynclineError } from "@syncline/core";

const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT = 19;
const NOTADB = 26;

/** What a database says of every write once it was moved elsewhere: see ../transfer/fence.ts. */
export const MOVED_AWAY = "syncline: moved away";

/** Runs work on the database and gives its errors names. */
export function named<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    throw sqliteError(thrown);
  }
}

/** The named error for what node:sqlite threw; what is no SQLite error comes back as it is. */
export function sqliteError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !("errcode" in thrown) || typeof thrown.errcode !== "number")
    return thrown;
  const options = { cause: thrown };
  switch (thrown.errcode & 0xff) {
    case READONLY:
      return new SynclineError("database_readonly", undefined, options);
    case CORRUPT:
    case NOTADB:
      return new SynclineError("database_corrupt", undefined, options);
    case CANTOPEN:
      return new SynclineError(
        "unavailable",
        "The database file cannot be opened: check its folder and its rights.",
        options,
      );
    case CONSTRAINT:
      if (!thrown.message.includes(MOVED_AWAY)) break;
      return new SynclineError(
        "unavailable",
        "This database was moved: start the server on the new one.",
        { ...options, retryAfter: 10 },
      );
    case FULL:
      return new SynclineError("unavailable", "The disk is full.", { ...options, retryAfter: 30 });
    case BUSY:
    case IOERR:
      return new SynclineError("unavailable", "The database is busy or cannot be read.", {
        ...options,
        retryAfter: 1,
      });
  }
  return new SynclineError("internal", "The database refused a statement.", options);
}
