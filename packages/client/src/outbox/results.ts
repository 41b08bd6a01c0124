// What becomes of mutations that the server has answered.

import {
  type Change,
  canonicalJson,
  type ErrorBody,
  type Fields,
  type FirstResult,
  type MergePolicy,
  type Mutation,
  type MutationResult,
  type RecordKey,
  recordKeyToText,
  SynclineError,
  type WireRecord,
} from "@syncline/core";
import type { AnyCollection } from "../collections/definition.ts";
import type { Environment } from "../environment.ts";
import type { ClientEvent } from "../events.ts";
import type { InboxEntry, LocalStore, OutboxEntry } from "../store/port.ts";
import { APPLIED, type WriteOutcome } from "./appended.ts";
import type { Undecided } from "./conflicts.ts";
import { type OpenInbox, toError } from "./inbox.ts";
import type { Pending, PendingEntry } from "./pending.ts";

export interface ResultOptions {
  readonly space: string;
  readonly store: LocalStore;
  readonly pending: Pending;
  readonly inbox: OpenInbox;
  readonly environment: Environment;
  definitionOf(collection: string): AnyCollection;
  policyOf(collection: string): MergePolicy;
  refresh(keys: readonly RecordKey[]): Promise<void>;
  emit(event: ClientEvent): void;
}

type Refusal = Exclude<FirstResult, { status: "applied" }>;

/** A mutation on its way to the inbox. */
interface Failure {
  readonly entry: PendingEntry;
  readonly reason: InboxEntry["reason"];
  readonly error: ErrorBody;
  readonly current: InboxEntry["current"];
  /** The app's rule is asked before the user is. */
  readonly decidable: boolean;
}

const BUILT_ON_REFUSED: ErrorBody = {
  code: "conflict",
  message: "The write that this one was made on was refused.",
};

/**
 * Takes results up. Runs in turn with the app's writes.
 * @returns the conflicts that the app's rule is to decide; they are in the inbox already, and shown until then
 */
export async function takeResults(
  results: readonly MutationResult[],
  options: ResultOptions,
): Promise<Undecided[]> {
  const { space, store, pending } = options;
  const byId = new Map(results.map((result) => [result.id, firstOf(result)]));
  const applied: { readonly entry: PendingEntry; readonly outcome: WriteOutcome }[] = [];
  const failures: Failure[] = [];
  const failed = new Map<string, { readonly decidable: boolean }>();
  const untried: PendingEntry[] = [];
  for (const entry of pending.entries()) {
    const { mutation, state } = entry.entry;
    if (entry.refused || state === "committed") continue;
    const answered = byId.get(mutation.id);
    const result =
      answered && saysTheSame(mutation, answered)
        ? ({ id: mutation.id, status: "applied" } satisfies FirstResult as FirstResult)
        : answered;
    if (result?.status === "applied") {
      const { superseded = [] } = result;
      const outcome: WriteOutcome =
        superseded.length === 0 ? APPLIED : { status: "superseded", records: superseded };
      applied.push({ entry, outcome });
      continue;
    }
    const root = versionedKeys(mutation.changes, options)
      .map((key) => failed.get(key))
      .find((found) => found !== undefined);
    if (result === undefined) {
      // It was made on a write that is refused now. Sent later, it could meet a version that happens to fit.
      if (root === undefined) continue;
      untried.push(entry);
    }
    const failure =
      result === undefined
        ? dependent(entry, BUILT_ON_REFUSED, [])
        : failureOf(entry, result, root !== undefined);
    const decidable =
      (root?.decidable ?? true) && failure.error.code === "conflict" && isDecidable(entry, options);
    failures.push({ ...failure, decidable });
    for (const key of versionedKeys(mutation.changes, options)) failed.set(key, { decidable });
  }
  if (applied.length > 0) {
    const ids = applied.map(({ entry }) => entry.entry.mutation.id);
    await store.markOutbox(space, ids, "committed");
    pending.mark(ids, "committed");
    for (const { entry, outcome } of applied) {
      entry.settle?.resolve(outcome);
      if (outcome.status === "superseded")
        options.emit({ type: "superseded", space, entry: entry.entry, records: outcome.records });
    }
  }
  return failures.length === 0 ? [] : await park(failures, untried, options);
}

/** Refuses mutations that the server has not taken a number for, and those that were made on them. */
export async function refuseUntried(
  isRefused: (entry: OutboxEntry) => boolean,
  error: ErrorBody,
  options: ResultOptions,
): Promise<Undecided[]> {
  const { pending } = options;
  const failures: Failure[] = [];
  const failed = new Set<string>();
  for (const entry of pending.entries()) {
    const { mutation, state } = entry.entry;
    if (entry.refused || state === "committed") continue;
    const keys = versionedKeys(mutation.changes, options);
    if (isRefused(entry.entry))
      failures.push({ entry, reason: reasonOf(error), error, current: [], decidable: false });
    else if (keys.some((key) => failed.has(key)))
      failures.push({ ...dependent(entry, BUILT_ON_REFUSED, []), decidable: false });
    else continue;
    for (const key of keys) failed.add(key);
  }
  const untried = failures.map(({ entry }) => entry);
  return failures.length === 0 ? [] : await park(failures, untried, options);
}

/** Whether it was the mutation that was refused, or its user. */
function reasonOf({ code, path }: ErrorBody): InboxEntry["reason"] {
  return code === "forbidden" && path === "space" ? "revoked" : "rejected";
}

async function park(
  failures: readonly Failure[],
  untried: readonly PendingEntry[],
  options: ResultOptions,
): Promise<Undecided[]> {
  const { space, store, pending, inbox } = options;
  const parkedAtMs = options.environment.now();
  const parked = await inbox.park(
    failures.map(({ entry, reason, error, current }) => ({
      mutation: entry.entry.mutation,
      reason,
      error,
      current,
      parkedAtMs,
    })),
  );
  const undecided: Undecided[] = [];
  const given = new Set<PendingEntry>();
  for (const [index, { entry, error, decidable }] of failures.entries()) {
    const inInbox = parked[index];
    if (decidable && inInbox !== undefined) {
      entry.refused = true;
      undecided.push({ pending: entry, parked: inInbox });
    } else {
      given.add(entry);
      entry.settle?.reject(toError(error));
    }
  }
  pending.remove((entry) => given.has(entry));
  const [first] = untried;
  // The server waits for the number that the first of them bore: those behind take it over.
  if (first !== undefined) pending.reload(await store.closeGaps(space, first.entry.mutation.id));
  await options.refresh([...given].flatMap(({ entry }) => entry.mutation.changes));
  return undecided;
}

/** What was given back after a restore, and another device was faster: there is nothing to decide. */
function saysTheSame({ recovered, changes }: Mutation, result: FirstResult): boolean {
  if (recovered !== true || result.status !== "conflict") return false;
  return result.conflicts.every(({ collection, id, current }) => {
    const change = changes.find((one) => one.collection === collection && one.id === id);
    const fields = current?.fields as Fields | undefined; // JSON, as the transport checked it
    return fields !== undefined && canonicalJson(fields) === canonicalJson(change?.fields ?? {});
  });
}

function firstOf(result: MutationResult): FirstResult {
  return result.status === "duplicate" ? result.result : result;
}

function failureOf(
  entry: PendingEntry,
  result: Refusal,
  onRefused: boolean,
): Omit<Failure, "decidable"> {
  const error: ErrorBody =
    result.status === "conflict" ? new SynclineError("conflict").toBody() : { ...result.error };
  const current =
    result.status === "conflict"
      ? result.conflicts.map(({ collection, id, current: record }) => ({
          collection,
          id,
          record: record as WireRecord | null, // the protocol's record, as the transport checked it
        }))
      : [];
  if (onRefused) return dependent(entry, error, current);
  const reason = result.status === "conflict" ? "conflict" : "rejected";
  return { entry, reason, error, current };
}

function dependent(
  entry: PendingEntry,
  error: ErrorBody,
  current: InboxEntry["current"],
): Omit<Failure, "decidable"> {
  return { entry, reason: "dependent", error, current };
}

/** A choice speaks for one record; a mutation of several is for the user to decide. */
function isDecidable({ entry }: PendingEntry, { definitionOf }: ResultOptions): boolean {
  const [change, ...more] = entry.mutation.changes;
  if (change === undefined || more.length > 0) return false;
  return definitionOf(change.collection).onConflict !== undefined;
}

function versionedKeys(changes: readonly Change[], { policyOf }: ResultOptions): string[] {
  return changes
    .filter(({ collection }) => policyOf(collection).name === "versioned")
    .map(recordKeyToText);
}
