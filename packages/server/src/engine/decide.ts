// Merge: what a push makes of a space. Pure; runs while the space is locked.

import {
  type Change,
  type ClockState,
  type FirstResult,
  formatTime,
  type Limits,
  type MergePolicy,
  type Mutation,
  type MutationResult,
  nextStamp,
  parseCursor,
  parseTime,
  policyByName,
  type RecordState,
  recordKeyToText,
  recordToWire,
  resolvePolicy,
  SynclineError,
  type SyncRequest,
  settleTimes,
  type Time,
  tick,
} from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { Principal } from "../auth/principal.ts";
import type {
  ClientRow,
  HistoryEntry,
  LoadedSpace,
  RecentMutation,
  SpaceWrites,
} from "../store/port.ts";
import { checkMutation, checkPolicies } from "./check-push.ts";
import { checkRecord } from "./check-record.ts";
import { checkCursor } from "./delta.ts";
import { fingerprint } from "./fingerprint.ts";
import { moveTallies } from "./tallies.ts";

export interface PushContext {
  readonly request: SyncRequest;
  readonly principal: Principal;
  readonly app: AppDefinition | undefined;
  readonly limits: Limits;
  readonly wallMs: number;
}

/** What a push came to. An error means that nothing of it was tried. */
export type Decision =
  | { readonly type: "refused"; readonly error: SynclineError }
  | {
      readonly type: "decided";
      readonly results: readonly MutationResult[];
      readonly stamp: number;
      readonly now: Time;
      readonly written: readonly RecordState[];
    };

/** How many mutations of a client are remembered, and at least the whole last push. */
const RECENT = 64;

/** The state of a push while its mutations are decided one after the other. */
interface Progress {
  clock: ClockState;
  stamp: number;
  /** Records as they are after the mutations so far; undefined: not there. */
  readonly records: Map<string, RecordState>;
  readonly history: HistoryEntry[];
}

export function decide(
  loaded: LoadedSpace,
  context: PushContext,
): { readonly writes?: SpaceWrites; readonly result: Decision } {
  const { head, client } = loaded;
  const { request, principal, app, limits, wallMs } = context;
  let policies: SpaceWrites["head"]["policies"];
  let fresh: readonly Mutation[];
  let results: MutationResult[];
  try {
    checkClient(client, principal);
    checkCursor(request.cursor, request.pull?.collections, head);
    policies = checkPolicies(request, app, head.policies);
    ({ fresh, results } = recognise(request.mutations, client));
  } catch (thrown) {
    if (thrown instanceof SynclineError) return { result: { type: "refused", error: thrown } };
    throw thrown;
  }
  const progress: Progress = {
    clock: tick(head.clock, wallMs),
    stamp: head.stamp,
    records: new Map(loaded.records),
    history: [],
  };
  const now = formatTime(progress.clock, "server");
  const shiftMs = skewOf(request.now, progress.clock, limits);
  const push: MutationContext = { ...context, shiftMs, epoch: head.epoch, policies };
  const recent: RecentMutation[] = [];
  let lastMutation = client?.lastMutation ?? 0;
  for (const mutation of fresh) {
    if (mutation.id !== lastMutation + 1) {
      results.push({ id: mutation.id, status: "rejected", error: gapAfter(lastMutation) });
      break;
    }
    const index = mutation.id - (request.mutations[0]?.id ?? mutation.id);
    const result = decideMutation(mutation, index, progress, push);
    results.push(result);
    recent.push({ fingerprint: fingerprint(mutation), result });
    lastMutation = mutation.id;
  }
  const written = changedRecords(progress.records, loaded.records);
  const decision: Decision = { type: "decided", results, stamp: progress.stamp, now, written };
  if (recent.length === 0) return { result: decision };
  return {
    result: decision,
    writes: {
      head: {
        stamp: progress.stamp,
        clock: progress.clock,
        tallies: moveTallies(head.tallies, loaded.records, written),
        policies: app === undefined ? policies : head.policies,
      },
      records: written,
      history: progress.history,
      client: {
        clientId: request.clientId,
        userId: client?.userId ?? principal.userId,
        lastMutation,
        recent: [...(client?.recent ?? []), ...recent].slice(
          -Math.max(RECENT, request.mutations.length),
        ),
        seenAtMs: wallMs,
      },
    },
  };
}

function checkClient(client: ClientRow | undefined, principal: Principal): void {
  if (client === undefined || client.userId === principal.userId) return;
  throw new SynclineError("forbidden", "This client id belongs to another user.", {
    path: "clientId",
  });
}

/** Tells mutations that were committed before from those that are new. */
function recognise(
  mutations: readonly Mutation[],
  client: ClientRow | undefined,
): { fresh: readonly Mutation[]; results: MutationResult[] } {
  const lastMutation = client?.lastMutation ?? 0;
  const known = new Map(client?.recent.map((entry) => [entry.result.id, entry]));
  const results: MutationResult[] = [];
  for (const mutation of mutations) {
    if (mutation.id > lastMutation) break;
    const entry = known.get(mutation.id);
    if (entry === undefined || entry.fingerprint !== fingerprint(mutation)) {
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

interface MutationContext extends PushContext {
  readonly shiftMs: number;
  readonly epoch: string;
  readonly policies: { readonly [collection: string]: string };
}

/** Decides one mutation: all of its changes become part of the progress, or none. */
function decideMutation(
  mutation: Mutation,
  index: number,
  progress: Progress,
  context: MutationContext,
): FirstResult {
  const { id } = mutation;
  const problem = checkMutation(mutation, index, context.app, context.limits);
  if (problem !== undefined) return { id, status: "rejected", error: problem.toBody() };
  const seenStamp = stampSeen(mutation.seen, context.epoch);
  const attempt: Progress = { ...progress, records: new Map(), history: [] };
  const conflicts: RecordState[] = [];
  const missing: Change[] = [];
  for (const [number, change] of mutation.changes.entries()) {
    const key = recordKeyToText(change);
    const current = attempt.records.get(key) ?? progress.records.get(key);
    const outcome = decideChange(change, current, attempt, { ...context, seenStamp });
    switch (outcome.type) {
      case "rejected": {
        const { code, message, path } = outcome.error;
        const at = `mutations.${index}.changes.${number}`;
        const error = new SynclineError(code, message, {
          path: path === undefined ? at : `${at}.${path}`,
        });
        return { id, status: "rejected", error: error.toBody() };
      }
      case "conflict":
        if (current === undefined) missing.push(change);
        else conflicts.push(progress.records.get(key) ?? current);
        break;
      case "unchanged":
        break;
      case "written":
        attempt.stamp = outcome.record.stamp;
        attempt.records.set(key, outcome.record);
        attempt.history.push(historyEntry(outcome.change, outcome.record, mutation.id, context));
        break;
      default:
        outcome satisfies never;
    }
  }
  if (conflicts.length > 0 || missing.length > 0) {
    return {
      id,
      status: "conflict",
      conflicts: [
        ...conflicts.map((record) => ({
          collection: record.collection,
          id: record.id,
          current: recordToWire(record),
        })),
        ...missing.map((change) => ({
          collection: change.collection,
          id: change.id,
          current: null,
        })),
      ],
    };
  }
  for (const [key, record] of attempt.records) progress.records.set(key, record);
  progress.history.push(...attempt.history);
  progress.clock = attempt.clock;
  progress.stamp = attempt.stamp;
  return { id, status: "applied" };
}

/** The stamp that the device had seen; a cursor of another history says nothing about this one. */
function stampSeen(seen: string | null, epoch: string): number {
  if (seen === null) return 0;
  const cursor = parseCursor(seen);
  return cursor.epoch === epoch ? cursor.stamp : 0;
}

type ChangeOutcome =
  | { readonly type: "written"; readonly record: RecordState; readonly change: Change }
  | { readonly type: "unchanged" | "conflict" }
  | { readonly type: "rejected"; readonly error: SynclineError };

function decideChange(
  sent: Change,
  current: RecordState | undefined,
  attempt: Progress,
  context: MutationContext & { readonly seenStamp: number },
): ChangeOutcome {
  const policy = policyOf(sent.collection, context);
  if (current === undefined && removedForGood(sent, policy)) {
    if (sent.op === "delete") return { type: "unchanged" };
    return {
      type: "rejected",
      error: new SynclineError("not_found", "The record was deleted, and is gone for good."),
    };
  }
  const { change, clock } = settleTimes(sent, current, {
    clientId: context.request.clientId,
    shiftMs: context.shiftMs,
    seenStamp: context.seenStamp,
    clock: attempt.clock,
    wallMs: context.wallMs,
  });
  attempt.clock = clock;
  const outcome = policy.merge(current, change, {
    stamp: nextStamp(attempt.stamp, context.wallMs),
    userId: context.principal.userId,
  });
  if (outcome.type !== "written") return outcome;
  const error = checkRecord(outcome.record, change, context);
  return error === undefined ? { ...outcome, change } : { type: "rejected", error };
}

/** The device knew the record from the server, and the server has not even its tombstone any more. */
function removedForGood(change: Change, policy: MergePolicy): boolean {
  return (change.baseVersion ?? 0) > 0 && policy.name !== "versioned";
}

function policyOf(collection: string, { app, policies }: MutationContext): MergePolicy {
  if (app === undefined) return policyByName(policies[collection] ?? "lww") ?? resolvePolicy("lww");
  return resolvePolicy(app.collections[collection]?.policy);
}

function historyEntry(
  change: Change,
  record: RecordState,
  mutationId: number,
  { principal, request }: PushContext,
): HistoryEntry {
  return {
    stamp: record.stamp,
    collection: change.collection,
    id: change.id,
    op: change.op,
    version: record.version,
    ...(change.fields === undefined ? {} : { fields: change.fields }),
    time: change.time,
    ...(change.times === undefined ? {} : { times: change.times }),
    userId: principal.userId,
    clientId: request.clientId,
    mutationId,
  };
}

function changedRecords(
  after: ReadonlyMap<string, RecordState>,
  before: ReadonlyMap<string, RecordState>,
): RecordState[] {
  const changed: RecordState[] = [];
  for (const [key, record] of after) if (before.get(key) !== record) changed.push(record);
  return changed;
}
