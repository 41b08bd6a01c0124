// A value that components can watch.

import { useSyncExternalStore } from "react";

export interface Source<Value> {
  subscribe(listener: () => void): () => void;
  getSnapshot(): Value;
}

export function createSource<Value>(first: Value): Source<Value> & { set(value: Value): void } {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
  };
}

export function useSource<Value>(source: Source<Value>): Value {
  return useSyncExternalStore(source.subscribe, source.getSnapshot);
}
