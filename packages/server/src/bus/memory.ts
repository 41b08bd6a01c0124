// A bus within one process.

import type { Bus, BusMessage } from "./port.ts";

/** A bus within one process. */
export function createMemoryBus(): Bus {
  const listeners = new Map<string, Set<(message: BusMessage) => void>>();
  return {
    publish(message) {
      for (const listener of [...(listeners.get(message.space) ?? [])]) {
        try {
          listener(message);
        } catch {
          // A message that one listener cannot use is lost for that listener only: the store is the truth.
        }
      }
    },
    subscribe(space, listener) {
      const set = listeners.get(space) ?? new Set();
      listeners.set(space, set);
      set.add(listener);
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(space) === set) listeners.delete(space);
      };
    },
    isConnected: () => true,
    watch: () => () => undefined, // there is nothing to lose
    async close() {
      listeners.clear();
    },
  };
}
