// The only file that reads globals: time, randomness and timers. Everything else takes them as an argument.

export interface KitEnvironment {
  /** Milliseconds since 1970. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  /** Runs something later; the function it gives cancels it. */
  setTimer(run: () => void, ms: number): () => void;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** The environment of a browser or of Node. */
export function systemEnvironment(): KitEnvironment {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    setTimer(run, ms) {
      const timer = setTimeout(run, Math.min(ms, MAX_TIMER_MS));
      return () => clearTimeout(timer);
    },
  };
}
