// A value that changes: subscribe to it, read it; the same snapshot while nothing changed.

/** The shape that `useSyncExternalStore` and most frameworks' stores take. */
export interface Observable<Value> {
  /** Calls the listener after each change, until the function that it gives is called. */
  subscribe(listener: () => void): () => void;
  /** The value now; the same object while nothing changed. */
  getSnapshot(): Value;
}

export interface Source<Value> extends Observable<Value> {
  /** The function that it gives says whether it was the one to end it. */
  subscribe(listener: () => void): () => boolean;
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
      return () => listeners.delete(own);
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

export interface Derivation<Value> {
  readonly initial: Value;
  /** Begins to keep the value up to date, for the first listener; gives what ends it, after the last. */
  start(update: () => void): () => void;
  /**
   * The value now; the one before where nothing changed.
   * @param kept false: nobody listens, so it was not kept up to date and is worked out anew
   */
  read(before: Value, kept: boolean): Value;
  onError(thrown: unknown): void;
}

/** A value that follows from others: kept up to date while somebody listens. */
export function createDerived<Value>({
  initial,
  start,
  read,
  onError,
}: Derivation<Value>): Observable<Value> {
  const { getSnapshot, set, subscribe } = createSource(initial, onError);
  const update = () => set(read(getSnapshot(), watched > 0));
  let watched = 0;
  let end = () => {};
  return {
    subscribe(listener) {
      const leave = subscribe(listener);
      watched += 1;
      if (watched === 1) end = start(update);
      return () => {
        if (!leave()) return;
        watched -= 1;
        if (watched === 0) end();
      };
    },
    getSnapshot() {
      if (watched === 0) update();
      return getSnapshot();
    },
  };
}
