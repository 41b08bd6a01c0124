// A value that changes: subscribe to it, read it; the same snapshot while nothing changed.

/** The shape that `useSyncExternalStore` and most frameworks' stores take. */
export interface Observable<Value> {
  /** Calls the listener after each change, until the function that it gives is called. */
  subscribe(listener: () => void): () => void;
  /** The value now; the same object while nothing changed. */
  getSnapshot(): Value;
}

export interface Source<Value> extends Observable<Value> {
  set(value: Value): void;
}

/** @param onError told when a listener throws: the others are still called */
export function createSource<Value>(
  initial: Value,
  onError: (thrown: unknown) => void,
): Source<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    getSnapshot: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) {
        try {
          listener();
        } catch (thrown) {
          onError(thrown);
        }
      }
    },
  };
}
