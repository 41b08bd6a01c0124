// What background work takes from outside: time, randomness, timers.

export interface ConsumerEnvironment {
  /** Milliseconds since 1970. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  /** @returns a function that calls it off */
  setTimer(run: () => void, ms: number): () => void;
}

/** What is told of background work; none may fail. */
export interface ConsumerEvents {
  handled(consumer: string, entries: number, lagMs: number): void;
  /** An attempt failed; `last` where the entry was put aside. */
  failed(consumer: string, thrown: unknown, last: boolean): void;
  /** Something around the work failed: the store is away, most likely. */
  stalled(consumer: string, thrown: unknown): void;
}

/** Time and timers of this process; none of them keeps it alive. */
export function systemConsumerEnvironment(): ConsumerEnvironment {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    setTimer(run, ms) {
      const timer = setTimeout(run, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
