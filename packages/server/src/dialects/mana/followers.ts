// Follows spaces for whoever listens: which tables were written to, read once for all who want to know.

import type { Admitted, Engine } from "../../engine/contract.ts";
import { decodeName } from "./ids.ts";

/** Told which tables were written to. */
export type TablesListener = (tables: readonly string[]) => void;

export interface Followers {
  /** Follows a space; what is committed from when this resolves on is told. The function returned ends it. */
  follow(admitted: Admitted, listener: TablesListener): Promise<() => void>;
  /** Looks whether something was written that nobody was told of: on a network, hints get lost. */
  poll(): void;
}

export interface FollowerOptions {
  readonly engine: Engine;
  failed(what: string, thrown: unknown): void;
}

/** How much is read at once to find the tables. */
const PAGE = { limit: 1_000, maxBytes: 256 * 1024 };
/** After every commit that there can be. */
const END = Number.MAX_SAFE_INTEGER;

interface Followed {
  readonly admitted: Admitted;
  readonly listeners: Set<TablesListener>;
  readonly unwatch: () => void;
  /** Up to where it was read. */
  after: number;
  isReading: boolean;
  isStale: boolean;
}

export function createFollowers({ engine, failed }: FollowerOptions): Followers {
  const spaces = new Map<string, Promise<Followed>>();
  const open = new Set<Followed>();

  async function start(admitted: Admitted): Promise<Followed> {
    let wasTold = false;
    let followed: Followed | undefined;
    const unwatch = engine.watch(admitted, ({ type }) => {
      if (type !== "commit" && type !== "gap") return;
      wasTold = true;
      if (followed !== undefined) read(followed);
    });
    try {
      const { head } = await engine.records(admitted, { ...PAGE, limit: 1, after: END });
      followed = {
        admitted,
        listeners: new Set(),
        unwatch,
        after: head,
        isReading: false,
        isStale: false,
      };
    } catch (thrown) {
      unwatch();
      spaces.delete(admitted.space);
      throw thrown;
    }
    open.add(followed);
    if (wasTold) read(followed);
    return followed;
  }

  /** One reading at a time: what comes meanwhile is read after it. */
  function read(followed: Followed): void {
    followed.isStale = true;
    if (followed.isReading) return;
    followed.isReading = true;
    readAll(followed)
      .catch((thrown: unknown) => failed("following a space", thrown))
      .finally(() => {
        followed.isReading = false;
      });
  }

  async function readAll(followed: Followed): Promise<void> {
    while (followed.isStale && open.has(followed)) {
      followed.isStale = false;
      const page = await engine.records(followed.admitted, { ...PAGE, after: followed.after });
      followed.after = page.more ? page.stamp : page.head;
      if (page.more) followed.isStale = true;
      const tables = new Set(page.records.map(({ collection }) => decodeName(collection)));
      if (tables.size === 0) continue;
      for (const listener of [...followed.listeners]) listener([...tables]);
    }
  }

  return {
    async follow(admitted, listener) {
      const { space } = admitted;
      const starting = spaces.get(space) ?? start(admitted);
      spaces.set(space, starting);
      const followed = await starting;
      // Its last follower may have left meanwhile.
      if (!open.has(followed)) return await this.follow(admitted, listener);
      followed.listeners.add(listener);
      return () => {
        followed.listeners.delete(listener);
        if (followed.listeners.size > 0 || !open.delete(followed)) return;
        spaces.delete(space);
        followed.unwatch();
      };
    },
    poll() {
      for (const followed of open) read(followed);
    },
  };
}
