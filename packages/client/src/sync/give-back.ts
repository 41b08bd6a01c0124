// After a restore of the server: what this device holds and the server has lost, given back or let go of.

import {
  type Change,
  type MergePolicy,
  type Restored,
  SynclineError,
  type WireRecord,
} from "@syncline/core";
import type { InboxEntry, LocalStore, MutationDraft } from "../store/port.ts";

export interface GiveBackOptions {
  readonly space: string;
  readonly store: LocalStore;
  readonly environment: { now(): number };
  policyOf(collection: string): MergePolicy;
}

/** What became of the records that the server has no more. */
export interface GivenBack {
  readonly lost: readonly WireRecord[];
  /** How many are on their way to the server. */
  readonly offered: number;
  /** How many wait in the inbox, because nobody but the user can say what to do. */
  readonly parked: number;
}

/**
 * Sets the space back to be read anew. With `offer`, what was lost is put into the outbox in the same step: a crash
 * loses nothing, and offering twice changes nothing, because each field keeps its time. Runs in turn.
 */
export async function giveBack(
  { upTo, devices }: Restored,
  { space, store, environment, policyOf }: GiveBackOptions,
): Promise<GivenBack> {
  const lost = await store.newerThan(space, upTo);
  const drafts: MutationDraft[] = [];
  const inbox: Omit<InboxEntry, "id">[] = [];
  const atMs = environment.now();
  for (const record of devices === "offer" ? lost : []) {
    const changes = offerOf(record, policyOf(record.collection).name);
    if (changes !== undefined)
      drafts.push({ seen: null, changes, createdAtMs: atMs, recovered: true });
    else inbox.push(parkedOf(record, atMs));
  }
  await store.restart(space, { drafts, inbox });
  return { lost, offered: drafts.length, parked: inbox.length };
}

/** What makes the record again, merged by its own times; undefined where it cannot be merged by itself. */
function offerOf(record: WireRecord, policy: string): Change[] | undefined {
  const { collection, id, time, times, mark, fields } = record;
  const about = { collection, id, time };
  if (record.deleted === true) return policy === "lww" ? [{ ...about, op: "delete" }] : undefined;
  if (fields === undefined) return undefined;
  switch (policy) {
    case "lww": {
      const put: Change = {
        ...about,
        op: "put",
        fields,
        ...(times === undefined ? {} : { times }),
      };
      return mark === undefined ? [put] : [put, { ...about, op: "restore", time: mark }];
    }
    case "log":
      return [{ ...about, op: "put", fields }];
    case "versioned":
      // It stands where there is none; another version is a conflict, with both sides.
      return [{ ...about, op: "put", fields, baseVersion: 0 }];
    default:
      return undefined;
  }
}

function parkedOf(record: WireRecord, parkedAtMs: number): Omit<InboxEntry, "id"> {
  const { collection, id, time, fields } = record;
  const change: Change =
    fields === undefined
      ? { collection, id, time, op: "delete" }
      : { collection, id, time, op: "put", fields };
  const error = new SynclineError(
    "reset",
    "The server was restored from a backup that does not hold this.",
  ).toBody();
  // It has no number: it is no mutation that was ever to be sent.
  const mutation = { id: 0, seen: null, changes: [change] };
  return { mutation, reason: "restored", error, current: [], parkedAtMs };
}
