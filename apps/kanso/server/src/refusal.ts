// What the original's clients are told when something is refused: bodies of its own, one function for all errors.

import { isSynclineError, type SynclineError } from "@syncline/core";
import { DomainError } from "@syncline/kanso-domain";

/** An answer that is no success. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: object;
  readonly retryAfter: number | undefined;

  constructor(status: number, body: object, retryAfter?: number) {
    super(`answered with ${status}`);
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

export function refusal(status: number, error: string): Refusal {
  return new Refusal(status, { error });
}

/** The answer to whatever was thrown; undefined for what should not have happened. */
export function refusalOf(thrown: unknown): Refusal | undefined {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof DomainError) return refusal(400, thrown.message);
  if (isSynclineError(thrown, "rate_limited")) {
    const seconds = Math.ceil(thrown.retryAfter ?? 1);
    return new Refusal(
      429,
      { status: "error", message: "Too many requests. Slow down!", retry_in_s: seconds },
      seconds,
    );
  }
  if (isSynclineError(thrown, "unauthenticated")) return refusal(401, "invalid or expired token");
  if (isSynclineError(thrown, "unavailable"))
    return new Refusal(503, { error: "internal server error" }, thrown.retryAfter ?? 1);
  // What the app's definition refuses is a bad request, as all that breaks a rule.
  if (isSynclineError(thrown, "schema")) return refusal(400, thrown.message);
  if (isSynclineError(thrown) && thrown.status >= 400 && thrown.status < 500)
    return refusal(thrown.status, `${placeOf(thrown)}${thrown.message}`);
  return undefined;
}

/** The field that an error is about, as the wire calls it. */
function placeOf({ path = "" }: SynclineError): string {
  const [, field] = /(?:^|\.)fields\.(\w+)/.exec(path) ?? [];
  if (field === undefined) return "";
  return `${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}: `;
}
