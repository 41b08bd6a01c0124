// Searches of a collection under way, and the live queries that show what these have found.

import type { CompiledQuery } from "../query/compile.ts";
import type { Selection } from "../query/row-set.ts";
import { type Changed, changeWindow, type Window } from "../query/window.ts";
import type { Search, StoredRows } from "./stored-rows.ts";

/** A live query that shows a part of the rows that the store finds. */
export interface Windowed {
  readonly query: CompiledQuery;
  /** Rows that are kept. */
  readonly most: number;
  /** What it shows; undefined: nothing yet. */
  readonly held: Window | undefined;
  show(next: Window): void;
  tell(): void;
}

/** How a search ends. */
interface End<Result> {
  inTurn<Ended>(work: () => Promise<Ended>): Promise<Ended>;
  /** Takes what is right in this turn. */
  use(found: Selection & Window): Promise<Result>;
}

export interface SearchOptions<Shown> {
  readonly stored: StoredRows;
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Rows are about to be shown that were not shown before. */
  changes(): void;
  /** The store does not find what this one shows. */
  onUnfound(watcher: Shown): void;
  onError(thrown: unknown): void;
}

export interface Searches<Shown> {
  /** Those that show a part. */
  readonly windows: ReadonlySet<Shown>;
  /** What the store finds; undefined: it does not. */
  search<Result>(
    wanted: Pick<Windowed, "query" | "most">,
    end: End<Result>,
  ): Promise<{ readonly result: Result } | undefined>;
  watch(watcher: Shown): void;
  unwatch(watcher: Shown): void;
  /** Says what has changed; null: anything may have. At once, and in turn. */
  touch(ids: readonly string[] | null): void;
  /** Works out what the windows show after a change, and gives what shows it. Runs in turn. */
  prepare(rows: Changed | null): Promise<() => void>;
  /** Waits for what is being read for windows. */
  filled(): Promise<unknown>;
}

export function createSearches<Shown extends Windowed>({
  stored,
  inTurn,
  changes,
  onUnfound,
  onError,
}: SearchOptions<Shown>): Searches<Shown> {
  const windows = new Set<Shown>();
  const searches = new Set<Search>();
  const filling = new Set<Shown>();
  let filled: Promise<unknown> = Promise.resolve();

  async function search<Result>(
    { query, most }: Pick<Windowed, "query" | "most">,
    { inTurn: turn, use }: End<Result>,
  ): Promise<{ readonly result: Result } | undefined> {
    const own = stored.search(query, most);
    searches.add(own);
    try {
      while (await own.read()) {
        const done = await turn(async () => {
          const found = await own.finish();
          return found && { result: await use(found) };
        });
        if (done !== undefined) return done;
      }
      return undefined;
    } finally {
      searches.delete(own);
    }
  }

  function fill(watcher: Shown): void {
    // One that is under way was told that it is to begin again.
    if (filling.has(watcher)) return;
    filling.add(watcher);
    const use = async (found: Window) => {
      // Whatever changes from now on is another reading's.
      filling.delete(watcher);
      if (!windows.has(watcher)) return;
      changes();
      watcher.show(found);
      watcher.tell();
    };
    const own = search(watcher, { inTurn, use }).then(
      (done) => {
        if (done !== undefined) return;
        filling.delete(watcher);
        if (windows.delete(watcher)) onUnfound(watcher);
      },
      (thrown: unknown) => {
        filling.delete(watcher);
        onError(thrown);
      },
    );
    filled = filled.then(() => own);
  }

  /** The window after a change; undefined: it is to be read anew. */
  async function changed(watcher: Shown, rows: Changed): Promise<Window | undefined> {
    const { query, most, held } = watcher;
    const kept = held && changeWindow(query, held, rows, most);
    if (kept !== undefined || held === undefined) return kept;
    // Rows are missing that were shown: few are read, and at once, so that the change is shown as a whole.
    const found = await search(watcher, { inTurn: (work) => work(), use: async (next) => next });
    return found?.result;
  }

  return {
    windows,
    search,
    watch(watcher) {
      windows.add(watcher);
      fill(watcher);
    },
    unwatch: (watcher) => void windows.delete(watcher),
    touch(ids) {
      for (const one of searches) one.touch(ids);
    },
    async prepare(rows) {
      const shows: (() => void)[] = [];
      for (const watcher of windows) {
        const next = rows === null ? undefined : await changed(watcher, rows);
        if (next === undefined) shows.push(() => fill(watcher));
        else if (next !== watcher.held) shows.push(() => watcher.show(next));
      }
      return () => {
        changes();
        for (const show of shows) show();
      };
    },
    filled: () => filled,
  };
}
