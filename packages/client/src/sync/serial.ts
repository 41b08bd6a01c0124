// One thing after the other: what reads and then writes the device's state waits for its turn.

export interface Serial {
  /** Runs work after everything before it, whatever became of that. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Waits for everything that was begun. */
  idle(): Promise<void>;
}

export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const result = last.then(work);
      last = result.catch(() => undefined); // whoever asked for the work gets its error
      return result;
    },
    idle: async () => {
      await last;
    },
  };
}
