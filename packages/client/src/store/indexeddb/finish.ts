// One transaction, from its work to its end: all of it, or a reason why there is nothing.

import { type Connection, localError } from "./open.ts";
import type { Transaction } from "./schema.ts";

export type Work<Result> = (tx: Transaction) => Promise<Result>;

/** Does the work in a transaction; it is given up when the page is put aside before all of it was asked for. */
export async function finish<Result>(
  tx: Transaction,
  work: Work<Result>,
  connection: Pick<Connection, "hold">,
): Promise<Result> {
  // Whatever ends the transaction is told by the work, or by the wait below.
  tx.done.catch(() => undefined);
  let result: Result;
  const release = connection.hold(tx);
  try {
    result = await work(tx);
    // From here on it ends by itself, also when the page does.
    tx.commit();
  } catch (thrown) {
    tx.abort();
    const reason = await tx.done.then(
      () => undefined,
      (error: unknown) => error,
    );
    // It was committed without the rest of the work: never to be done twice.
    if (reason === undefined) throw localError(thrown);
    const isFull = reason instanceof Error && reason.name === "QuotaExceededError";
    throw isFull ? reason : thrown;
  } finally {
    release();
  }
  try {
    await tx.done;
  } catch (thrown) {
    // All was asked for: what the browser made of it is not known, so it is not done again.
    throw localError(thrown);
  }
  return result;
}
