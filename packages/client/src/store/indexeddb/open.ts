// Opening a browser's database, keeping it open, and names for what can go wrong with it.

import { isSynclineError, SynclineError } from "@syncline/core";
import { answer, begin, upgrade, VERSION } from "./schema.ts";

export interface Connection {
  /** The database, opened anew where the connection was lost. */
  get(): Promise<IDBDatabase>;
  /** There is something in it: a database that is opened anew without it was cleared. */
  expectData(): void;
  /** The connection does not work any more. */
  forget(db: IDBDatabase): void;
  close(): void;
}

/** @param onOutdated a newer version of the app wants to change the database; this one lets go of it */
export function createConnection(name: string, onOutdated: () => void): Connection {
  let opening: Promise<IDBDatabase> | undefined;
  let outdated = false;
  let cleared = false;
  let expected = false;
  let closed = false;

  async function open(): Promise<IDBDatabase> {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion);
    const db = await answer(request);
    db.onversionchange = () => {
      outdated = true;
      db.close();
      onOutdated();
    };
    // The browser itself has closed it.
    db.onclose = () => {
      opening = undefined;
    };
    if (expected) {
      const device = await begin(db, "readonly", "default").of("device").get("device");
      cleared = device === undefined;
    }
    if (closed || cleared) db.close();
    return db;
  }

  return {
    async get() {
      if (closed) throw new SynclineError("closed");
      if (outdated) {
        throw new SynclineError(
          "database_newer",
          "A newer version of this app is open in another tab: reload this one.",
        );
      }
      opening ??= open();
      const own = opening;
      try {
        const db = await own;
        if (!cleared) return db;
        throw new SynclineError(
          "storage_unavailable",
          "The browser has removed this app's data: reload to read it from the server again.",
        );
      } catch (thrown) {
        if (opening === own) opening = undefined;
        throw localError(thrown);
      }
    },
    expectData() {
      expected = true;
    },
    forget(db) {
      opening = undefined;
      db.close();
    },
    close() {
      closed = true;
      opening?.then((db) => db.close()).catch(() => undefined); // it was never open
    },
  };
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
