// A store that forgets everything with the program: for tests, and where the platform keeps nothing.

import { SynclineError } from "@syncline/core";
import type { SimpleStore, StoredPart } from "./port.ts";

/**
 * A store of simple-sync in memory, for tests: what is in it goes with it.
 * @param parts what is there already; passed to another store, it holds the same, as a file does
 */
export function createMemorySimpleStore(parts: Map<string, string> = new Map()): SimpleStore {
  let closed = false;
  const open = () => {
    if (closed) throw new SynclineError("closed");
  };
  return {
    async load(prefix) {
      open();
      return [...parts]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, text]): StoredPart => ({ key, text }));
    },
    async save({ drop, remove = [], put = [] }) {
      open();
      if (drop !== undefined)
        for (const key of parts.keys()) if (key.startsWith(drop)) parts.delete(key);
      for (const key of remove) parts.delete(key);
      for (const { key, text } of put) parts.set(key, text);
    },
    async close() {
      closed = true;
    },
  };
}
