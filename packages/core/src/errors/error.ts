// The one error class: a stable code, a place, and a message that may be shown to anyone.

import { ERROR_CATALOGUE, type ErrorCode, isErrorCode } from "./catalogue.ts";

const BRAND = Symbol.for("syncline.error");

/** What a restore of the server means to a device that has read further than the backup. */
export interface Restored {
  /** The last stamp of the device's history that the server still has. */
  readonly upTo: number;
  /** Whether to give back what lies above it, or to let go of that. */
  readonly devices: "offer" | "discard";
}

export interface ErrorOptions {
  /** Where in the input: `mutations.0.changes.2.fields.title`. */
  readonly path?: string;
  /** Seconds to wait before trying again. */
  readonly retryAfter?: number;
  /** With `reset`, where the server was restored from a backup. */
  readonly restored?: Restored;
  /** For the log only; never sent to anyone. */
  readonly details?: unknown;
  readonly cause?: unknown;
}

/** What the wire carries: `{"error": ErrorBody}`. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path?: string;
  readonly retryAfter?: number;
  readonly restored?: Restored;
}

/** What this library throws: a code of the catalogue, its HTTP status, and where in the input it was. */
export class SynclineError extends Error {
  override readonly name = "SynclineError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly path?: string;
  readonly retryAfter?: number;
  readonly restored?: Restored;
  readonly details?: unknown;

  /** @param message what was wrong and what to do; where left out, the catalogue's own. */
  constructor(code: ErrorCode, message?: string, options: ErrorOptions = {}) {
    super(
      message ?? ERROR_CATALOGUE[code].message,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.code = code;
    this.status = ERROR_CATALOGUE[code].status;
    if (options.path !== undefined) this.path = options.path;
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
    if (options.restored !== undefined) this.restored = options.restored;
    if (options.details !== undefined) this.details = options.details;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The part that may be sent to anyone. */
  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.path === undefined ? {} : { path: this.path }),
      ...(this.retryAfter === undefined ? {} : { retryAfter: this.retryAfter }),
      ...(this.restored === undefined ? {} : { restored: this.restored }),
    };
  }
}

/**
 * Tells whether something thrown is a SynclineError, of a given code where one is named. It also knows
 * errors of a second installed copy of this package, which `instanceof` would not.
 */
export function isSynclineError(thrown: unknown, code?: ErrorCode): thrown is SynclineError {
  if (typeof thrown !== "object" || thrown === null || !(BRAND in thrown)) return false;
  return code === undefined || ("code" in thrown && thrown.code === code);
}

/** Makes an error of what the wire carried. An unknown code of a newer server counts as `internal`. */
export function errorFromBody(
  body: { readonly code: string } & Omit<ErrorBody, "code">,
): SynclineError {
  const code = isErrorCode(body.code) ? body.code : "internal";
  return new SynclineError(code, body.message, {
    ...(body.path === undefined ? {} : { path: body.path }),
    ...(body.retryAfter === undefined ? {} : { retryAfter: body.retryAfter }),
    ...(body.restored === undefined ? {} : { restored: body.restored }),
  });
}
