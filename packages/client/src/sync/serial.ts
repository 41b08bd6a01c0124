// One thing after the other: what reads and then writes the device's state waits for its turn.

export interface Serial {
  /** Runs work after everything before it, whatever became of that. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * Work for many items at once. Those that are added while the turn of the ones before them has not come, and
   * nothing else waits behind these, share that turn.
   * @param work tells each item's owner what became of it
   */
  group<Item>(work: (items: readonly Item[]) => Promise<void>): (item: Item) => void;
  /** Waits for everything that was begun. */
  idle(): Promise<void>;
}

export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  /** The items that wait at the end of the line, and to which more can be added. */
  let open: unknown[] | undefined;

  function run<Result>(work: () => Promise<Result>): Promise<Result> {
    open = undefined;
    const result = last.then(work);
    last = result.catch(() => undefined); // whoever asked for the work gets its error
    return result;
  }

  function group<Item>(work: (items: readonly Item[]) => Promise<void>) {
    let own: Item[] | undefined;
    return (item: Item) => {
      if (own !== undefined && own === open) {
        own.push(item);
        return;
      }
      const items = [item];
      void run(() => {
        if (open === items) open = undefined;
        return work(items);
      });
      open = own = items;
    };
  }

  return {
    run,
    group,
    idle: async () => {
      await last;
    },
  };
}
