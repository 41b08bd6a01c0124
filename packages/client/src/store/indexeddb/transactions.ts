// Transactions of a browser's store: each is done once, on a connection that works.

import { finish, type Work } from "./finish.ts";
import { type Connection, isLost, localError } from "./open.ts";
import { begin, type Transaction } from "./schema.ts";

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
      const sleeps = connection.sleeps();
      try {
        return await work(db);
      } catch (thrown) {
        const lost = isLost(thrown);
        if (lost) connection.forget(db);
        // A page may be put aside any number of times.
        const slept = sleeps !== connection.sleeps();
        if (!lost || (again && !slept)) throw localError(thrown);
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
        const release = connection.hold(own.tx);
        own.tx.done.then(release, release);
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
      return finish(begin(db, "readwrite", durability), work, connection);
    });

  return { read, write };
}
