// One cycle of synchronisation: push what is pending, pull what is new, until the device is up to date.

import {
  errorFromBody,
  type MergePolicy,
  type Mutation,
  type MutationResult,
  type Restored,
  SynclineError,
  type SyncRequest,
  type SyncResponse,
  scopeOf,
} from "@syncline/core";
import type { Device } from "../device.ts";
import { BATCH_LIMITS, type BatchLimits, hasUnsent, nextBatch } from "../outbox/batch.ts";
import type { Pending } from "../outbox/pending.ts";
import type { Applied, LocalStore, OutboxEntry, SpaceState } from "../store/port.ts";
import type { Transport } from "../transport/port.ts";
import { applyPage, catchUp, PAGE_RECORDS, readAnew } from "./catch-up.ts";
import type { GivenBack } from "./give-back.ts";
import { type Attempts, recover } from "./recover.ts";
import type { Serial } from "./serial.ts";
import { verify } from "./verify.ts";

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
  /** Takes results up. Runs in turn. */
  onResults(results: readonly MutationResult[]): Promise<void>;
  /** Refuses mutations that the server does not take. Runs in turn. */
  onRefused(isRefused: (entry: OutboxEntry) => boolean, error: SynclineError): Promise<void>;
  /** Takes up what a delta changed. Runs in the same turn as the delta. */
  onApplied(applied: Applied, lastMutation: number): Promise<void>;
  /** The outbox was marked, or numbered anew. Runs in turn. */
  onOutbox(): void;
  /** Outside of turns: what needs the app. */
  afterDelta(signal: AbortSignal): Promise<void>;
  onProgress(progress: { readonly received: number; readonly total: number | null }): void;
  /** The collections whose copy differs from the server's, each time that this changes. */
  onDigests(differing: readonly string[]): void;
  /** Another copy of this database exists, or the server lost some: everything pending was numbered anew. Runs in turn. */
  onRenamed(): Promise<void>;
  /** Another tab has changed the store, and its word of it was lost. Runs in turn. */
  onChangedElsewhere(): Promise<void>;
  /** How collections are merged. */
  policyOf(collection: string): MergePolicy;
  readonly environment: { now(): number };
  /** The server was restored: what it lost is given back, or let go of. Runs in turn. */
  onRestored(restored: Restored, given: GivenBack): Promise<void>;
  /** Kept from cycle to cycle. */
  readonly repair: Repair;
}

/** What was done about a copy that differs. */
export interface Repair {
  /** The space was read anew, and no digest has agreed since. */
  tried: boolean;
}

/** What one push sends, taken in one turn. */
interface Outgoing {
  readonly clientId: string;
  readonly state: SpaceState;
  readonly mutations: readonly Mutation[];
}

/**
 * Runs a cycle. When it resolves, everything that was pending at its end was answered, and the device has
 * seen everything up to the last answer.
 * @throws {SynclineError} the reason why it could not finish; nothing is lost, and the next cycle goes on
 */
export async function runCycle(options: CycleOptions, signal: AbortSignal): Promise<void> {
  const attempts: Attempts = { resets: 0, renames: 0, limits: BATCH_LIMITS, sent: [] };
  await options.serial.run(async () => {
    await options.store.lead();
    if (!(await options.store.isCurrent(options.space))) await options.onChangedElsewhere();
  });
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
  const replacing =
    state.staged?.replace ??
    (state.cursor === null || state.scope !== scopeOf(options.collections));
  if (replacing) {
    // What was sent and not answered may be among what is read: what became of it must be known before.
    while (pending.entries().some(({ entry, refused }) => !refused && entry.state === "sent"))
      await push(options, attempts, { signal, cursor: null });
    await readAnew(options, state, signal);
    await options.afterDelta(signal);
    return "again";
  }
  if (state.staged !== null) {
    // A catch-up that was interrupted: its pages are kept, and it goes on behind them.
    return await verify(await catchUp(options, state.staged.cursor, signal), options);
  }
  const response = await push(options, attempts, { signal, cursor: state.cursor });
  if (response === undefined) return "again";
  await applyPage(options, response, state.cursor);
  const last = response.more ? await catchUp(options, response.cursor, signal) : response;
  await options.afterDelta(signal);
  throwIfStopped(response);
  const verified = await verify(last, options);
  return verified === "done" && !hasUnsent(pending.entries()) ? "done" : "again";
}

/**
 * Sends a batch and takes its results up.
 * @returns the answer; undefined when everything was numbered anew meanwhile, so that it says nothing any more
 */
async function push(
  options: CycleOptions,
  attempts: Attempts,
  { signal, cursor }: { readonly signal: AbortSignal; readonly cursor: string | null },
): Promise<SyncResponse | undefined> {
  const { space, transport, device, serial } = options;
  const outgoing = await serial.run(() => takeBatch(options, attempts.limits));
  attempts.sent = outgoing.mutations;
  const request = requestOf(options, outgoing, cursor);
  const response = await transport.sync(space, request, { signal });
  attempts.sent = [];
  const current = await serial.run(async () => {
    // Another space's cycle may have given the device another client id while this was under way.
    if (device.clientId() !== outgoing.clientId) return false;
    await takeAnswers(options, outgoing.mutations, response);
    return true;
  });
  if (!current) return undefined;
  // Only for the results: what is read follows.
  if (cursor === null) throwIfStopped(response);
  return response;
}

async function takeBatch(
  { space, store, device, pending, onOutbox }: CycleOptions,
  limits: BatchLimits,
): Promise<Outgoing> {
  const mutations = nextBatch(pending.entries(), limits);
  const ids = mutations.map(({ id }) => id);
  if (ids.length > 0) {
    await store.markOutbox(space, ids, "sent");
    pending.mark(ids, "sent");
    onOutbox();
  }
  return { clientId: device.clientId(), state: await store.state(space), mutations };
}

function requestOf(
  { device, schemaVersion, policies, collections }: CycleOptions,
  { clientId, mutations }: Outgoing,
  cursor: string | null,
): SyncRequest {
  return {
    clientId,
    schema: schemaVersion,
    ...(Object.keys(policies).length === 0 ? {} : { policies }),
    now: device.time(),
    cursor,
    mutations: [...mutations] as SyncRequest["mutations"], // the same, but for readonly
    pull: {
      limit: cursor === null ? 1 : PAGE_RECORDS,
      ...(collections === undefined ? {} : { collections: [...collections] }),
    },
  };
}

async function takeAnswers(
  { onResults }: CycleOptions,
  sent: readonly Mutation[],
  { results, stopped }: SyncResponse,
): Promise<void> {
  const gap = results.find((result) => result.status === "rejected" && result.error.code === "gap");
  const answers = results.filter((result) => result !== gap);
  await onResults(answers);
  if (gap !== undefined)
    throw new SynclineError("gap", "The server does not know mutations that it answered.");
  const [first] = sent;
  const moved = first === undefined || answers.some(({ id }) => id === first.id);
  if (!moved && stopped === undefined) {
    throw new SynclineError(
      "unavailable",
      "The server answered without saying what became of the mutations.",
    );
  }
}

function throwIfStopped({ stopped }: SyncResponse): void {
  if (stopped === undefined) return;
  const { code, message, retryAfter } = stopped;
  const body = { code, message, ...(retryAfter === undefined ? {} : { retryAfter }) };
  throw errorFromBody(body);
}
