// Merge: what a push makes of a space. Pure; runs while the space is locked.

import {
  type ClockState,
  type FirstResult,
  type Limits,
  type Mutation,
  type MutationResult,
  parseTime,
  type RecordState,
  SynclineError,
  type Time,
  tick,
} from "@syncline/core";
import type { ClientRow, LoadedSpace, RecentMutation, SpaceWrites } from "../store/port.ts";
import { checkPolicies } from "./check-push.ts";
import type { SyncOutcome } from "./contract.ts";
import {
  decideMutation,
  type MutationContext,
  type Progress,
  type PushContext,
} from "./decide-mutation.ts";
import { checkCursor } from "./delta.ts";
import { fingerprint } from "./fingerprint.ts";
import { moveTallies } from "./tallies.ts";

/** What a push came to. An error means that nothing of it was tried. */
export type Decision =
  | { readonly type: "refused"; readonly error: SynclineError }
  | {
      readonly type: "decided";
      readonly results: readonly MutationResult[];
      readonly stopped: SyncOutcome["stopped"];
      /** What the app's own code threw, where that is why it stopped. */
      readonly thrown?: unknown;
      readonly stamp: number;
      /** The client's last committed mutation, this push's included. */
      readonly lastMutation: number;
      readonly written: readonly RecordState[];
    };

/** How many mutations of a client are remembered, and at least the whole last push. */
const RECENT = 64;

export function decide(
  loaded: LoadedSpace,
  context: PushContext,
): { readonly writes?: SpaceWrites; readonly result: Decision } {
  const { head, client } = loaded;
  const { request, principal, app, limits, wallMs } = context;
  checkCursor(request.cursor, request.pull?.collections, head);
  const policies = checkPolicies(request, app, head.policies);
  const { fresh, results } = recognise(request.mutations, client, limits);
  const progress: Progress = {
    clock: tick(head.clock, wallMs),
    stamp: head.stamp,
    records: new Map(loaded.records),
    history: [],
    collections: new Map(Object.entries(head.policies)),
  };
  const shiftMs = skewOf(request.now, progress.clock, limits);
  const { recent, ...end } = decideAll(fresh, client, progress, {
    ...context,
    shiftMs,
    epoch: head.epoch,
    lineage: head.lineage,
    policies,
  });
  results.push(...end.results);
  if (end.thrown !== undefined && results.length === 0) throw end.thrown;
  const written = changedRecords(progress.records, loaded.records);
  const last = recent.at(-1);
  const lastMutation = last?.result.id ?? client?.lastMutation ?? 0;
  const { stamp } = progress;
  const result: Decision = { type: "decided", ...end, results, stamp, lastMutation, written };
  if (last === undefined) return { result };
  return {
    result,
    writes: {
      head: {
        stamp: progress.stamp,
        // What was only refused leaves no reading of the clock.
        clock: written.length > 0 ? progress.clock : head.clock,
        tallies: moveTallies(head.tallies, loaded.records, written),
        policies: Object.fromEntries(progress.collections),
      },
      records: written,
      history: progress.history,
      client: {
        clientId: request.clientId,
        userId: principal.userId,
        lastMutation,
        recent: remember(client?.recent ?? [], recent, request.mutations.length, limits),
        seenAtMs: wallMs,
      },
    },
  };
}

interface End {
  readonly results: MutationResult[];
  readonly recent: readonly RecentMutation[];
  readonly stopped: SyncOutcome["stopped"];
  readonly thrown?: unknown;
}

/** Decides mutations until one cannot be tried now. */
function decideAll(
  mutations: readonly Mutation[],
  client: ClientRow | undefined,
  progress: Progress,
  context: MutationContext & PushContext,
): End {
  const { request, limits } = context;
  const results: MutationResult[] = [];
  const recent: RecentMutation[] = [];
  let lastMutation = client?.lastMutation ?? 0;
  let bytes = 0;
  for (const mutation of mutations) {
    if (mutation.id !== lastMutation + 1) {
      results.push({ id: mutation.id, status: "rejected", error: gapAfter(lastMutation) });
      break;
    }
    if (bytes > limits.pageBytes) return { results, recent, stopped: answerIsFull() };
    const index = mutation.id - (request.mutations[0]?.id ?? mutation.id);
    let result: FirstResult;
    try {
      result = decideMutation(mutation, index, progress, context);
    } catch (thrown) {
      // The app's own code failed, which may pass: what came before is committed, and this is sent again.
      return { results, recent, stopped: failureOf(thrown), thrown };
    }
    results.push(result);
    recent.push({ fingerprint: fingerprint(mutation, limits.jsonDepth), result });
    lastMutation = mutation.id;
    bytes += bytesOf(result);
  }
  return { results, recent, stopped: undefined };
}

function answerIsFull(): SyncOutcome["stopped"] {
  const message = "The answer holds as many conflicts as it may: send the rest in another push.";
  return { code: "unavailable", message, retryAfter: 0 };
}

function failureOf(thrown: unknown): SyncOutcome["stopped"] {
  const error = thrown instanceof SynclineError ? thrown : new SynclineError("internal");
  return { code: error.code, message: error.message };
}

/** What a result takes in an answer; only those that carry records, reasons or losses can be large. */
function bytesOf(result: FirstResult): number {
  const plain = result.status === "applied" && result.superseded === undefined;
  return plain ? 0 : JSON.stringify(result).length;
}

/** The last mutations with their results: the whole last push, and older ones while there is room. */
function remember(
  before: readonly RecentMutation[],
  decided: readonly RecentMutation[],
  pushed: number,
  limits: Limits,
): RecentMutation[] {
  const all = [...before, ...decided];
  let from = Math.max(0, all.length - pushed);
  let bytes = 0;
  while (from > 0 && all.length - from < RECENT) {
    const older = all[from - 1];
    if (older !== undefined) bytes += bytesOf(older.result);
    if (bytes > limits.pageBytes) break;
    from -= 1;
  }
  return all.slice(from);
}

/** Tells mutations that were committed before from those that are new. */
function recognise(
  mutations: readonly Mutation[],
  client: ClientRow | undefined,
  limits: Limits,
): { fresh: readonly Mutation[]; results: MutationResult[] } {
  const lastMutation = client?.lastMutation ?? 0;
  const known = new Map(client?.recent.map((entry) => [entry.result.id, entry]));
  const results: MutationResult[] = [];
  for (const mutation of mutations) {
    if (mutation.id > lastMutation) break;
    const entry = known.get(mutation.id);
    if (entry === undefined || entry.fingerprint !== fingerprint(mutation, limits.jsonDepth)) {
      throw new SynclineError(
        "client_forked",
        "Another copy of this client's database sent a mutation of this number: take a new client id.",
        { path: "clientId" },
      );
    }
    results.push({ id: mutation.id, status: "duplicate", result: entry.result });
  }
  return { fresh: mutations.slice(results.length), results };
}

function gapAfter(lastMutation: number): ReturnType<SynclineError["toBody"]> {
  return new SynclineError(
    "gap",
    `The next mutation of this client is number ${lastMutation + 1}.`,
    {
      path: "mutations",
    },
  ).toBody();
}

/** How much to add to the device's times; small differences are left alone. */
function skewOf(now: Time, clock: ClockState, limits: Limits): number {
  const skew = clock.ms - parseTime(now).ms;
  return Math.abs(skew) > limits.clockSkewMs ? skew : 0;
}

function changedRecords(
  after: ReadonlyMap<string, RecordState>,
  before: ReadonlyMap<string, RecordState>,
): RecordState[] {
  const changed: RecordState[] = [];
  for (const [key, record] of after) if (before.get(key) !== record) changed.push(record);
  return changed;
}
