// Virtual time: everything that happens in a world happens as an event here, one after the other.

/**
 * Runs events in the order of their times. After each one, everything that it set going and that waits
 * for nothing but promises is run to its end, so that the same events always have the same effect.
 */
export interface Scheduler {
  /** Milliseconds since 1970, in the world's own time. */
  now(): number;
  /**
   * Runs something later; what it gives cancels that. A promise that `run` gives is waited for before
   * the next event, so it must not wait for one itself.
   */
  after(delayMs: number, run: () => void | Promise<void>): () => void;
  /** Runs everything that is due in the next milliseconds. */
  advance(ms: number): Promise<void>;
  /**
   * Runs events until something is so; false when it still was not after so many milliseconds.
   * @param done looked at after each event
   */
  until(done: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean>;
  /** How many events have run. */
  steps(): number;
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void | Promise<void>;
  cancelled: boolean;
}

export function createScheduler(startMs: number): Scheduler {
  /** The next event is the last of the list. */
  const events: Event[] = [];
  let now = startMs;
  let order = 0;
  let steps = 0;

  function insert(event: Event): void {
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = events[middle];
      if (other !== undefined && other.at > event.at) low = middle + 1;
      else high = middle;
    }
    events.splice(low, 0, event);
  }

  /** Runs the next event, if it is due by then. */
  async function step(latest: number): Promise<boolean> {
    while (events.at(-1)?.cancelled === true) events.pop();
    const event = events.at(-1);
    if (event === undefined || event.at > latest) return false;
    events.pop();
    now = Math.max(now, event.at);
    steps += 1;
    await event.run();
    await settle();
    return true;
  }

  return {
    now: () => now,
    after(delayMs, run) {
      const event = { at: now + Math.max(0, delayMs), order: order++, run, cancelled: false };
      insert(event);
      return () => {
        event.cancelled = true;
      };
    },
    async advance(ms) {
      const latest = now + ms;
      await settle();
      while (await step(latest));
      now = latest;
    },
    async until(done, withinMs) {
      const latest = now + withinMs;
      await settle();
      for (;;) {
        if (await done()) return true;
        if (await step(latest)) continue;
        now = latest;
        return await done();
      }
    },
    steps: () => steps,
  };
}

/** Lets all promises run that wait for nothing else. Taken now: a test may replace timers later. */
const { setImmediate } = globalThis;
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
