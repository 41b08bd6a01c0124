// One cycle of synchronisation: push what is pending, pull what is new, until the device is up to date.

import {
  type Delta,
  formatCursor,
  isSynclineError,
  type MutationResult,
  type StreamEnd,
  SynclineError,
  scopeOf,
  type Time,
  type WireChange,
} from "@syncline/core";
import type { Device } from "../device.ts";
import { BATCH_LIMITS, type BatchLimits, nextBatch } from "../outbox/batch.ts";
import type { Pending } from "../outbox/pending.ts";
import type { Applied, LocalStore, SpaceState } from "../store/port.ts";
import { isGone } from "../store/rules.ts";
import type { Transport } from "../transport/port.ts";
import type { Serial } from "./serial.ts";

export interface CycleOptions {
  readonly space: string;
  readonly store: LocalStore;
  readonly transport: Transport;
  readonly device: Device;
  readonly pending: Pending;
  readonly serial: Serial;
  readonly schemaVersion: number;
  /** The collections that are not merged by lww, as the protocol wants them. */
  readonly policies: { readonly [collection: string]: string };
  /** Only these collections; undefined: all. */
  readonly collections: readonly string[] | undefined;
  /** Takes results up; runs in turn with the app's writes. */
  onResults(results: readonly MutationResult[]): Promise<void>;
  /** Takes up what a delta changed; runs in the same turn as the delta. */
  onApplied(applied: Applied, lastMutation: number): Promise<void>;
  /** After the turn: what needs the app. */
  afterPush(): Promise<void>;
  onProgress(progress: { readonly received: number; readonly total: number | null }): void;
  onDigestMismatch(collections: readonly string[]): void;
  /** Another copy of this database exists, or the server lost some: everything pending was numbered anew. */
  onRenamed(): Promise<void>;
}

const PAGE = 1_000;
/** Cursors that are refused, or copies that differ, one after the other: more means that something is wrong. */
const MAX_RESETS = 3;
const MAX_RENAMES = 3;

/** What one cycle remembers. */
interface Attempts {
  resets: number;
  renames: number;
  limits: BatchLimits;
}

/**
 * Runs a cycle. When it resolves, everything that was pending at its end was answered, and the device has
 * seen everything up to the last answer.
 * @throws {SynclineError} the reason why it could not finish; nothing is lost, and the next cycle goes on
 */
export async function runCycle(options: CycleOptions, signal: AbortSignal): Promise<void> {
  const attempts: Attempts = { resets: 0, renames: 0, limits: BATCH_LIMITS };
  for (;;) {
    signal.throwIfAborted();
    try {
      if ((await round(options, attempts, signal)) === "done") return;
    } catch (thrown) {
      await recover(thrown, options, attempts);
    }
  }
}

async function round(
  options: CycleOptions,
  attempts: Attempts,
  signal: AbortSignal,
): Promise<"again" | "done"> {
  const { space, store, pending } = options;
  const state = await store.state(space);
  const scope = scopeOf(options.collections);
  const replacing = state.staged?.replace ?? (state.cursor === null || state.scope !== scope);
  if (replacing) {
    await readAnew(options, state, signal);
    return "again";
  }
  if (state.staged !== null) {
    // A catch-up that was interrupted: its pages are kept, and it goes on behind them.
    const delta = await pullPage(options, state.staged.cursor, signal);
    return await take(options, delta, attempts, signal);
  }
  const mutations = nextBatch(pending.entries(), attempts.limits);
  const clientId = options.device.clientId();
  await store.markOutbox(
    space,
    mutations.map(({ id }) => id),
    "sent",
  );
  const response = await options.transport.sync(
    space,
    {
      clientId,
      schema: options.schemaVersion,
      ...(Object.keys(options.policies).length === 0 ? {} : { policies: options.policies }),
      now: options.device.time(),
      cursor: state.cursor,
      mutations: [...mutations] as Parameters<Transport["sync"]>[1]["mutations"], // the same, but for readonly
      pull: {
        limit: PAGE,
        ...(options.collections === undefined ? {} : { collections: [...options.collections] }),
      },
    },
    { signal },
  );
  const answered = await options.serial.run(async () => {
    // Another tab, or a fork, may have numbered everything anew while this was under way.
    if (options.device.clientId() !== clientId) return false;
    const gap = response.results.find(
      (result) => result.status === "rejected" && result.error.code === "gap",
    );
    await options.onResults(response.results.filter((result) => result !== gap));
    if (gap !== undefined)
      throw new SynclineError("gap", "The server does not know mutations that it answered.");
    return true;
  });
  if (!answered) return "again";
  const outcome = await take(options, response, attempts, signal);
  await options.afterPush();
  if (response.stopped !== undefined) {
    throw new SynclineError("unavailable", response.stopped.message, {
      ...(response.stopped.retryAfter === undefined
        ? {}
        : { retryAfter: response.stopped.retryAfter }),
    });
  }
  if (mutations.length > 0 && response.results.length === 0) {
    throw new SynclineError(
      "unavailable",
      "The server answered without saying what became of the mutations.",
    );
  }
  return outcome === "done" && nextBatch(pending.entries(), attempts.limits).length === 0
    ? "done"
    : "again";
}

/** Takes a page in, and the ones behind it. */
async function take(
  options: CycleOptions,
  first: Delta,
  attempts: Attempts,
  signal: AbortSignal,
): Promise<"again" | "done"> {
  for (let delta = first; ; delta = await pullPage(options, delta.cursor, signal)) {
    const changes = delta.changes as readonly WireChange[]; // checked by the transport
    await apply(options, {
      changes,
      cursor: delta.cursor,
      lastMutation: delta.lastMutation,
      final: !delta.more,
      replace: false,
      now: delta.now,
    });
    if (!delta.more) return await verify(options, delta.digest, attempts);
  }
}

async function pullPage(
  options: CycleOptions,
  cursor: string,
  signal: AbortSignal,
): Promise<Delta> {
  const { space, transport, device, collections } = options;
  return await transport.pull(
    space,
    {
      cursor,
      clientId: device.clientId(),
      limit: PAGE,
      ...(collections === undefined ? {} : { collections }),
    },
    { signal },
  );
}

/** A first sync, or a reset: a shadow copy is filled beside what is there, and takes its place at the end. */
async function readAnew(
  options: CycleOptions,
  state: SpaceState,
  signal: AbortSignal,
): Promise<void> {
  const { space, store, transport, device, collections } = options;
  const scope = scopeOf(collections);
  let epoch = "";
  let began = 0;
  let received = state.staged?.count ?? 0;
  let total: number | null = null;
  const request = {
    cursor: state.staged?.cursor ?? null,
    clientId: device.clientId(),
    ...(collections === undefined ? {} : { collections }),
  };
  let end: StreamEnd | undefined;
  for await (const part of transport.stream(space, request, { signal })) {
    if (part.type === "start") {
      epoch = part.start.epoch;
      began = part.start.began;
      total = part.start.total;
    } else if (part.type === "end") {
      end = part.end;
    } else {
      const stamps = part.changes.map((change) => (isGone(change) ? 0 : change.stamp));
      const cursor = formatCursor({ epoch, stamp: Math.max(...stamps), scope, began });
      await options.serial.run(() =>
        store.apply({
          space,
          changes: part.changes,
          cursor,
          scope,
          lastMutation: 0,
          final: false,
          replace: true,
        }),
      );
      received += part.changes.length;
    }
    options.onProgress({ received, total });
  }
  if (end === undefined) throw new SynclineError("unavailable", "The stream broke off.");
  const { cursor, lastMutation, now } = end;
  await apply(options, { changes: [], cursor, lastMutation, final: true, replace: true, now });
}

interface PagePart {
  readonly changes: readonly WireChange[];
  readonly cursor: string;
  readonly lastMutation: number;
  readonly final: boolean;
  readonly replace: boolean;
  readonly now: Time;
}

async function apply(options: CycleOptions, { now, ...page }: PagePart): Promise<void> {
  const { space, store, device, collections } = options;
  await options.serial.run(async () => {
    device.observe(timesOf(page.changes, now));
    const applied = await store.apply({ space, scope: scopeOf(collections), ...page });
    if (page.final) await options.onApplied(applied, page.lastMutation);
  });
}

function* timesOf(changes: readonly WireChange[], now: Time): Generator<Time> {
  yield now;
  for (const change of changes) {
    if (isGone(change)) continue;
    yield change.time;
    yield* Object.values(change.times ?? {});
  }
}

/** Compares the digests that the server sent with those of the device; a difference is repaired, and told. */
async function verify(
  options: CycleOptions,
  digest: { readonly [collection: string]: string } | undefined,
  attempts: Attempts,
): Promise<"again" | "done"> {
  if (digest === undefined) return "done";
  const { digests } = await options.store.state(options.space);
  const wanted = options.collections === undefined ? undefined : new Set(options.collections);
  const differing = [...new Set([...Object.keys(digest), ...Object.keys(digests)])].filter(
    (name) => {
      if (wanted?.has(name) === false) return false;
      return (digest[name] ?? EMPTY) !== (digests[name] ?? EMPTY);
    },
  );
  if (differing.length === 0) return "done";
  options.onDigestMismatch(differing);
  attempts.resets += 1;
  if (attempts.resets > MAX_RESETS) {
    throw new SynclineError(
      "internal",
      `The device's copy of ${differing.join(", ")} differs from the server's.`,
    );
  }
  await beginAnew(options);
  return "again";
}

const EMPTY = "0000000000000000";

/** Marks the space to be read anew; what is there stays visible until that is done. */
async function beginAnew({ serial, store, space }: CycleOptions): Promise<void> {
  await serial.run(() => store.restart(space));
}

/** What a cycle can mend by itself; everything else is the caller's. */
async function recover(thrown: unknown, options: CycleOptions, attempts: Attempts): Promise<void> {
  if (isSynclineError(thrown, "reset") && attempts.resets < MAX_RESETS) {
    attempts.resets += 1;
    await beginAnew(options);
  } else if (isSynclineError(thrown, "client_forked") && attempts.limits.mutations > 1) {
    // Those before the one that another copy used up may have been committed: one by one the server says so,
    // and only what it does not know is sent again under a new name.
    attempts.limits = { ...attempts.limits, mutations: 1 };
  } else if (
    (isSynclineError(thrown, "client_forked") || isSynclineError(thrown, "gap")) &&
    attempts.renames < MAX_RENAMES
  ) {
    attempts.renames += 1;
    attempts.limits = BATCH_LIMITS;
    await options.serial.run(async () => {
      await options.device.rename();
      await options.onRenamed();
    });
  } else if (isSynclineError(thrown, "too_large") && attempts.limits.mutations > 1) {
    const { mutations, changes, bytes } = attempts.limits;
    attempts.limits = {
      mutations: Math.max(1, Math.floor(mutations / 4)),
      changes: Math.max(1, Math.floor(changes / 4)),
      bytes: Math.max(1, Math.floor(bytes / 4)),
    };
  } else {
    throw thrown;
  }
}
