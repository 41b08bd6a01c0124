// What becomes of mutations that the server has answered.

import {
  type Change,
  type ErrorBody,
  type FirstResult,
  type MergePolicy,
  type MutationResult,
  type RecordKey,
  type RecordState,
  recordKeyToText,
  SynclineError,
  type WireRecord,
} from "@syncline/core";
import type { AnyCollection, Conflict, ConflictChoice } from "../collections/definition.ts";
import { rowOf, viewOf } from "../collections/view.ts";
import type { Environment } from "../environment.ts";
import type { ClientEvent } from "../events.ts";
import type { DraftView, Write } from "../space-client.ts";
import type { InboxEntry, LocalStore } from "../store/port.ts";
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
  view(key: RecordKey): Promise<RecordState | undefined>;
  write(fill: (draft: DraftView) => void | Promise<void>): Write;
  refresh(keys: readonly RecordKey[]): Promise<void>;
  emit(event: ClientEvent): void;
}

/** A conflict that the app's rule is to decide: parked already, so that a crash leaves it in the inbox. */
interface Undecided {
  readonly pending: PendingEntry;
  readonly parked: InboxEntry;
}

export function createResultTaker(options: ResultOptions) {
  const { space, store, pending, inbox, emit } = options;
  const undecided: Undecided[] = [];

  /** Takes results up. Runs in turn with the app's writes. */
  async function take(results: readonly MutationResult[]): Promise<void> {
    const byId = new Map(
      pending
        .entries()
        .filter(({ refused }) => !refused)
        .map((entry) => [entry.entry.mutation.id, entry]),
    );
    const committed: number[] = [];
    for (const result of results) {
      const entry = byId.get(result.id);
      if (entry === undefined) continue;
      const first: FirstResult = result.status === "duplicate" ? result.result : result;
      if (first.status === "applied") {
        committed.push(result.id);
        entry.entry = { ...entry.entry, state: "committed" };
        entry.settle?.resolve();
      } else {
        await refuse(entry, first);
      }
    }
    if (committed.length > 0) await store.markOutbox(space, committed, "committed");
  }

  async function refuse(
    entry: PendingEntry,
    result: Exclude<FirstResult, { status: "applied" }>,
  ): Promise<void> {
    const { mutation } = entry.entry;
    const current = result.status === "conflict" ? result.conflicts : [];
    const error: ErrorBody =
      result.status === "conflict" ? new SynclineError("conflict").toBody() : { ...result.error };
    const reason =
      result.status === "rejected"
        ? "rejected"
        : dependsOnParked(mutation.changes)
          ? "dependent"
          : "conflict";
    const [parked] = await inbox.park([
      {
        mutation,
        reason,
        error,
        current: current.map(({ collection, id, current: record }) => ({
          collection,
          id,
          record: record as WireRecord | null, // the protocol's record, as the transport checked it
        })),
        parkedAtMs: options.environment.now(),
      },
    ]);
    const decidable =
      result.status === "conflict" &&
      mutation.changes.some(
        ({ collection }) => options.definitionOf(collection).onConflict !== undefined,
      );
    if (decidable && parked !== undefined) {
      // Shown until it is decided: an edit does not flicker away and back.
      entry.refused = true;
      undecided.push({ pending: entry, parked });
      return;
    }
    pending.remove((other) => other === entry);
    entry.settle?.reject(toError(error));
    await options.refresh(mutation.changes);
  }

  /** Whether an earlier mutation of the same records waits in the inbox because of a conflict. */
  function dependsOnParked(changes: readonly Change[]): boolean {
    const keys = new Set(changes.map(recordKeyToText));
    return inbox
      .getSnapshot()
      .some(
        ({ reason, mutation }) =>
          reason !== "rejected" &&
          mutation.changes.some((change) => keys.has(recordKeyToText(change))),
      );
  }

  /** Asks the app about conflicts, after the server's records have arrived. */
  async function resolve(): Promise<void> {
    for (const one of undecided.splice(0)) {
      const choice = await choose(one);
      if (choice === "theirs") await giveUp(one);
      else if (choice === "park") await leaveParked(one);
      else await rebase(one, choice);
    }
  }

  async function choose({ parked }: Undecided): Promise<ConflictChoice<unknown>> {
    const [change] = parked.mutation.changes.filter(
      ({ collection }) => options.definitionOf(collection).onConflict !== undefined,
    );
    // A choice speaks for one record; a mutation of several is for the user to decide.
    if (change === undefined || parked.mutation.changes.length > 1) return "park";
    const server = await store.get(space, change.collection, change.id);
    const policy = options.policyOf(change.collection);
    const conflict: Conflict<unknown> = {
      id: change.id,
      mine: rowOf(viewOf(server, [change], policy)) ?? null,
      theirs: rowOf(viewOf(server, [], policy)) ?? null,
      change,
    };
    try {
      return (await options.definitionOf(change.collection).onConflict?.(conflict)) ?? "park";
    } catch (thrown) {
      emit({ type: "failed", what: "onConflict", thrown });
      return "park";
    }
  }

  async function rebase(
    { pending: entry, parked }: Undecided,
    choice: "mine" | { readonly merge: object },
  ): Promise<void> {
    const write = options.write((draft) => {
      // In the same turn: the old write goes and the new one comes, and nobody sees anything in between.
      pending.remove((other) => other === entry);
      for (const change of parked.mutation.changes) {
        const { collection, id, op } = change;
        if (choice === "mine") {
          draft.add({
            collection,
            id,
            op,
            ...(change.fields === undefined ? {} : { fields: change.fields }),
          });
        } else {
          draft.add({ collection, id, op: "patch", fields: { ...choice.merge } });
        }
      }
    });
    try {
      await write.local;
    } catch (thrown) {
      // It does not fit what the server has now, for example a record that is gone: the user decides.
      emit({ type: "failed", what: "onConflict", thrown });
      await leaveParked({ pending: entry, parked });
      return;
    }
    write.synced.then(
      () => entry.settle?.resolve(),
      (error: SynclineError) => entry.settle?.reject(error),
    );
    await inbox.remove(parked.id);
    emit({ type: "rebased", space, entry: parked });
  }

  async function giveUp({ pending: entry, parked }: Undecided): Promise<void> {
    pending.remove((other) => other === entry);
    await inbox.remove(parked.id);
    entry.settle?.reject(toError(parked.error));
    emit({ type: "discarded", space, entry: parked });
    await options.refresh(parked.mutation.changes);
  }

  async function leaveParked({ pending: entry, parked }: Undecided): Promise<void> {
    pending.remove((other) => other === entry);
    entry.settle?.reject(toError(parked.error));
    await options.refresh(parked.mutation.changes);
  }

  return { take, resolve };
}
