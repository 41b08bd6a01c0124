// Opening a browser's database, keeping it open, and names for what can go wrong with it.

import { isSynclineError, SynclineError } from "@syncline/core";
import type { Environment } from "../../environment.ts";
import { answer, begin, type Transaction, upgrade, VERSION } from "./schema.ts";

/** What browsers say of a connection that they have closed, before and within a transaction. */
const LOST: ReadonlySet<string> = new Set([
  "InvalidStateError",
  "TransactionInactiveError",
  "UnknownError",
  "AbortError",
]);
/** Nobody looks at a page that shows nothing for longer. */
const PATIENCE_S = 100;

export interface Connection {
  /** The database, opened anew where the connection was lost. */
  get(): Promise<IDBDatabase>;
  /** There is something in it, made under this name: a database that is opened anew without it is another one. */
  expectData(made: string | undefined): void;
  /** The connection does not work any more. */
  forget(db: IDBDatabase): void;
  /** Gives a transaction up when the page is put aside while it is not finished. */
  hold(tx: Transaction): () => void;
  /** How often the page was put aside. */
  sleeps(): number;
  close(): void;
}

interface ConnectionEnds {
  /** A newer version of the app wants to change the database; this one lets go of it. */
  onOutdated(): void;
  /** What was in the database is gone. */
  onRemoved(): void;
}

export function createConnection(
  name: string,
  environment: Partial<Pick<Environment, "onSleep" | "onWake">>,
  { onOutdated, onRemoved }: ConnectionEnds,
): Connection {
  const held = new Set<Transaction>();
  let sleeps = 0;
  let sleeping: Promise<void> | undefined;
  let wake = () => {};
  let opening: Promise<IDBDatabase> | undefined;
  let current: IDBDatabase | undefined;
  /** Makes or changes the tables, for the first page that opens the database. */
  let upgrading: IDBTransaction | null = null;
  let outdated = false;
  let removed = false;
  let expected: { readonly made: string | undefined } | undefined;
  let closed = false;

  async function open(): Promise<IDBDatabase> {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = ({ oldVersion }) => {
      upgrading = request.transaction;
      upgrade(request, oldVersion);
    };
    const db = await answer(request).finally(() => {
      upgrading = null;
    });
    current = db;
    db.onversionchange = ({ newVersion }) => {
      forget(db);
      if (newVersion === null) {
        if (expected !== undefined) lose();
        return;
      }
      outdated = true;
      onOutdated();
    };
    // The browser itself has closed it: perhaps because it was cleared, which shows when it is opened anew.
    db.onclose = () => {
      forget(db);
      if (expected !== undefined) get().catch(() => undefined); // whoever asks next hears of it
    };
    if (expected !== undefined) {
      const tx = begin(db, "readonly", "default");
      const [device, made] = await Promise.all([
        tx.of("device").get("device"),
        tx.of("lead").get("made"),
      ]);
      // Another page may have begun anew already.
      if (device === undefined || made !== expected.made) lose();
    }
    if (closed || removed) db.close();
    return db;
  }

  function lose(): void {
    if (removed || closed) return;
    removed = true;
    onRemoved();
  }

  /**
   * A page that is put aside keeps its locks, and no other page can write until they are gone: it lets go of what it
   * has not finished, and does that again when it is back.
   */
  const stopSleeping = environment.onSleep?.(() => {
    sleeps += 1;
    sleeping ??= new Promise((resolve) => {
      wake = resolve;
    });
    for (const tx of held) tx.abort();
    // The next page's opening would wait for it for ever.
    upgrading?.abort();
    if (current !== undefined) forget(current);
  });
  const stopWaking = environment.onWake?.(() => {
    sleeping = undefined;
    wake();
  });

  /** A connection that was lost long ago says nothing of the one there is now. */
  function forget(db: IDBDatabase): void {
    db.close();
    if (db === current) opening = undefined;
  }

  async function get(): Promise<IDBDatabase> {
    for (;;) {
      await sleeping;
      if (closed) throw new SynclineError("closed");
      if (outdated) {
        throw new SynclineError(
          "database_newer",
          "A newer version of this app is open in another tab: reload this one.",
        );
      }
      if (removed) {
        throw new SynclineError(
          "storage_unavailable",
          "The browser has removed this app's data: open a new store and client, or reload, to read it from the server again.",
        );
      }
      const before = sleeps;
      opening ??= open();
      const own = opening;
      try {
        const db = await own;
        if (before === sleeps && !removed) return db;
        // It was put aside meanwhile, and holds on to nothing.
        forget(db);
      } catch (thrown) {
        if (opening === own) opening = undefined;
        if (before === sleeps) throw localError(thrown);
      }
    }
  }

  return {
    get,
    expectData(made) {
      expected = { made };
    },
    forget,
    hold(tx) {
      held.add(tx);
      return () => held.delete(tx);
    },
    sleeps: () => sleeps,
    close() {
      closed = true;
      stopSleeping?.();
      stopWaking?.();
      wake();
      opening?.then((db) => db.close()).catch(() => undefined); // it was never open
    },
  };
}

/**
 * Says that storage does not answer, where that takes long.
 * @returns what was waited for
 */
export async function answeredInTime<Result>(
  work: Promise<Result>,
  { setTimer }: Pick<Environment, "setTimer">,
): Promise<Result> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    let left = PATIENCE_S;
    // Second by second: that a device slept in between is no silence of the storage's.
    const wait = () => {
      cancel = setTimer(
        () => {
          left -= 1;
          if (left > 0) wait();
          else
            reject(
              new SynclineError(
                "storage_unavailable",
                `The browser's storage has not answered for ${PATIENCE_S} s. Close other tabs of this app and reload; if that does not help, restart the browser.`,
              ),
            );
        },
        1_000,
        { awaited: true },
      );
    };
    wait();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}

/** Whether it says that the connection does not work any more; another one may. */
export function isLost(thrown: unknown): boolean {
  return thrown instanceof DOMException && LOST.has(thrown.name);
}

/** The named error for what the browser threw. */
export function localError(thrown: unknown): unknown {
  if (isSynclineError(thrown)) return thrown;
  const options = { cause: thrown };
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "";
  if (name === "QuotaExceededError") return new SynclineError("storage_full", undefined, options);
  if (name === "VersionError") {
    return new SynclineError(
      "database_newer",
      "A newer version of the app wrote this device's data: reload to get it.",
      options,
    );
  }
  return new SynclineError("storage_unavailable", undefined, options);
}
