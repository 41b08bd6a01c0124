// The only place that turns an error into an answer of ours.

import { type ErrorBody, isSynclineError, SynclineError } from "@syncline/core";
import type { Answer } from "../protocol/port.ts";
import { RateLimited } from "../rate/throttle.ts";
import { budgetHeaders } from "./rate-headers.ts";

/** @param id the request's in the log */
export function errorAnswer(thrown: unknown, id: string): Answer {
  const error = isSynclineError(thrown)
    ? thrown
    : new SynclineError(
        "internal",
        `Something went wrong that should not. It is logged as request ${id}.`,
        { cause: thrown },
      );
  const { retryAfter, code, status } = error;
  return {
    status: status > 0 ? status : 500,
    headers: {
      ...(code === "unauthenticated" ? { "www-authenticate": "Bearer" } : {}),
      ...(error instanceof RateLimited ? budgetHeaders(error.budget) : {}),
      ...(retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(retryAfter)) }),
      "x-content-type-options": "nosniff", // addresses that cannot be read get here before any hook
    },
    body: errorText(error),
  };
}

export function errorText(error: SynclineError): string {
  const body: { error: ErrorBody } = { error: error.toBody() };
  return JSON.stringify(body);
}
