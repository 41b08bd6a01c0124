// The journal of a browser's pages: what is on its way to the device when a page is hidden, written down at once.

import type { DeviceStorage, Environment } from "../../environment.ts";
import type { Journal, JournalEntry, WriteKey } from "../port.ts";
import type { Transaction } from "./schema.ts";

/** What a page may leave: browsers give an origin a few megabytes for all of it. */
const MAX_CHARS = 250_000;
/** So long may a page sleep and come back. */
const FORGOTTEN_MS = 30 * 86_400_000;

const rowOf = (page: string) => `wrote ${page}` as const;

export interface PageJournal extends Journal {
  /** Nothing of it is wanted any more: the user has signed out. */
  clear(): void;
  close(): void;
}

/**
 * @param database the database's name
 * @param page the instance of the store
 */
export function createJournal(
  database: string,
  page: string,
  storage: DeviceStorage,
  { onHide }: Pick<Environment, "onHide">,
  isAppended: Journal["isAppended"],
): PageJournal {
  const prefix = `syncline-journal ${JSON.stringify(database)} `;
  const underway = new Map<number, JournalEntry>();
  let next = 1;
  let hidden = false;
  let given: ReturnType<DeviceStorage["texts"]> = [];

  /** In the order of their numbers; those that have no room are left out from the first one on. */
  function keep(): void {
    let room = MAX_CHARS;
    const texts: string[] = [];
    for (const entry of underway.values()) {
      const text = JSON.stringify(entry);
      room -= text.length;
      if (room < 0) break;
      texts.push(text);
    }
    if (texts.length > 0) storage.remember(prefix + page, `[${texts}]`);
    else storage.forget(prefix + page);
    // Until all of it is done, what is written down follows what there is to do.
    hidden = texts.length > 0;
  }

  const stop = onHide?.(() => {
    if (hidden || underway.size > 0) keep();
  });
  return {
    isAppended,
    add(write) {
      const key = { page, n: next++ };
      underway.set(key.n, { ...write, key });
      if (hidden) keep();
      return key;
    },
    done({ n }) {
      underway.delete(n);
      if (hidden) keep();
    },
    left() {
      given = storage.texts(prefix).filter(([name]) => name !== prefix + page);
      return given.flatMap(([, text]) => JSON.parse(text) as JournalEntry[]); // only this file writes there
    },
    taken() {
      // A page that lives on may have written down more since.
      const now = new Map(storage.texts(prefix));
      for (const [name, text] of given) if (now.get(name) === text) storage.forget(name);
    },
    clear() {
      for (const [name] of storage.texts(prefix)) storage.forget(name);
    },
    close: () => stop?.(),
  };
}

/** The number of the last write of a page that is on the device. */
export async function lastOf(tx: Transaction, page: string): Promise<number> {
  return Number.parseInt((await tx.of("lead").get(rowOf(page))) ?? "0", 10);
}

/**
 * Counts writes as appended, in the transaction that appends them.
 * @returns false: one of them was appended before
 */
export async function countAppended(
  tx: Transaction,
  keys: readonly WriteKey[],
  nowMs: number,
): Promise<boolean> {
  const last = new Map<string, number>();
  for (const { page, n } of keys) {
    if (n <= (last.get(page) ?? (await lastOf(tx, page)))) return false;
    last.set(page, n);
  }
  for (const [page, n] of last) await tx.of("lead").put(`${n} ${nowMs}`, rowOf(page));
  return true;
}

/** Removes the rows of pages that ended long ago. */
export async function forgetPages(tx: Transaction, nowMs: number): Promise<void> {
  const lead = tx.of("lead");
  for (const key of await lead.getAllKeys()) {
    const [, sinceMs] = key === "holder" ? [] : ((await lead.get(key)) ?? "").split(" ");
    if (Number(sinceMs) < nowMs - FORGOTTEN_MS) await lead.delete(key);
  }
}
