// What this dialect answers when it does not do what it is asked: a status, a text, and the event that is the reason.

import { isSynclineError } from "@syncline/core";

export class Refusal extends Error {
  readonly status: number;
  readonly eventUuid: string | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  constructor(
    status: number,
    message: string,
    options: {
      readonly eventUuid?: string | undefined;
      readonly retryAfter?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "Refusal";
    this.status = status;
    this.eventUuid = options.eventUuid;
    this.retryAfter = options.retryAfter;
  }
}

/** An error of ours in this dialect's words. */
export function toRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (!isSynclineError(thrown)) return new Refusal(500, "Internal server error", { cause: thrown });
  const { status, message, retryAfter, code } = thrown;
  const options = { cause: thrown, retryAfter };
  if (code === "too_large" && thrown.path === undefined)
    return new Refusal(413, "Request body too large", options);
  if (code === "invalid" && thrown.path === undefined)
    return new Refusal(400, "Invalid JSON format", options);
  if (code === "forbidden") return new Refusal(403, "Insufficient permissions", options);
  if (status === 503 || status === 429) return new Refusal(status, message, options);
  if (status >= 500 || status === 0) return new Refusal(500, "Internal server error", options);
  return new Refusal(status, message, options);
}
