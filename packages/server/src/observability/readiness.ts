// Whether a server is of use: whether what is sent to it could be committed.

import { isSynclineError, SynclineError } from "@syncline/core";
import type { Store } from "../store/port.ts";
import { inTime } from "./in-time.ts";
import { markTold } from "./outages.ts";

/** For as long an answer is good: whoever asks more often costs nothing more. */
const KEEP_MS = 1_000;
const PATIENCE_MS = 5_000;
const RETRY_AFTER_SECONDS = 2;

/** @returns a function that asks the database, once for all who ask at once; it throws why nothing can be written */
export function createReadiness(
  { probe }: Pick<Store, "probe">,
  now: () => number,
): () => Promise<void> {
  let answer: Promise<void> | undefined;
  let againMs = 0;
  return async () => {
    if (answer === undefined || now() >= againMs) {
      againMs = Number.POSITIVE_INFINITY; // one question at a time
      answer = inTime(probe(), PATIENCE_MS).finally(() => {
        againMs = now() + KEEP_MS;
      });
    }
    try {
      await answer;
    } catch (thrown) {
      // Whoever asks learns in which way, and no more: the log has the rest.
      const why = isSynclineError(thrown) ? thrown.message : "The database does not answer.";
      const options = { retryAfter: RETRY_AFTER_SECONDS, cause: thrown };
      throw markTold(new SynclineError("unavailable", why, options));
    }
  };
}
