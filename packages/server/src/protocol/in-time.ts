// A bound for what a request waits for.

import { SynclineError } from "@syncline/core";

const RETRY_AFTER_SECONDS = 2;

/**
 * Gives what the work gives, if it is done in time. Work that is late goes on, and whatever becomes of it
 * is found out by sending the same request again. (Fastify's own limit ends with the request's body.)
 * @throws {SynclineError} `unavailable`
 */
export async function inTime<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = "The server did not finish in time. Send the same request again.";
      reject(new SynclineError("unavailable", message, { retryAfter: RETRY_AFTER_SECONDS }));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
