// Transactions of a browser's store: each is done once, on a connection that works.

import { type Connection, isLost, localError } from "./open.ts";
import { begin, type Transaction } from "./schema.ts";

export type Work<Result> = (tx: Transaction) => Promise<Result>;

export interface Transactions {
  /** Reads that begin together share a transaction: they see one and the same state. */
  read<Result>(work: Work<Result>): Promise<Result>;
  /** All of the work or nothing; on disk when it resolves, unless it may be later. */
  write<Result>(work: Work<Result>, durability?: IDBTransactionDurability): Promise<Result>;
}

export function createTransactions(connection: Connection): Transactions {
  /** Done anew on a new connection where the one there was is lost before the end. */
  async function run<Result>(work: (db: IDBDatabase) => Promise<Result>): Promise<Result> {
    for (let again = false; ; again = true) {
      const db = await connection.get();
      try {
        return await work(db);
      } catch (thrown) {
        const lost = isLost(thrown);
        if (lost) connection.forget(db);
        if (again || !lost) throw localError(thrown);
      }
    }
  }

  /** What reads are in at the moment: those that begin together are in one transaction. */
  let reading: { readonly db: IDBDatabase; readonly tx: Transaction } | undefined;

  const read = <Result>(work: Work<Result>): Promise<Result> =>
    run(async (db) => {
      if (reading?.db !== db) {
        const own = { db, tx: begin(db, "readonly", "default") };
        // Each request says itself what became of it.
        own.tx.done.catch(() => undefined);
        reading = own;
        void Promise.resolve().then(() => {
          if (reading === own) reading = undefined;
        });
      }
      return await work(reading.tx);
    });

  const write = <Result>(
    work: Work<Result>,
    durability: IDBTransactionDurability = "strict",
  ): Promise<Result> =>
    run((db) => {
      // Whoever reads from now on sees it.
      reading = undefined;
      return finish(begin(db, "readwrite", durability), work);
    });

  async function finish<Result>(tx: Transaction, work: Work<Result>): Promise<Result> {
    // Whatever ends the transaction is told by the work, or by the wait below.
    tx.done.catch(() => undefined);
    let result: Result;
    try {
      result = await work(tx);
    } catch (thrown) {
      try {
        tx.abort();
      } catch {
        // It has ended already, and is what the error is about.
      }
      const reason = await tx.done.then(
        () => undefined,
        (error: unknown) => error,
      );
      // It was committed without the rest of the work: never to be done twice.
      if (reason === undefined) throw localError(thrown);
      const isFull = reason instanceof Error && reason.name === "QuotaExceededError";
      throw isFull ? reason : thrown;
    }
    try {
      await tx.done;
    } catch (thrown) {
      // All was asked for: what the browser made of it is not known, so it is not done again.
      throw localError(thrown);
    }
    return result;
  }

  return { read, write };
}
