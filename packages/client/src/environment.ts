// The only file that reads globals: time, randomness, timers, and what the platform says of the network.

export interface Environment {
  /** Milliseconds since 1970. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  /** A fresh id of letters, digits and `-`: for records and clients. */
  randomId(): string;
  /** Runs something later; the function it gives cancels it. */
  setTimer(run: () => void, ms: number): () => void;
  /** False when the platform knows that there is no network. */
  online(): boolean;
  /** Told when trying again is worth while: the network came back, the page was shown. Gives a function that stops it. */
  onWake(listener: () => void): () => void;
}

/** The parts of a browser's globals that are looked at, where they exist. */
interface Surroundings {
  readonly navigator?: { readonly onLine?: boolean };
  readonly document?: { readonly visibilityState?: string } & Partial<EventTarget>;
  readonly addEventListener?: EventTarget["addEventListener"];
  readonly removeEventListener?: EventTarget["removeEventListener"];
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** The environment of a browser or of Node. */
export function systemEnvironment(): Environment {
  const surroundings: Surroundings = globalThis;
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    randomId: () => globalThis.crypto.randomUUID(),
    setTimer(run, ms) {
      const timer: unknown = setTimeout(run, Math.min(ms, MAX_TIMER_MS));
      // A waiting poll keeps no program alive. Browsers' timers are numbers, and keep none alive anyway.
      if (typeof timer === "object" && timer !== null && "unref" in timer) {
        (timer as { unref(): void }).unref(); // Node's timer
      }
      return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]); // what setTimeout gave
    },
    online: () => surroundings.navigator?.onLine !== false,
    onWake(listener) {
      const { document } = surroundings;
      const shown = () => {
        if (document?.visibilityState === "visible") listener();
      };
      surroundings.addEventListener?.("online", listener);
      surroundings.addEventListener?.("focus", listener);
      document?.addEventListener?.("visibilitychange", shown);
      return () => {
        surroundings.removeEventListener?.("online", listener);
        surroundings.removeEventListener?.("focus", listener);
        document?.removeEventListener?.("visibilitychange", shown);
      };
    },
  };
}
