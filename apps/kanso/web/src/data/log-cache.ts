// The logs of the last time, kept on the device: what is shown until the entries themselves were read.

import type { HabitLog } from "@syncline/kanso-domain";

const NAME = "kanso-logs";
const STORE = "logs";
/** Beside the database: what is written here is there at once, however soon the page ends. */
const CHANGED = "kanso.log-changed.";

/** A log as it is kept: years of it are three short lists. */
interface PackedLog {
  readonly days: Int32Array;
  readonly totals: Float64Array;
  /** How often something was logged, doubled, and one more where the day was skipped. */
  readonly marks: Int32Array;
}

export interface LogCache {
  /** What was kept and still holds. */
  read(): Promise<ReadonlyMap<string, HabitLog>>;
  /** What is kept of a habit does not hold any more, from now on and until its log is written. */
  outdate(habitId: string): void;
  /** Puts these in the place of what was kept of their habits, and forgets all habits that are not there any more. */
  write(logs: ReadonlyMap<string, HabitLog>, habitIds: ReadonlySet<string>): Promise<void>;
}

/** Where the browser has no room for it the app works without: each method then does nothing. */
export function createLogCache(): LogCache {
  return {
    async read() {
      const logs = new Map<string, HabitLog>();
      try {
        const db = await open();
        const store = db.transaction(STORE).objectStore(STORE);
        const [keys, values] = await Promise.all([
          answer(store.getAllKeys()),
          answer<PackedLog[]>(store.getAll()),
        ]);
        for (const [place, key] of keys.entries()) {
          const packed = values[place];
          if (packed !== undefined) logs.set(String(key), unpack(packed));
        }
        db.close();
        for (const id of changed().keys()) logs.delete(id);
      } catch {
        logs.clear(); // it is only what was known before: the entries are read in any case
      }
      return logs;
    },
    outdate(habitId) {
      try {
        localStorage.setItem(CHANGED + habitId, crypto.randomUUID());
      } catch {
        return; // then it is shown as it was kept until it was read
      }
    },
    async write(logs, habitIds) {
      // What changes from now on is not in these logs.
      const before = changed();
      try {
        const db = await open();
        const tx = db.transaction(STORE, "readwrite", { durability: "relaxed" });
        const store = tx.objectStore(STORE);
        for (const key of await answer(store.getAllKeys()))
          if (!habitIds.has(String(key))) store.delete(key);
        for (const [id, log] of logs) store.put(pack(log), id);
        await new Promise((resolve, reject) => {
          tx.oncomplete = resolve;
          tx.onabort = () => reject(tx.error);
        });
        db.close();
        const now = changed();
        for (const [id, change] of before)
          if ((logs.has(id) || !habitIds.has(id)) && now.get(id) === change)
            localStorage.removeItem(CHANGED + id);
      } catch {
        return; // the next change tries again
      }
    },
  };
}

/** Nothing of it stays on the device. */
export function forgetLogs(): void {
  indexedDB.deleteDatabase(NAME);
  for (const id of changed().keys()) localStorage.removeItem(CHANGED + id);
}

/** The habits whose kept logs do not hold, each with a name of its last change, whichever tab has made it. */
function changed(): ReadonlyMap<string, string> {
  try {
    const all = Object.entries(localStorage).filter(([name]) => name.startsWith(CHANGED));
    return new Map(all.map(([name, change]) => [name.slice(CHANGED.length), change]));
  } catch {
    return new Map(); // some pages may not keep anything
  }
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const db = await answer(request);
  db.onversionchange = () => db.close();
  return db;
}

function answer<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function pack(log: HabitLog): PackedLog {
  const days = new Int32Array(log.size);
  const totals = new Float64Array(log.size);
  const marks = new Int32Array(log.size);
  let place = 0;
  for (const [day, { total, logs, skipped }] of log) {
    days[place] = day;
    totals[place] = total;
    marks[place] = logs * 2 + (skipped ? 1 : 0);
    place += 1;
  }
  return { days, totals, marks };
}

function unpack({ days, totals, marks }: PackedLog): HabitLog {
  const log = new Map<number, { total: number; logs: number; skipped: boolean }>();
  for (let place = 0; place < days.length; place++) {
    const mark = marks[place] ?? 0;
    log.set(days[place] ?? 0, {
      total: totals[place] ?? 0,
      logs: mark >> 1,
      skipped: (mark & 1) === 1,
    });
  }
  return log;
}
