// Every error code: its HTTP status, whether trying again helps, and what to do about it.

export interface ErrorSpec {
  /** HTTP status; 0 for errors that only occur on a device. */
  readonly status: number;
  /** What a client does: never send the same again, send it later, after a reset, or after signing in. */
  readonly retry: "never" | "later" | "after-reset" | "after-login";
  /** What it means, for the reader of a log. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

export const ERROR_CATALOGUE = {
  invalid: {
    status: 400,
    retry: "never",
    message: "The request is malformed.",
    remedy: "Mend what `path` names; the same request fails again.",
  },
  gap: {
    status: 400,
    retry: "never",
    message: "A mutation id is missing before this one.",
    remedy: "Send the mutations in order, beginning with the id that the message names.",
  },
  unauthenticated: {
    status: 401,
    retry: "after-login",
    message: "The request has no valid token.",
    remedy: "Send `Authorization: Bearer <token>` with a token that has not expired.",
  },
  payment_required: {
    status: 402,
    retry: "later",
    message: "The account is not entitled to sync.",
    remedy: "Renew the plan; what is pending stays on the device.",
  },
  forbidden: {
    status: 403,
    retry: "never",
    message: "The caller has no right to do this.",
    remedy: "Ask an owner of the space for the role that this needs.",
  },
  not_found: {
    status: 404,
    retry: "never",
    message: "There is no such thing here.",
    remedy: "Check the address; a record may have been removed for good.",
  },
  conflict: {
    status: 409,
    retry: "never",
    message: "The record was changed by somebody else in the meantime.",
    remedy: "Merge with `current` and send a new mutation with its version as `baseVersion`.",
  },
  reset: {
    status: 409,
    retry: "after-reset",
    message: "The cursor cannot be honoured: history before it is gone, or was replaced.",
    remedy: "Read the space anew without a cursor, keep what is pending, and send it then.",
  },
  client_forked: {
    status: 409,
    retry: "never",
    message: "This client id was used by another copy of the database.",
    remedy: "Take a new client id, number the pending mutations anew, and send them again.",
  },
  too_large: {
    status: 413,
    retry: "never",
    message: "The request, a mutation or a record is larger than the limit.",
    remedy: "Send less at once; the message names the limit.",
  },
  unsupported_media_type: {
    status: 415,
    retry: "never",
    message: "The body has a type or an encoding that is not read here.",
    remedy: "Send `application/json`, plain or as gzip, br or deflate.",
  },
  schema: {
    status: 422,
    retry: "never",
    message: "The data does not fit the app's definition.",
    remedy: "Mend what `path` names, or update the app's definition on the server.",
  },
  incompatible: {
    status: 426,
    retry: "never",
    message: "Client and server have no protocol version in common.",
    remedy: "Update the older of the two; what is pending stays on the device.",
  },
  rate_limited: {
    status: 429,
    retry: "later",
    message: "Too many requests.",
    remedy: "Wait for `retryAfter` seconds.",
  },
  internal: {
    status: 500,
    retry: "later",
    message: "Something went wrong that should not.",
    remedy: "Look for the request id in the server's log and report it.",
  },
  unavailable: {
    status: 503,
    retry: "later",
    message: "The server or its database cannot answer now.",
    remedy: "Wait for `retryAfter` seconds and send the same request again.",
  },
  database_newer: {
    status: 503,
    retry: "never",
    message: "The database was written by a newer version of the program.",
    remedy: "Start the version that wrote it, or restore a backup made before the upgrade.",
  },
  database_corrupt: {
    status: 503,
    retry: "never",
    message: "The database file is damaged or is no Syncline database.",
    remedy: "Restore the last backup with `syncline restore`.",
  },
  database_readonly: {
    status: 503,
    retry: "never",
    message: "The database cannot be written.",
    remedy: "Give the process write access to the file and its folder.",
  },
  config: {
    status: 500,
    retry: "never",
    message: "The configuration is wrong.",
    remedy: "Mend what the message names; `syncline config` shows every value with its source.",
  },
  offline: {
    status: 0,
    retry: "later",
    message: "The server could not be reached.",
    remedy: "Nothing to do: what is pending is sent when the network is back.",
  },
  storage_full: {
    status: 0,
    retry: "later",
    message: "The device has no room left.",
    remedy: "Free some space; the write was not made and can be tried again.",
  },
  storage_unavailable: {
    status: 0,
    retry: "later",
    message: "The local database cannot be used.",
    remedy: "Reload; if it stays, the device's storage is blocked or damaged.",
  },
  superseded: {
    status: 0,
    retry: "later",
    message: "Another tab of this app syncs now.",
    remedy: "Nothing to do: what was under way is found out by the tab that took over.",
  },
  aborted: {
    status: 0,
    retry: "never",
    message: "The caller gave up waiting.",
    remedy: "Nothing to do; a write that was made stays made.",
  },
  closed: {
    status: 0,
    retry: "never",
    message: "The client or server is closed.",
    remedy: "Open a new one.",
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Tells whether a text is one of the codes above. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, code);
}
