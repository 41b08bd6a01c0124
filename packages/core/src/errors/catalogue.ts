// Every error code: its HTTP status, whether trying again helps, and what it means.

export interface ErrorSpec {
  /** HTTP status; 0 for errors that only occur on a device. */
  readonly status: number;
  /** What a client does: never send the same again, send it later, after a reset, or after signing in. */
  readonly retry: "never" | "later" | "after-reset" | "after-login";
  /** What it means, for the reader of a log. */
  readonly message: string;
}

/** Every error code with its HTTP status, whether the same call may succeed later, and its message. */
export const ERROR_CATALOGUE = {
  invalid: {
    status: 400,
    retry: "never",
    message: "The request is malformed.",
  },
  gap: {
    status: 400,
    retry: "never",
    message: "A mutation before this one is missing.",
  },
  unauthenticated: {
    status: 401,
    retry: "after-login",
    message: "The request has no valid token.",
  },
  payment_required: {
    status: 402,
    retry: "later",
    message: "The account may not sync.",
  },
  forbidden: {
    status: 403,
    retry: "never",
    message: "The caller has no right to this.",
  },
  account_locked: {
    status: 403,
    retry: "later",
    message: "The account is locked.",
  },
  quota_exceeded: {
    status: 403,
    retry: "never",
    message: "A quota is used up.",
  },
  not_found: {
    status: 404,
    retry: "never",
    message: "There is no such thing here.",
  },
  conflict: {
    status: 409,
    retry: "never",
    message: "Somebody else changed the record meanwhile.",
  },
  duplicate_event: {
    status: 409,
    retry: "never",
    message: "The id is taken.",
  },
  reset: {
    status: 409,
    retry: "after-reset",
    message: "The history before the cursor is gone or was replaced.",
  },
  client_forked: {
    status: 409,
    retry: "never",
    message: "Another copy of the database used this client id.",
  },
  too_large: {
    status: 413,
    retry: "never",
    message: "The request, a mutation or a record is too large.",
  },
  unsupported_media_type: {
    status: 415,
    retry: "never",
    message: "The body's type or encoding is not read here.",
  },
  schema: {
    status: 422,
    retry: "never",
    message: "The data does not fit the app's definition.",
  },
  incompatible: {
    status: 426,
    retry: "never",
    message: "Client and server share no protocol version.",
  },
  rate_limited: {
    status: 429,
    retry: "later",
    message: "Too many requests.",
  },
  internal: {
    status: 500,
    retry: "later",
    message: "Something went wrong.",
  },
  unavailable: {
    status: 503,
    retry: "later",
    message: "The server cannot answer now.",
  },
  database_newer: {
    status: 503,
    retry: "never",
    message: "A newer version wrote the database.",
  },
  database_corrupt: {
    status: 503,
    retry: "never",
    message: "The database is damaged.",
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
    message: "The database cannot be used.",
  },
  superseded: {
    status: 0,
    retry: "later",
    message: "Another tab syncs now.",
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
