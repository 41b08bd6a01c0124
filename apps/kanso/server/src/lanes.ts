// Long work of many, a few at a time: of those who come together the first are done early, and the last no later.

export interface Lanes {
  /** Waits until a lane is free, in the order of coming, and keeps it until the work ends, well or not. */
  run(work: () => Promise<void>): Promise<void>;
}

export function createLanes(count: number): Lanes {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    async run(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        await work();
      } finally {
        const next = waiting.shift();
        // The lane goes over to whoever waits longest, and was never free.
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
