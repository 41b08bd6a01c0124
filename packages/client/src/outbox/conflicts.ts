// Conflicts that the app's rule decides: its choice is made from what the server has now, and sent as a new mutation.

import {
  type Change,
  type Fields,
  type MergePolicy,
  type RecordKey,
  recordKeyToText,
  type SynclineError,
} from "@syncline/core";
import type { AnyCollection, Conflict, ConflictChoice } from "../collections/definition.ts";
import { rowOf, viewOf } from "../collections/view.ts";
import type { ClientEvent } from "../events.ts";
import type { InboxEntry, LocalStore } from "../store/port.ts";
import type { Serial } from "../sync/serial.ts";
import { type OpenInbox, toError } from "./inbox.ts";
import type { Intent } from "./intent.ts";
import { makeIntent } from "./intent.ts";
import type { Pending, PendingEntry } from "./pending.ts";
import type { Write } from "./writer.ts";

/** A conflict that the app's rule is to decide: parked already, so that a crash leaves it in the inbox. */
export interface Undecided {
  readonly pending: PendingEntry;
  readonly parked: InboxEntry;
}

export interface ConflictOptions {
  readonly space: string;
  readonly store: LocalStore;
  readonly pending: Pending;
  readonly inbox: OpenInbox;
  readonly serial: Serial;
  definitionOf(collection: string): AnyCollection;
  policyOf(collection: string): MergePolicy;
  /** One mutation of the intents that `build` gives when its turn has come. */
  rewrite(build: () => readonly Intent[], instead: PendingEntry): Write;
  refresh(keys: readonly RecordKey[]): Promise<void>;
  emit(event: ClientEvent): void;
}

/** Asks the app about conflicts, oldest first, after the server's records have arrived. */
export async function resolveConflicts(
  undecided: readonly Undecided[],
  options: ConflictOptions,
  signal: AbortSignal,
): Promise<void> {
  const left = new Set<string>();
  for (const one of undecided) {
    const [change] = one.parked.mutation.changes;
    if (change === undefined) continue;
    const key = recordKeyToText(change);
    const open = options.inbox.getSnapshot().some(({ id }) => id === one.parked.id);
    const { choice, conflict } =
      left.has(key) || !open
        ? { choice: "park" as const, conflict: undefined }
        : await choose(change, options, signal);
    if (conflict === undefined || choice === "park") {
      // What was made on it stays with it; and what the user has dealt with meanwhile is not asked about.
      if (open) left.add(key);
      await leaveParked(one, options);
    } else if (choice === "theirs") {
      await giveUp(one, options);
    } else {
      await rebase(one, { choice, change, conflict }, options);
    }
  }
}

async function choose(
  change: Change,
  { space, store, pending, serial, definitionOf, policyOf, emit }: ConflictOptions,
  signal: AbortSignal,
): Promise<{
  readonly choice: ConflictChoice<unknown>;
  readonly conflict: Conflict<unknown> | undefined;
}> {
  const policy = policyOf(change.collection);
  const conflict = await serial.run(async (): Promise<Conflict<unknown>> => {
    const server = await store.get(space, change.collection, change.id);
    return {
      id: change.id,
      mine: rowOf(viewOf(server, pending.changesOf(change), policy)) ?? null,
      theirs: rowOf(viewOf(server, [], policy)) ?? null,
      change,
    };
  });
  try {
    const asked = Promise.resolve(definitionOf(change.collection).onConflict?.(conflict));
    return { choice: (await orAborted(asked, signal)) ?? "park", conflict };
  } catch (thrown) {
    if (!signal.aborted) emit({ type: "failed", what: "onConflict", thrown });
    return { choice: "park", conflict };
  }
}

async function rebase(
  one: Undecided,
  decision: {
    readonly choice: "mine" | { readonly merge: object };
    readonly change: Change;
    readonly conflict: Conflict<unknown>;
  },
  options: ConflictOptions,
): Promise<void> {
  const { space, pending, inbox, serial, emit } = options;
  const entry = one.pending;
  const write = options.rewrite(() => {
    // In the same turn: the old write goes and the new one comes, and nobody sees anything in between.
    pending.remove((other) => other === entry);
    const intent = intentOf(decision);
    const left = intent && withoutLater(intent, laterThan(decision.change, pending));
    return left === undefined ? [] : [left];
  }, entry);
  try {
    await write.local;
  } catch (thrown) {
    // It does not fit what the server has now, for example a record that is gone: the user decides.
    emit({ type: "failed", what: "onConflict", thrown });
    await leaveParked(one, options);
    return;
  }
  write.synced.then(
    (outcome) => entry.settle?.resolve(outcome),
    (error: SynclineError) => entry.settle?.reject(error),
  );
  await serial.run(() => inbox.remove(one.parked.id));
  emit({ type: "rebased", space, entry: one.parked });
}

/** What the choice wants of the record. */
function intentOf({
  choice,
  change,
  conflict: { mine, theirs },
}: {
  readonly choice: "mine" | { readonly merge: object };
  readonly change: Change;
  readonly conflict: Conflict<unknown>;
}): Intent | undefined {
  if (choice === "mine" && !(theirs === null && change.op === "patch" && mine !== null))
    return {
      collection: change.collection,
      id: change.id,
      op: change.op,
      ...(change.fields === undefined ? {} : { fields: change.fields }),
    };
  const { id: _id, ...whole } = { ...mine };
  const fields = choice === "mine" ? whole : choice.merge;
  if (theirs !== null) return makeIntent(change, "patch", fields);
  // The record is gone on the server: it is made again.
  return makeIntent(change, "put", { ...whole, ...fields });
}

/** Writes that were made on top of the conflicting one while it was being decided about. */
function laterThan(change: Change, pending: Pending): readonly Change[] {
  const key = recordKeyToText(change);
  return pending
    .entries()
    .filter(({ refused, rewritten }) => !refused && !rewritten)
    .flatMap(({ entry }) => entry.mutation.changes)
    .filter((other) => recordKeyToText(other) === key && other.time > change.time);
}

/** The new mutation comes after those, so it leaves to them what they say; undefined: there is nothing left. */
function withoutLater(intent: Intent, later: readonly Change[]): Intent | undefined {
  if (later.some(({ op }) => op !== "patch")) return undefined;
  if (intent.fields === undefined) return intent;
  const said = new Set(later.flatMap(({ fields }) => Object.keys(fields ?? {})));
  const fields: Fields = Object.fromEntries(
    Object.entries(intent.fields).filter(([name]) => !said.has(name)),
  );
  return said.size > 0 && Object.keys(fields).length === 0 ? undefined : { ...intent, fields };
}

async function giveUp(one: Undecided, options: ConflictOptions): Promise<void> {
  await letGo(one, options, true);
  options.emit({ type: "discarded", space: options.space, entry: one.parked });
}

async function leaveParked(one: Undecided, options: ConflictOptions): Promise<void> {
  await letGo(one, options, false);
}

async function letGo(
  { pending: entry, parked }: Undecided,
  { pending, inbox, serial, refresh }: ConflictOptions,
  discard: boolean,
): Promise<void> {
  await serial.run(async () => {
    if (discard) await inbox.remove(parked.id);
    pending.remove((other) => other === entry);
    entry.settle?.reject(toError(parked.error));
    await refresh(parked.mutation.changes);
  });
}

/** Waits for the app's answer, unless the client is closed meanwhile. */
function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
