// The sync of a store with one peer: pull, then push; by hand or in intervals, one at a time.

import { anySignal, asyncDispose, SynclineError, withResolvers } from "@syncline/core";
import { systemEnvironment } from "../environment.ts";
import type { ConnectionStatus, Subscription, Version } from "../ports.ts";
import { DISCONNECTED } from "../transports/connection.ts";
import { toSynclineError } from "../wire/records.ts";
import { createConflictFinder } from "./conflicts.ts";
import type { SyncOptions, SyncResult } from "./options.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import { createRun, runPhase, type SyncRun, toResult, withDefaults } from "./run.ts";

export interface CallSignal {
  readonly signal?: AbortSignal;
}

export interface AutoSyncOptions extends CallSignal {
  /** Also syncs whenever the peer has news, as far as the transport can tell at once. */
  readonly live?: boolean;
}

export interface SyncManager extends AsyncDisposable {
  /**
   * Pulls, then pushes. What goes wrong is in the result, beside what was done; a sync that is called while another one runs
   * begins after it.
   * @throws {SynclineError} `closed`
   */
  sync(options?: CallSignal): Promise<SyncResult>;
  /** Only sends. @throws {SynclineError} `closed` */
  push(options?: CallSignal): Promise<SyncResult>;
  /** Only fetches. @throws {SynclineError} `closed` */
  pull(options?: CallSignal): Promise<SyncResult>;
  /**
   * Syncs again and again until `stopAutoSync`, or until the signal; twice is the same as once.
   * @throws {SynclineError} `closed`, `aborted`, `config` without an interval
   */
  startAutoSync(options?: AutoSyncOptions): Promise<void>;
  /** Resolves when no automatic sync runs any more. */
  stopAutoSync(): Promise<void>;
  /** How it stands with the connection of `startAutoSync({ live: true })`. */
  connectionStatus(): ConnectionStatus;
  /** Told of the result of every `sync`. Gives a function that ends it. */
  subscribe(listener: (result: SyncResult) => void): () => void;
  /** Ends what is under way, then closes transport and store. Twice is the same as once. */
  close(): Promise<void>;
}

interface AutoSync {
  readonly ended: AbortController;
  readonly finished: Promise<void>;
}

/**
 * Makes the sync of a store with a peer; it does nothing by itself.
 * @throws {SynclineError} `config` for options that exclude each other, or are out of bounds
 */
export function createSyncManager(options: SyncOptions): SyncManager {
  checkOptions(options);
  const {
    environment = systemEnvironment(),
    store,
    transport,
    resolver,
    hooks,
    intervalMs,
  } = options;
  const looks = resolver !== undefined || hooks?.onConflict !== undefined;
  const finder = looks ? createConflictFinder(store, resolver) : undefined;
  const setup = withDefaults(options, environment, finder);
  const listeners = new Set<(result: SyncResult) => void>();
  const closed = new AbortController();
  let closing: Promise<void> | undefined;
  let auto: AutoSync | undefined;
  let status: ConnectionStatus = DISCONNECTED;
  /** The end of what was begun last: everything runs after what was begun before it. */
  let tail: Promise<unknown> = Promise.resolve();

  const enqueue = async (
    given: CallSignal | undefined,
    phases: (run: SyncRun) => Promise<void>,
  ): Promise<SyncResult> => {
    if (closed.signal.aborted) throw managerClosed();
    const signals = given?.signal === undefined ? [closed.signal] : [closed.signal, given.signal];
    const turn = tail.then(() => runOnce(anySignal(signals), phases));
    tail = turn.catch(() => undefined);
    const result = await turn;
    if (closed.signal.aborted && given?.signal?.aborted !== true) throw managerClosed();
    return result;
  };
  const runOnce = async (signal: AbortSignal, phases: (run: SyncRun) => Promise<void>) => {
    const began = environment.now();
    const run = createRun(setup, signal);
    await phases(run);
    const local = await localVersion(run);
    const { pushed, pulled, resolved } = run.done;
    run.tell("metrics", () => {
      setup.metrics?.recordSyncEvents(pushed, pulled);
      if (resolved > 0) setup.metrics?.recordConflicts(resolved);
    });
    return toResult(run, began, local);
  };
  const pullPhase = (run: SyncRun) => runPhase(run, "pull", () => pull(run));
  const pushPhase = (run: SyncRun) => runPhase(run, "push", () => push(run));
  const sync = async (given?: CallSignal) => {
    const began = environment.now();
    const result = await enqueue(given, async (run) => {
      if (options.pushOnly !== true) await pullPhase(run);
      if (options.pullOnly !== true && !run.signal.aborted) await pushPhase(run);
    });
    const { eventsPushed: pushed, eventsPulled: pulled, durationMs, errors } = result;
    const report = createRun(setup, closed.signal);
    report.tell("the logger", () =>
      options.logger?.info?.("synced", { pushed, pulled, durationMs, errors: errors.length }),
    );
    report.tell("metrics", () =>
      setup.metrics?.recordSyncDuration("full_sync", environment.now() - began),
    );
    for (const listener of [...listeners]) report.tell("a subscriber", () => listener(result));
    return result;
  };

  const stopAutoSync = async () => {
    const running = auto;
    auto = undefined;
    running?.ended.abort();
    await running?.finished;
  };

  const close = async () => {
    closed.abort();
    await stopAutoSync();
    await tail;
    const outcomes = [await settled(transport.close()), await settled(store.close())];
    const failures = outcomes.flatMap((outcome) => (outcome === undefined ? [] : [outcome.thrown]));
    if (failures.length > 0)
      throw new AggregateError(failures, "The sync could not be closed whole.");
  };
  return {
    sync,
    push: (given) => enqueue(given, pushPhase),
    pull: (given) => enqueue(given, pullPhase),
    async startAutoSync({ signal, live = false } = {}) {
      if (closed.signal.aborted) throw managerClosed();
      if (signal?.aborted === true) throw new SynclineError("aborted");
      if (intervalMs === undefined)
        throw new SynclineError("config", "Automatic sync needs intervalMs.");
      if (auto !== undefined && !auto.ended.signal.aborted) return;
      await auto?.finished;
      const ended = new AbortController();
      const end = () => ended.abort();
      signal?.addEventListener("abort", end, { once: true });
      const finished = keepSyncing({ ended: ended.signal, live, intervalMs }).finally(() =>
        signal?.removeEventListener("abort", end),
      );
      auto = { ended, finished };
    },
    stopAutoSync,
    connectionStatus: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      closing ??= close();
      return closing;
    },
    [asyncDispose]() {
      return this.close();
    },
  };

  /** Syncs in intervals, and on news; one after the other. */
  async function keepSyncing(loop: {
    readonly ended: AbortSignal;
    readonly live: boolean;
    readonly intervalMs: number;
  }): Promise<void> {
    const { ended } = loop;
    let wake = () => {};
    let news = false;
    let subscription: Subscription | undefined;
    const fail = (thrown: unknown) => options.logger?.warn("automatic sync failed", thrown);
    const statusChanged = (next: ConnectionStatus) => {
      status = next;
      createRun(setup, ended).tell("onConnection", () => hooks?.onConnection?.(next));
    };
    const listen = async () => {
      const handler = () => {
        news = true;
        wake();
      };
      const since = await transport.latestVersion({ signal: ended });
      const subscribe = { signal: ended, since, failed: fail, statusChanged };
      subscription = await transport.subscribe(handler, subscribe);
      // What was there before, and is told by nobody.
      news = true;
    };
    while (!ended.aborted) {
      if (loop.live && subscription === undefined)
        await listen().catch((thrown: unknown) => {
          // It could not even begin to listen: a subscription counts by itself.
          const error = toSynclineError(thrown);
          if (!ended.aborted) statusChanged({ ...status, attempts: status.attempts + 1, error });
          fail(thrown);
        });
      if (!news) {
        const over = withResolvers<void>();
        const cancel = environment.setTimer(over.resolve, loop.intervalMs);
        wake = over.resolve;
        ended.addEventListener("abort", () => over.resolve(), { once: true });
        await over.promise;
        cancel();
      }
      news = false;
      if (!ended.aborted) await sync({ signal: ended }).catch(fail);
    }
    await subscription?.stop();
    status = { ...DISCONNECTED, lastConnected: status.lastConnected };
  }
}

async function localVersion({ store, signal, done }: SyncRun): Promise<Version | undefined> {
  if (signal.aborted) return undefined;
  try {
    return await store.latestVersion();
  } catch (thrown) {
    // A store that fails has said so already, in most cases; else it is said here.
    if (done.errors.length === 0) {
      done.errors.push(new SynclineError("storage_unavailable", undefined, { cause: thrown }));
    }
    return undefined;
  }
}

async function settled(work: Promise<void>): Promise<{ readonly thrown: unknown } | undefined> {
  try {
    await work;
    return undefined;
  } catch (thrown) {
    return { thrown };
  }
}

function checkOptions(options: SyncOptions): void {
  const {
    pushOnly,
    pullOnly,
    batchSize = 1,
    pageSize = 1,
    timeoutMs = 1,
    intervalMs = 1,
  } = options;
  if (pushOnly === true && pullOnly === true) {
    throw new SynclineError("config", "cannot set both PushOnly and PullOnly to true");
  }
  for (const [name, value] of Object.entries({ batchSize, pageSize, timeoutMs, intervalMs })) {
    if (!(value > 0)) throw new SynclineError("config", `${name} must be positive, got ${value}`);
  }
  if (!Number.isInteger(batchSize) || !Number.isInteger(pageSize)) {
    throw new SynclineError("config", "batchSize and pageSize are whole numbers.");
  }
}

function managerClosed(): SynclineError {
  return new SynclineError("closed", "sync operation failed: sync manager is closed");
}
