// Merge, one mutation: all of its changes become part of the push, or none.

import {
  type Change,
  type ClockState,
  type FirstResult,
  type Limits,
  type MergePolicy,
  type Mutation,
  nextStamp,
  policyByName,
  type RecordState,
  recordKeyToText,
  recordToWire,
  resolvePolicy,
  SynclineError,
  type SyncRequest,
  settleTimes,
} from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { Principal } from "../auth/principal.ts";
import type { HistoryEntry, SpaceHead } from "../store/port.ts";
import { checkMutation, MAX_COLLECTIONS } from "./check-push.ts";
import { checkMerged, checkRecord } from "./check-record.ts";
import { ownValue } from "./own-value.ts";
import { parseReading } from "./reading.ts";
import { settleAsSent } from "./settle-as-sent.ts";
import { itemOf, READ_ACTION, type SpaceRules } from "./space-rules.ts";
import { supersededBy } from "./superseded.ts";

/** What stands before the client id in a time: `2026-11-20T10:05:00.000Z-0003-`. */
const TIME_LENGTH = 30;

export interface PushContext {
  readonly request: SyncRequest;
  readonly principal: Principal;
  readonly app: AppDefinition | undefined;
  readonly limits: Limits;
  readonly wallMs: number;
  /** The space's access rules, where they hold the writer back. */
  readonly rules: SpaceRules | undefined;
  /** Why the writer may write nothing here at all. */
  readonly refused: SynclineError | undefined;
}

/** The state of a push while its mutations are decided one after the other. */
export interface Progress {
  clock: ClockState;
  stamp: number;
  /** Records as they are after the mutations so far; undefined: not there. */
  readonly records: Map<string, RecordState>;
  readonly history: HistoryEntry[];
  /** In an app without a definition: the collections that the space holds, with their policies. */
  readonly collections: Map<string, string>;
}

export interface MutationContext extends Omit<PushContext, "request"> {
  readonly request: Pick<SyncRequest, "clientId">;
  /** True where the client's mutations have no order: its times count as they are. */
  readonly asSent?: true;
  /** Milliseconds to add to the device's times. */
  readonly shiftMs: number;
  readonly epoch: string;
  readonly lineage: SpaceHead["lineage"];
  /** In an app without a definition: how the collections of this push are merged. */
  readonly policies: { readonly [collection: string]: string };
}

/** One mutation while it is decided; nothing of it is part of the progress yet. */
interface Attempt extends MutationContext {
  readonly seenStamp: number;
  /** It was stored before, and lost with a restore. */
  readonly recovered: boolean;
  /** Whether the device said what it had seen. */
  readonly saysSeen: boolean;
  clock: ClockState;
  stamp: number;
  readonly records: Map<string, RecordState>;
  readonly history: HistoryEntry[];
}

/**
 * Decides one mutation and takes it into the progress if it is applied.
 * @param index its place in the push, for paths
 * @throws whatever the app's own code throws; the progress is then as it was
 */
export function decideMutation(
  mutation: Mutation,
  index: number,
  progress: Progress,
  context: MutationContext,
): FirstResult {
  const { id } = mutation;
  const problem =
    refusalAt(index, context) ??
    checkMutation(mutation, index, context.app, context.limits) ??
    checkRoom(mutation, index, progress, context);
  if (problem !== undefined) return { id, status: "rejected", error: problem.toBody() };
  const recovered = mutation.recovered === true;
  const attempt: Attempt = {
    ...context,
    ...(recovered ? { asSent: true } : {}),
    recovered,
    seenStamp: stampSeen(mutation.seen, context),
    saysSeen: mutation.seen !== null,
    clock: progress.clock,
    stamp: progress.stamp,
    records: new Map(),
    history: [],
  };
  const conflicting = new Map<string, Change>();
  const settled: Change[] = [];
  for (const [number, change] of mutation.changes.entries()) {
    if (!mayWrite(change, context)) {
      const error = new SynclineError(
        "forbidden",
        "The rules of this space do not let you do this.",
        {
          path: `mutations.${index}.changes.${number}`,
        },
      );
      return { id, status: "rejected", error: error.toBody() };
    }
    const key = recordKeyToText(change);
    const current = attempt.records.get(key) ?? progress.records.get(key);
    const outcome = decideChange(change, current, attempt);
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
        conflicting.set(key, change);
        break;
      case "unchanged":
        if (outcome.change !== undefined) settled.push(outcome.change);
        break;
      case "written":
        settled.push(outcome.change);
        attempt.stamp = outcome.record.stamp;
        attempt.records.set(key, outcome.record);
        attempt.history.push(historyEntry(outcome.change, outcome.record, mutation, context));
        break;
      default:
        outcome satisfies never;
    }
  }
  if (conflicting.size > 0) {
    return { id, status: "conflict", conflicts: conflictsOf(conflicting, progress, context) };
  }
  for (const [key, record] of attempt.records) progress.records.set(key, record);
  for (const entry of attempt.history) {
    progress.history.push(entry);
    if (context.app === undefined && !progress.collections.has(entry.collection)) {
      progress.collections.set(entry.collection, policyOf(entry.collection, context).name);
    }
  }
  progress.clock = attempt.clock;
  progress.stamp = attempt.stamp;
  // What is given back was told of when it was written.
  const superseded = supersededBy(recovered ? [] : settled, progress.records, {
    clientId: context.request.clientId,
    policyOf: (collection) => policyOf(collection, context),
  }).filter((lost) => mayRead(lost.collection, lost.id, context));
  return { id, status: "applied", ...(superseded.length === 0 ? {} : { superseded }) };
}

function refusalAt(
  index: number,
  { refused }: Pick<MutationContext, "refused">,
): SynclineError | undefined {
  if (refused === undefined) return undefined;
  return new SynclineError(refused.code, refused.message, { path: `mutations.${index}` });
}

function mayWrite(change: Change, { rules, app, principal }: MutationContext): boolean {
  if (rules === undefined) return true;
  const about = app?.rules?.about?.(change) ?? {
    item: itemOf(change.collection, change.id),
    action: change.op,
  };
  return rules.decide({ user: principal.userId, ...about }) === "allow";
}

/** Nobody is told by a conflict, or by what is made of a record, what the rules do not let them read. */
export function mayRead(
  collection: string,
  id: string,
  { rules, app, principal }: Pick<MutationContext, "rules" | "app" | "principal">,
): boolean {
  if (rules === undefined || app?.rules?.reads === false) return true;
  const question = { user: principal.userId, item: itemOf(collection, id), action: READ_ACTION };
  return rules.decide(question) === "allow";
}

/** What a space of an app without a definition may hold is bounded: its row lists its collections. */
function checkRoom(
  { changes }: Mutation,
  index: number,
  { collections }: Progress,
  { app }: MutationContext,
): SynclineError | undefined {
  if (app !== undefined) return undefined;
  const added = new Set<string>();
  for (const [number, { collection }] of changes.entries()) {
    if (collections.has(collection)) continue;
    added.add(collection);
    if (collections.size + added.size > MAX_COLLECTIONS) {
      return new SynclineError(
        "too_large",
        `A space holds at most ${MAX_COLLECTIONS} collections.`,
        {
          path: `mutations.${index}.changes.${number}.collection`,
        },
      );
    }
  }
  return undefined;
}

/** The stamp that the device had seen; of another history, only what this one has of it. */
function stampSeen(
  seen: string | null,
  { epoch, lineage }: Pick<SpaceHead, "epoch" | "lineage">,
): number {
  if (seen === null) return 0;
  const cursor = parseReading(seen);
  if (cursor.epoch === epoch) return cursor.stamp;
  const left = lineage.find((one) => one.epoch === cursor.epoch);
  return left === undefined ? 0 : Math.min(cursor.stamp, left.upTo);
}

/**
 * The records that the changes conflict with, as they are on the server. Bounded like a page: what is left
 * out arrives with the delta, as all of them do.
 */
function conflictsOf(
  conflicting: ReadonlyMap<string, Change>,
  progress: Progress,
  context: MutationContext,
): Extract<FirstResult, { status: "conflict" }>["conflicts"] {
  const { limits } = context;
  const conflicts: Extract<FirstResult, { status: "conflict" }>["conflicts"] = [];
  let bytes = 0;
  for (const [key, { collection, id }] of conflicting) {
    const record = progress.records.get(key);
    const hidden = record === undefined || !mayRead(collection, id, context);
    const current = hidden ? null : recordToWire(record);
    bytes += JSON.stringify(current).length;
    if (bytes > limits.pageBytes && conflicts.length > 0) break;
    conflicts.push({ collection, id, current });
  }
  return conflicts;
}

type ChangeOutcome =
  | { readonly type: "written"; readonly record: RecordState; readonly change: Change }
  | { readonly type: "unchanged"; readonly change?: Change }
  | { readonly type: "conflict" }
  | { readonly type: "rejected"; readonly error: SynclineError };

/** Merges one change; moves the attempt's clock. */
function decideChange(
  sent: Change,
  current: RecordState | undefined,
  attempt: Attempt,
): ChangeOutcome {
  const policy = policyOf(sent.collection, attempt);
  if (current === undefined && removedForGood(sent, policy)) {
    if (sent.op === "delete") return { type: "unchanged" };
    return {
      type: "rejected",
      error: new SynclineError("not_found", "The record was deleted, and is gone for good."),
    };
  }
  if (policy.name === "versioned" && current !== undefined && !isKnown(current, attempt)) {
    return { type: "conflict" };
  }
  const { change, clock } = attempt.asSent
    ? settleAsSent(sent, {
        ...attempt,
        clientId: attempt.request.clientId,
        stored: attempt.recovered,
      })
    : settleTimes(sent, current, {
        clientId: attempt.request.clientId,
        shiftMs: attempt.shiftMs,
        seenStamp: attempt.seenStamp,
        clock: attempt.clock,
        wallMs: attempt.wallMs,
      });
  attempt.clock = clock;
  const stamp = nextStamp(attempt.stamp, attempt.wallMs);
  const outcome = policy.merge(current, change, { stamp, userId: attempt.principal.userId });
  if (outcome.type === "unchanged") return { type: "unchanged", change };
  if (outcome.type !== "written") return outcome;
  const { record } = outcome;
  const expected = {
    collection: change.collection,
    id: change.id,
    version: (current?.version ?? 0) + 1,
    stamp,
    createdStamp: current?.createdStamp ?? stamp,
  };
  const error =
    checkMerged(record, expected, policy, attempt.limits) ?? checkRecord(record, change, attempt);
  return error === undefined ? { type: "written", record, change } : { type: "rejected", error };
}

/**
 * Whether the device can have made its change from this state: it had seen it, or wrote it itself. The
 * version alone does not tell, because a device counts its pending changes: the version that one of them was
 * to produce may have been produced by somebody else. Who does not say what they saw is taken at their word.
 */
function isKnown(current: RecordState, { saysSeen, seenStamp, request }: Attempt): boolean {
  if (!saysSeen || current.stamp <= seenStamp) return true;
  return current.registers.base?.time.slice(TIME_LENGTH) === request.clientId;
}

/** The device knew the record from the server, and the server has not even its tombstone any more. */
function removedForGood(change: Change, policy: MergePolicy): boolean {
  return (change.baseVersion ?? 0) > 0 && policy.name !== "versioned";
}

function policyOf(collection: string, { app, policies }: MutationContext): MergePolicy {
  if (app !== undefined) return resolvePolicy(ownValue(app.collections, collection)?.policy);
  return policyByName(ownValue(policies, collection) ?? "lww") ?? resolvePolicy("lww");
}

function historyEntry(
  change: Change,
  record: RecordState,
  { id: mutationId, recovered }: Mutation,
  { principal, request }: MutationContext,
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
    ...(recovered === true ? { recovered } : {}),
  };
}
