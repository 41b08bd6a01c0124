// What PostgreSQL's errors, and those of the way to it, mean to us. Nothing of a statement is told on.

import { isSynclineError, SynclineError } from "@syncline/core";

/** Two transactions stood in each other's way: the same again may well succeed. */
export function isRetryable(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === "40001" || code === "40P01";
}

/** The named error for what the driver threw; what did not come from there comes back as it is. */
export function postgresError(thrown: unknown): unknown {
  if (isSynclineError(thrown) || !(thrown instanceof Error)) return thrown;
  const code = codeOf(thrown);
  const options = { cause: thrown };
  const later = { ...options, retryAfter: 1 };
  if (code === undefined) {
    return /timeout|terminated|closed|connect/i.test(thrown.message)
      ? new SynclineError("unavailable", "The database cannot be reached.", later)
      : thrown;
  }
  switch (true) {
    case code === "25006":
      return new SynclineError("database_readonly", undefined, options);
    case code === "42501":
      return new SynclineError(
        "database_readonly",
        "The server's role has no right to a table: see the grants in docs/operations.md.",
        options,
      );
    case code === "42P01" || code === "42703":
      return new SynclineError(
        "unavailable",
        "A table or a column of Syncline's is not there: run `syncline migrate`.",
        options,
      );
    case code.startsWith("XX"):
      return new SynclineError("database_corrupt", "The database reports damage.", options);
    case code === "57014" || code === "55P03" || code === "25P03":
      return new SynclineError("unavailable", "The database took too long.", later);
    case code === "28P01" || code === "28000":
      return new SynclineError(
        "unavailable",
        "The database takes neither this user nor this password: check DATABASE_URL.",
        options,
      );
    case code === "3D000":
      return new SynclineError(
        "unavailable",
        "There is no database of that name on that server: make it, or check DATABASE_URL.",
        options,
      );
    case code === "ECONNREFUSED":
      return new SynclineError(
        "unavailable",
        "The database's host refused the connection: nothing listens at that port.",
        later,
      );
    case code === "ENOTFOUND" || code === "EAI_AGAIN":
      return new SynclineError(
        "unavailable",
        "There is no host of that name for the database: check DATABASE_URL.",
        later,
      );
    // Connections, resources, operators at work, conflicts that did not go away; and the system's own errors.
    case /^(08|53|57|40|58)/.test(code) || /^E[A-Z]/.test(code):
      return new SynclineError("unavailable", "The database cannot be reached.", later);
    case code.startsWith("28"):
      return new SynclineError(
        "unavailable",
        "The database does not let this server in: check DATABASE_URL.",
        options,
      );
    default:
      return new SynclineError("internal", "The database refused a statement.", options);
  }
}

function codeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : undefined;
}
