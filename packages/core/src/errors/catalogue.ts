// Every error code: its HTTP status, whether trying again helps, and what it means.

export interface ErrorSpec {
  /** HTTP status; 0 for errors that only occur on a device. */
  readonly status: number;
  /** What a client does: never send the same again, send it later, after a reset, or after signing in. */
  readonly retry: "never" | "later" | "after-reset" | "after-login";
  /** What it means, for the reader of a log. */
  readonly message: string;
}

const entry =
  (retry: ErrorSpec["retry"]) =>
  (status: number, message: string): ErrorSpec => ({ status, retry, message });
const never = entry("never");
const later = entry("later");

/** Every error code with its HTTP status, whether the same call may succeed later, and its message. */
export const ERROR_CATALOGUE = {
  invalid: never(400, "The request is malformed."),
  gap: never(400, "A mutation before this one is missing."),
  unauthenticated: entry("after-login")(401, "The request has no valid token."),
  payment_required: later(402, "The account may not sync."),
  forbidden: never(403, "The caller has no right to this."),
  account_locked: later(403, "The account is locked."),
  quota_exceeded: never(403, "A quota is used up."),
  not_found: never(404, "There is no such thing here."),
  conflict: never(409, "Somebody else changed the record meanwhile."),
  duplicate_event: never(409, "The id is taken."),
  reset: entry("after-reset")(409, "The history before the cursor is gone or was replaced."),
  client_forked: never(409, "Another copy of the database used this client id."),
  too_large: never(413, "The request, a mutation or a record is too large."),
  unsupported_media_type: never(415, "The body's type or encoding is not read here."),
  schema: never(422, "The data does not fit the app's definition."),
  incompatible: never(426, "Client and server share no protocol version."),
  rate_limited: later(429, "Too many requests."),
  internal: later(500, "Something went wrong."),
  unavailable: later(503, "The server cannot answer now."),
  database_newer: never(503, "A newer version wrote the database."),
  database_corrupt: never(503, "The database is damaged."),
  database_readonly: never(503, "The database cannot be written."),
  config: never(500, "The configuration is wrong."),
  offline: later(0, "The server could not be reached."),
  storage_full: later(0, "The device has no room left."),
  storage_unavailable: later(0, "The database cannot be used."),
  superseded: later(0, "Another tab syncs now."),
  aborted: never(0, "The caller gave up waiting."),
  closed: never(0, "The client or server is closed."),
} satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Tells whether a text is one of the codes above. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, code);
}
