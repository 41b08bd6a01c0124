// One consumer's work on one space, from its claim to its release.

import { stampToMs, type WireRecord } from "@syncline/core";
import type { Claim, ConsumerStore } from "../store/consumer-port.ts";
import type { HistoryEntry, Store } from "../store/port.ts";
import type { ConsumerContext, ConsumerDefinition, ConsumerEntry } from "./consumer.ts";
import type { ConsumerEnvironment, ConsumerEvents } from "./environment.ts";

export interface WorkOptions {
  readonly store: Pick<Store, "head" | "history" | "page" | "consumers">;
  readonly environment: ConsumerEnvironment;
  readonly events: ConsumerEvents;
  readonly definition: Required<Pick<ConsumerDefinition, "batch" | "attempts" | "leaseMs">> &
    ConsumerDefinition;
  /** Fires when the server ends: the batch at hand is finished, and no other begun. */
  readonly closing: AbortSignal;
}

const BASE_MS = 1_000;
const MAX_MS = 5 * 60_000;
const RECORDS_IN_PAGE = 500;

/**
 * Handles what is behind the checkpoint until there is nothing more, the lease is lost, or the server ends.
 * @throws what the store threw; the lease ends by itself then
 */
export async function workOn(claim: Claim, options: WorkOptions): Promise<void> {
  const { store, environment, definition, closing } = options;
  const { consumers } = store;
  const lost = new AbortController();
  let cancel = () => {};
  const renewLater = () => {
    cancel = environment.setTimer(() => {
      consumers.renew(claim, definition.leaseMs).then(
        (held) => (held ? renewLater() : lost.abort()),
        () => renewLater(), // the store is away: whoever takes over fences this one out
      );
    }, definition.leaseMs / 3);
  };
  renewLater();
  const work = createSpaceWork(claim, lost.signal, options);
  try {
    await work.letters();
    while (!closing.aborted && !lost.signal.aborted && (await work.next()));
  } finally {
    cancel();
    if (!lost.signal.aborted) await consumers.release(claim);
  }
}

function createSpaceWork(claim: Claim, lost: AbortSignal, options: WorkOptions) {
  const { store, environment, events, definition } = options;
  const { space } = claim;
  const { consumers }: { consumers: ConsumerStore } = store;
  const { name, collections } = definition;
  let { checkpoint, attempts } = claim;
  // After a failure, here or on another node, one by one: the one that fails is found, and delays nobody before it.
  let carefulUntil = attempts === 0 ? 0 : checkpoint + 1;
  const context: ConsumerContext = {
    signal: AbortSignal.any([lost, options.closing]),
    records: () => recordsOf(space, store),
  };
  const isWanted = ({ collection }: HistoryEntry) =>
    collections === undefined || collections.includes(collection);
  const keyed = (entry: HistoryEntry): ConsumerEntry => ({
    ...entry,
    key: `${name}/${space}/${entry.stamp}`,
  });

  async function handle(entries: readonly HistoryEntry[], compacted: boolean): Promise<void> {
    const app = space.slice(0, space.indexOf("/"));
    await definition.handle({ app, space, entries: entries.map(keyed), compacted }, context);
    const oldest = entries[0]?.stamp;
    const lagMs = oldest === undefined ? 0 : Math.max(0, environment.now() - stampToMs(oldest));
    events.handled(name, entries.length, lagMs);
  }

  /** @returns false where this work ends */
  async function failed(thrown: unknown, entries: readonly HistoryEntry[]): Promise<boolean> {
    // Told to stop: what it had not done is begun anew by the next, and is no failure.
    if (context.signal.aborted) return false;
    if (entries.length > 1) {
      carefulUntil = entries.at(-1)?.stamp ?? 0;
      events.failed(name, thrown, false);
      return true;
    }
    attempts += 1;
    const [entry] = entries;
    const last = entry !== undefined && attempts >= definition.attempts;
    events.failed(name, thrown, last);
    if (!last) {
      const ceilingMs = Math.min(MAX_MS, BASE_MS * 2 ** (attempts - 1));
      await consumers.fail(claim, ceilingMs * (0.5 + environment.random() / 2));
      return false;
    }
    const held = await consumers.bury(claim, { entry, attempts, error: messageOf(thrown) });
    checkpoint = entry.stamp;
    attempts = 0;
    return held;
  }

  return {
    /** What was put aside and is to be tried again. */
    async letters(): Promise<void> {
      const letters = await consumers.letters({ consumer: name, space, again: true, limit: 100 });
      for (const { entry } of letters) {
        if (context.signal.aborted) return;
        let error: string | null = null;
        try {
          await handle([entry], false);
        } catch (thrown) {
          events.failed(name, thrown, true);
          error = messageOf(thrown);
        }
        if (!(await consumers.settle(claim, entry.stamp, error))) return;
      }
    },

    /** Handles one batch; @returns false where there is nothing more, or no more may be done now */
    async next(): Promise<boolean> {
      // Before the history: what is committed in between is found by the next claim.
      const head = await store.head(space);
      if (head === undefined) return false;
      const compacted = head.horizon > checkpoint;
      const limit = checkpoint < carefulUntil ? 1 : definition.batch;
      const entries = await store.history({ space, after: checkpoint, limit });
      const wanted = entries.filter(isWanted);
      const reached = entries.at(-1)?.stamp ?? head.stamp;
      try {
        if (wanted.length > 0 || compacted) await handle(wanted, compacted);
      } catch (thrown) {
        return await failed(thrown, wanted);
      }
      if (reached > checkpoint) {
        checkpoint = reached;
        attempts = 0;
        if (!(await consumers.advance(claim, reached))) return false;
      }
      return entries.length > 0;
    },
  };
}

async function* recordsOf(space: string, store: Pick<Store, "page">): AsyncGenerator<WireRecord> {
  for (let after = 0; ; ) {
    const page = await store.page({
      space,
      after,
      tombstonesAfter: Number.MAX_SAFE_INTEGER,
      limit: RECORDS_IN_PAGE,
      maxBytes: 2 ** 20,
      separator: ",",
    });
    if (page === undefined) return;
    yield* JSON.parse(`[${page.changes}]`) as WireRecord[]; // what a page is
    if (!page.more) return;
    after = page.stamp;
  }
}

function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 1_000);
}
