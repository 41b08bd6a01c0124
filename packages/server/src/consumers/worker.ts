// One consumer's work on one space, from its claim to its release.

import { stampToMs, type WireRecord } from "@syncline/core";
import type { Engine } from "../engine/contract.ts";
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
  engine(): Engine;
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
  let renewing = Promise.resolve();
  let over = false;
  const renewLater = () => {
    if (over) return;
    cancel = environment.setTimer(() => {
      renewing = consumers.renew(claim, definition.leaseMs).then(
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
    over = true;
    cancel();
    // One that is under way would hold the space again after it was let go.
    await renewing;
    if (!lost.signal.aborted) await consumers.release(claim);
  }
}

function createSpaceWork(claim: Claim, lost: AbortSignal, options: WorkOptions) {
  const { store, environment, events, definition } = options;
  const { space } = claim;
  const { consumers }: { consumers: ConsumerStore } = store;
  const engine = options.engine();
  const { name, collections } = definition;
  const now = definition.now ?? environment.now;
  let { checkpoint, attempts, dueMs } = claim;
  /** What the handler has set since the last advance. */
  let alarm: number | null | undefined;
  /** The last commit of the handler's own, of records that it is not told of. */
  let ownWrite: { readonly from: number; readonly stamp: number } | undefined;
  // After a failure, here or on another node, one by one: the one that fails is found, and delays nobody before it.
  let carefulUntil = attempts === 0 ? 0 : checkpoint + 1;
  const context: ConsumerContext = {
    signal: AbortSignal.any([lost, options.closing]),
    records: () => recordsOf(space, store),
    engine,
    async write(records, at) {
      const outcome = await engine.writeAsServer(space, records, at);
      if (outcome !== undefined && !records.some(isWanted)) ownWrite = outcome;
      return outcome !== undefined;
    },
    wakeAt(atMs) {
      alarm = atMs === null ? null : Math.ceil(atMs);
    },
  };
  const isWanted = ({ collection }: Pick<HistoryEntry, "collection">) =>
    collections === undefined || collections.includes(collection);
  const keyed = (entry: HistoryEntry): ConsumerEntry => ({
    ...entry,
    key: `${name}/${space}/${entry.stamp}`,
  });

  async function handle(
    entries: readonly HistoryEntry[],
    { compacted, due }: { readonly compacted: boolean; readonly due: boolean },
  ): Promise<void> {
    const app = space.slice(0, space.indexOf("/"));
    alarm = undefined;
    ownWrite = undefined;
    await definition.handle({ app, space, entries: entries.map(keyed), compacted, due }, context);
    const oldest = entries[0]?.stamp;
    const lagMs = oldest === undefined ? 0 : Math.max(0, environment.now() - stampToMs(oldest));
    events.handled(name, entries.length, lagMs);
  }

  /** Keeps what was reached, and the alarm: one that went off is over, unless the handler has set another. */
  async function advance(reached: number, due: boolean): Promise<boolean> {
    const next = alarm ?? (alarm === null || due ? null : dueMs);
    alarm = undefined;
    if (reached <= checkpoint && next === dueMs) return true;
    const set = next === dueMs ? undefined : next;
    checkpoint = Math.max(checkpoint, reached);
    dueMs = next;
    attempts = 0;
    return await consumers.advance(claim, checkpoint, set);
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
          await handle([entry], { compacted: false, due: false });
          await advance(checkpoint, false);
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
      const due = dueMs !== null && dueMs <= now();
      try {
        if (wanted.length > 0 || compacted || due) await handle(wanted, { compacted, due });
      } catch (thrown) {
        return await failed(thrown, wanted);
      }
      // What it wrote itself, right behind what it was told of, need not be read to be passed over.
      const passed = ownWrite?.from === reached ? ownWrite.stamp : reached;
      if (!(await advance(passed, due))) return false;
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
