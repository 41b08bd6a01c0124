// What this dialect answers when it does not do what it is asked: a status and a line of text.

import { isSynclineError } from "@syncline/core";

/** Why a request is refused, as the other side says it. */
export class Refusal extends Error {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** The 402 alone is JSON. */
  readonly json: boolean;
  constructor(
    status: number,
    message: string,
    options: {
      readonly retryAfter?: number;
      readonly json?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "Refusal";
    this.status = status;
    this.retryAfter = options.retryAfter;
    this.json = options.json ?? false;
  }
}

/**
 * An error of ours as the other side understands it: its clients send again what was answered 408, 429 or 5xx, and
 * give up what was answered otherwise. So what can never succeed is a 400, and what may pass a 503.
 */
export function toRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (!isSynclineError(thrown)) return new Refusal(500, "internal error", { cause: thrown });
  const { code, message, path, retryAfter } = thrown;
  const options = { cause: thrown, ...(retryAfter === undefined ? {} : { retryAfter }) };
  switch (code) {
    case "unauthenticated":
      return new Refusal(401, `unauthorized: parse token: ${message}`, options);
    case "forbidden":
    case "account_locked":
      return new Refusal(403, `forbidden: ${message}`, options);
    case "not_found":
      return new Refusal(404, message, options);
    case "rate_limited":
      return new Refusal(429, message, options);
    case "unavailable":
      return new Refusal(503, message, options);
    default:
      if (thrown.status >= 500) return new Refusal(500, "internal error", options);
      return new Refusal(400, path === undefined ? message : `${message} (${path})`, options);
  }
}
