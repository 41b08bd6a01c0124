// What all local stores do alike: how a page changes records, and how entries are numbered anew.

import {
  type ClockState,
  type GoneRecord,
  type Mutation,
  recordKeyToText,
  SynclineError,
  type WireChange,
  type WireRecord,
} from "@syncline/core";
import type { Applied, GiveBack, MutationDraft, OutboxEntry, SpaceState } from "./port.ts";

/** Beyond so many keys, whoever watches reads the collection anew. */
const MAX_KEYS = 10_000;

export function isGone(change: WireChange): change is GoneRecord {
  return "gone" in change;
}

export function newSpaceState(space: string): SpaceState {
  return { space, cursor: null, scope: "all", nextMutation: 1, digests: {}, staged: null };
}

/**
 * The record to keep when one arrives. A deleted record keeps the fields that the device last saw, so
 * that a restore made offline can show them.
 */
export function recordToKeep(arrived: WireRecord, held: WireRecord | undefined): WireRecord {
  if (arrived.deleted !== true || arrived.fields !== undefined || held?.fields === undefined)
    return arrived;
  return { ...arrived, fields: held.fields };
}

/** Collects what changed, for those who watch. */
export function createChangeList() {
  const keys = new Map<string, { readonly collection: string; readonly id: string }>();
  const collections = new Set<string>();
  const gone: GoneRecord[] = [];
  let tooMany = false;
  return {
    add(change: { readonly collection: string; readonly id: string } | GoneRecord) {
      const { collection, id } = change;
      collections.add(collection);
      if ("gone" in change) gone.push(change);
      if (keys.size < MAX_KEYS) keys.set(recordKeyToText(change), { collection, id });
      else tooMany = true;
    },
    addCollection(collection: string) {
      collections.add(collection);
      tooMany = true;
    },
    result: (): Applied => ({
      keys: tooMany ? null : [...keys.values()],
      collections: [...collections],
      gone,
    }),
  };
}

/** The entries that drafts become, numbered in their order. */
export function entriesOf(drafts: readonly MutationDraft[], from: number): OutboxEntry[] {
  return drafts.map((draft, i) => entryOf(draft, from + i));
}

/** The outbox under a new client id: numbered from 1, to be sent anew. Times keep the id of who wrote them. */
export function renumbered(entries: readonly OutboxEntry[]): OutboxEntry[] {
  return entries.map((entry, index) => ({
    ...entry,
    state: "queued",
    mutation: { ...entry.mutation, id: index + 1 } satisfies Mutation,
  }));
}

/** The outbox with the entries from `from` on numbered without gaps. */
export function withoutGaps(entries: readonly OutboxEntry[], from: number): OutboxEntry[] {
  let next = from;
  return entries.map((entry) =>
    entry.mutation.id < from ? entry : { ...entry, mutation: { ...entry.mutation, id: next++ } },
  );
}

/** The later of two readings of the device's clock. */
export function laterClock(a: ClockState, b: ClockState): ClockState {
  return b.ms > a.ms || (b.ms === a.ms && b.counter > a.counter) ? b : a;
}

/** Who appends next to a space, and since when. */
export interface Turn<Holder> {
  readonly holder: Holder;
  readonly atMs: number;
}

/** So long others wait for who was refused: it may have ended. */
const TURN_MS = 3_000;

/**
 * Whether an instance may append: who was refused because another was faster is next, however busy that one is.
 * @param isCurrent it has made its drafts from what is there
 * @returns the turn that there is from now on, if any
 */
export function takeTurn<Holder>(
  turn: Turn<Holder> | undefined,
  self: Holder,
  isCurrent: boolean,
  nowMs: number,
): { readonly may: boolean; readonly turn: Turn<Holder> | undefined } {
  const isOthers =
    turn !== undefined && turn.holder !== self && Math.abs(nowMs - turn.atMs) < TURN_MS;
  if (isOthers) return { may: false, turn };
  return isCurrent
    ? { may: true, turn: undefined }
    : { may: false, turn: { holder: self, atMs: nowMs } };
}

/** What an instance does that has the lead no more. */
export function superseded(): SynclineError {
  return new SynclineError("superseded");
}

/** Whether a delta that covers mutations up to `lastMutation` settles the entry. */
export function isSettled({ state, mutation }: OutboxEntry, lastMutation: number): boolean {
  return state === "committed" && mutation.id <= lastMutation;
}

/** Nothing is kept of a space that is read anew, but what is there. */
export const NOTHING: GiveBack = { drafts: [], inbox: [] };

/** A draft as it waits in the outbox. */
export function entryOf(
  { seen, changes, createdAtMs, recovered, key }: MutationDraft,
  id: number,
): OutboxEntry {
  const mutation = { id, seen, changes, ...(recovered === true ? { recovered } : {}) };
  const entry: OutboxEntry = { mutation, state: "queued", createdAtMs, attempts: 0 };
  return key === undefined ? entry : { ...entry, key };
}
