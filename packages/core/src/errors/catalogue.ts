// Every error code: its HTTP status, whether trying again helps, and what it means.

export interface ErrorSpec {
  /** HTTP status; 0 for errors that only occur on a device. */
  readonly status: number;
  /** What a client does: never send the same again, send it later, after a reset, or after signing in. */
  readonly retry: "never" | "later" | "after-reset" | "after-login";
  /** What it means, for the reader of a log. */
  readonly message: string;
}

export const ERROR_CATALOGUE = {
  invalid: {
    status: 400,
    retry: "never",
    message: "The request is malformed.",
  },
  gap: {
    status: 400,
    retry: "never",
    message: "A mutation id is missing before this one.",
  },
  unauthenticated: {
    status: 401,
    retry: "after-login",
    message: "The request has no valid token.",
  },
  payment_required: {
    status: 402,
    retry: "later",
    message: "The account is not entitled to sync.",
  },
  forbidden: {
    status: 403,
    retry: "never",
    message: "The caller has no right to do this.",
  },
  quota_exceeded: {
    status: 403,
    retry: "never",
    message: "What the account or the space may hold is used up.",
  },
  not_found: {
    status: 404,
    retry: "never",
    message: "There is no such thing here.",
  },
  conflict: {
    status: 409,
    retry: "never",
    message: "The record was changed by somebody else in the meantime.",
  },
  duplicate_event: {
    status: 409,
    retry: "never",
    message: "The id is taken.",
  },
  reset: {
    status: 409,
    retry: "after-reset",
    message: "The cursor cannot be honoured: history before it is gone, or was replaced.",
  },
  client_forked: {
    status: 409,
    retry: "never",
    message: "This client id was used by another copy of the database.",
  },
  too_large: {
    status: 413,
    retry: "never",
    message: "The request, a mutation or a record is larger than the limit.",
  },
  unsupported_media_type: {
    status: 415,
    retry: "never",
    message: "The body has a type or an encoding that is not read here.",
  },
  schema: {
    status: 422,
    retry: "never",
    message: "The data does not fit the app's definition.",
  },
  incompatible: {
    status: 426,
    retry: "never",
    message: "Client and server have no protocol version in common.",
  },
  rate_limited: {
    status: 429,
    retry: "later",
    message: "Too many requests.",
  },
  internal: {
    status: 500,
    retry: "later",
    message: "Something went wrong that should not.",
  },
  unavailable: {
    status: 503,
    retry: "later",
    message: "The server or its database cannot answer now.",
  },
  database_newer: {
    status: 503,
    retry: "never",
    message: "The database was written by a newer version of the program.",
  },
  database_corrupt: {
    status: 503,
    retry: "never",
    message: "The database file is damaged or is no Syncline database.",
  },
  database_readonly: {
    status: 503,
    retry: "never",
    message: "The database cannot be written.",
  },
  config: {
    status: 500,
    retry: "never",
    message: "The configuration is wrong.",
  },
  offline: {
    status: 0,
    retry: "later",
    message: "The server could not be reached.",
  },
  storage_full: {
    status: 0,
    retry: "later",
    message: "The device has no room left.",
  },
  storage_unavailable: {
    status: 0,
    retry: "later",
    message: "The local database cannot be used.",
  },
  superseded: {
    status: 0,
    retry: "later",
    message: "Another tab of this app syncs now.",
  },
  aborted: {
    status: 0,
    retry: "never",
    message: "The caller gave up waiting.",
  },
  closed: {
    status: 0,
    retry: "never",
    message: "The client or server is closed.",
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Tells whether a text is one of the codes above. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, code);
}
