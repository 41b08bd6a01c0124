// What a peer does with its store, whoever carries the messages: takes pushes, and gives pages.

import { isSynclineError, SynclineError } from "@syncline/core";
import { throwIfAborted } from "../abort.ts";
import { eventLength } from "../event/check-event.ts";
import type {
  CallOptions,
  Event,
  EventStore,
  PullOptions,
  PullPage,
  PushReport,
  StoredEvent,
  Version,
} from "../ports.ts";
import type { WireRecord } from "./records.ts";

export interface PeerOptions {
  readonly store: EventStore;
  /** The most that one page has; 1000 where left out. */
  readonly pageEvents?: number;
  /** About how large a page may grow, in characters of data; one event more is let through. 4 MiB where left out. */
  readonly pageBytes?: number;
}

export interface Peer {
  push(records: readonly WireRecord[], options?: CallOptions): Promise<PushReport>;
  /** The next page: `next` is null where there was nothing. */
  page(since: Version | null, options?: PullOptions): Promise<PullPage>;
}

const PAGE_EVENTS = 1_000;
const PAGE_BYTES = 4 * 1024 * 1024;

export function createPeer(options: PeerOptions): Peer {
  const { store, pageEvents = PAGE_EVENTS, pageBytes = PAGE_BYTES } = options;
  return {
    async push(records, { signal } = {}) {
      const rejected: { id: string; error: SynclineError }[] = [];
      const events: Event[] = [];
      for (const { event, version } of records) {
        const error = versionProblem(store, version);
        if (error === undefined) events.push(event);
        else rejected.push({ id: event.id, error });
      }
      const outcomes = await awake(
        store.storeBatch(events, signal === undefined ? {} : { signal }),
      );
      for (const [index, outcome] of outcomes.entries()) {
        const id = events[index]?.id ?? "";
        if (outcome.status === "rejected") rejected.push({ id, error: outcome.error });
      }
      return { rejected };
    },
    async page(since, { limit = pageEvents, signal } = {}) {
      throwIfAborted(signal);
      const events: StoredEvent[] = [];
      const wanted = Math.min(limit, pageEvents);
      let bytes = 0;
      let full = false;
      const read = async () => {
        const from = store.load(since, { limit: wanted, ...(signal && { signal }) });
        for await (const stored of from) {
          events.push(stored);
          bytes += eventLength(stored.event);
          full = bytes >= pageBytes;
          if (full) break;
        }
      };
      await awake(read());
      const next = events.at(-1)?.version ?? null;
      return { events, next, more: full || events.length === wanted };
    },
  };
}

/** A peer whose store was closed is away, for those who ask it: it may come back. */
export async function awake<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    if (!isSynclineError(cause, "closed")) throw cause;
    throw new SynclineError("unavailable", "The peer's store is closed.", { cause });
  }
}

/** A record whose version its store cannot read is skipped, as the original does, but not without a word. */
function versionProblem(store: EventStore, version: string): SynclineError | undefined {
  try {
    store.parseVersion(version);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof SynclineError) return thrown;
    throw thrown;
  }
}
