// Virtual time: events in the order of their times, one after the other, each followed to its end.

export interface VirtualTime {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs something at a later time; the function it gives cancels it. */
  at(delayMs: number, run: () => void): () => void;
  /** Waits in virtual time. */
  sleep(ms: number): Promise<void>;
  /** Runs everything that happens within so many milliseconds, and everything that follows from it. */
  advance(ms: number): Promise<void>;
  /** How many events have run. */
  events(): number;
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** @param startMs where time begins, in milliseconds since 1970 */
export function createVirtualTime(startMs: number): VirtualTime {
  let now = startMs;
  let order = 0;
  let count = 0;
  const queue: Event[] = [];

  function at(delayMs: number, run: () => void): () => void {
    const event: Event = { at: now + Math.max(0, delayMs), order: order++, run, cancelled: false };
    // The queue is short and nearly sorted: an insertion from behind is all it needs.
    let i = queue.length;
    while (i > 0 && isLater(queue[i - 1], event)) i -= 1;
    queue.splice(i, 0, event);
    return () => {
      event.cancelled = true;
    };
  }

  return {
    now: () => now,
    at,
    sleep: (ms) => new Promise((resolve) => at(ms, resolve)),
    events: () => count,
    async advance(ms) {
      const end = now + ms;
      await settled();
      for (let next = queue[0]; next !== undefined && next.at <= end; next = queue[0]) {
        queue.shift();
        if (next.cancelled) continue;
        now = Math.max(now, next.at);
        count += 1;
        next.run();
        await settled();
      }
      now = end;
    },
  };
}

function isLater(a: Event | undefined, b: Event): boolean {
  return a !== undefined && (a.at > b.at || (a.at === b.at && a.order > b.order));
}

/**
 * Waits until no promise is left that can go on by itself: the platform runs all of them before its next
 * turn. Stores of the simulation answer within a turn, so nothing is left half-way.
 */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
