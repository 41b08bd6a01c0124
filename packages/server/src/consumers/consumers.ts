// Background work on a server: claims spaces with work, a few at a time, when it is woken and every few seconds.

import { SynclineError, stampOfMs } from "@syncline/core";
import type { Engine } from "../engine/contract.ts";
import type { Store } from "../store/port.ts";
import { type ConsumerDefinition, defineConsumer } from "./consumer.ts";
import type { ConsumerEnvironment, ConsumerEvents } from "./environment.ts";
import { workOn } from "./worker.ts";

export interface ConsumersOptions {
  readonly store: Pick<Store, "head" | "history" | "page" | "consumers">;
  readonly definitions: readonly ConsumerDefinition[];
  readonly environment: ConsumerEnvironment;
  readonly events: ConsumerEvents;
  /** What consumers read and write with. */
  engine(): Engine;
  /** How often to look for what nobody told of: commits of other nodes, failures whose time has come; 5 s where left out. */
  readonly pollMs?: number;
}

export interface Consumers {
  /** Begins to work. */
  start(): void;
  /** A space was committed to here. */
  wake(space: string): void;
  /** Begins nothing new, and waits for what runs: its progress is kept. */
  close(): Promise<void>;
}

const POLL_MS = 5_000;
/** Spaces that one look over all of them finds, and that one claim names. */
const LOOK = 1_000;
const AT_ONCE = 100;

/** @throws {SynclineError} `config` for a definition that cannot be, or two of one name */
export function createConsumers(options: ConsumersOptions): Consumers {
  const closing = new AbortController();
  const names = new Set<string>();
  const pools = options.definitions.map((definition) => {
    const { name } = defineConsumer(definition);
    if (names.has(name))
      throw new SynclineError("config", `Two consumers have the name "${name}".`, {
        path: "consumers",
      });
    names.add(name);
    return createPool(definition, closing.signal, options);
  });
  let cancel = () => {};

  function poll(): void {
    for (const pool of pools) pool.look();
    cancel = options.environment.setTimer(poll, options.pollMs ?? POLL_MS);
  }

  return {
    start() {
      if (pools.length > 0 && !closing.signal.aborted) poll();
    },
    wake(space) {
      for (const pool of pools) pool.look(space);
    },
    async close() {
      closing.abort();
      cancel();
      await Promise.all(pools.map((pool) => pool.idle()));
    },
  };
}

function createPool(
  definition: ConsumerDefinition,
  closing: AbortSignal,
  options: ConsumersOptions,
) {
  const { store, environment, events } = options;
  const now = definition.now ?? environment.now;
  const { name, apps, parallel = 4, leaseMs = 30_000, attempts = 10, batch = 100 } = definition;
  const work = { ...options, closing, definition: { ...definition, leaseMs, attempts, batch } };
  const running = new Map<string, Promise<void>>();
  /** Spaces to look at: they were committed to, also while they were worked on. */
  const woken = new Set<string>();
  let everywhere = false;
  let looking: Promise<void> | undefined;
  let start: number | undefined;

  /** A hundred of those that are to be looked at, and are not worked on. */
  function wokenNow(): string[] {
    const spaces: string[] = [];
    for (const space of woken) {
      if (spaces.length === AT_ONCE) break;
      if (!running.has(space)) spaces.push(space);
    }
    return spaces;
  }

  async function claimSome(): Promise<void> {
    start ??= await store.consumers.register(
      name,
      definition.startAt === "beginning" ? 0 : stampOfMs(environment.now()),
    );
    const where = { consumer: name, startAt: start, ...(apps === undefined ? {} : { apps }) };
    while (!closing.aborted && running.size < parallel) {
      const spaces = wokenNow();
      if (spaces.length === 0) {
        if (!everywhere) return;
        // One look over all spaces finds many: they are claimed by their names, a few at a time.
        const found = await store.consumers.waiting({ ...where, limit: LOOK, atMs: now() });
        everywhere = found.length === LOOK;
        for (const space of found) woken.add(space);
        if (wokenNow().length === 0) return;
        continue;
      }
      const limit = parallel - running.size;
      const claims = await store.consumers.claim({ ...where, leaseMs, limit, spaces, atMs: now() });
      for (const claim of claims) {
        if (running.has(claim.space)) {
          // The lease of the work that still runs here was lost: it is told so, and then begun anew.
          await store.consumers.release(claim);
          woken.delete(claim.space);
          continue;
        }
        woken.delete(claim.space);
        const done = workOn(claim, work)
          .catch((thrown: unknown) => events.stalled(name, thrown))
          .then(() => {
            running.delete(claim.space);
            look();
          });
        running.set(claim.space, done);
      }
      if (claims.length < limit) {
        // Nothing more of these is free: what somebody else holds is looked for at the next poll.
        for (const space of spaces) woken.delete(space);
      }
    }
  }

  /** @param space one that was committed to; every space where left out */
  function look(space?: string): void {
    if (closing.aborted) return;
    if (space !== undefined) woken.add(space);
    looking ??= claimSome()
      .catch((thrown: unknown) => events.stalled(name, thrown))
      .finally(() => {
        looking = undefined;
      });
  }

  return {
    look(space?: string): void {
      if (space === undefined) everywhere = true;
      look(space);
    },
    async idle(): Promise<void> {
      await looking;
      await Promise.all(running.values());
    },
  };
}
