// What is to be decided: writes of this device that the server has refused, beside what is there now.

import type { InboxEntry } from "@syncline/client";
import { differingGroups, type Fields, type GroupName } from "./field-groups.ts";

type Change = InboxEntry["mutation"]["changes"][number];

/** What this device wanted of one record, all of its refused writes together. */
export interface Wanted {
  readonly collection: string;
  readonly id: string;
  /** `put` has all fields; `patch` those that were changed. */
  readonly op: "put" | "patch" | "delete" | "restore";
  readonly fields: Fields;
}

/** A record of which there are two versions. */
export interface Difference {
  readonly wanted: Wanted;
  /** As it is now, by everybody else; undefined: it is deleted there, or never was. */
  readonly theirs: Fields | undefined;
  /** Where the two differ; none where one of them is a deletion. */
  readonly groups: readonly GroupName[];
}

/** One thing for the person to decide. */
export interface Decision {
  /** The entries of the inbox that it settles. */
  readonly ids: readonly number[];
  /** `two_versions`: somebody else changed the same. `refused`: the server does not take it. */
  readonly kind: "two_versions" | "refused";
  readonly entries: readonly InboxEntry[];
  readonly wanted: readonly Wanted[];
  /** What really differs; what is the same on both sides is not asked about. */
  readonly differences: readonly Difference[];
  /** When each version was written, in milliseconds since 1970; null where it is not known. */
  readonly mineAtMs: number | null;
  readonly theirsAtMs: number | null;
}

/** Gives the fields of a record as they are on the device now; undefined: it is not there. */
export type Look = (collection: string, id: string) => Fields | undefined;

/** Refused writes to one record are one decision; a mutation of several records is one of its own. */
export function decisionsOf(inbox: readonly InboxEntry[], look: Look): readonly Decision[] {
  const gathered = new Map<string, InboxEntry[]>();
  for (const entry of inbox) {
    const keys = new Set(entry.mutation.changes.map(keyOf));
    const [only] = keys;
    const name = keys.size === 1 && only !== undefined ? only : `entry ${entry.id}`;
    const held = gathered.get(name);
    if (held === undefined) gathered.set(name, [entry]);
    else held.push(entry);
  }
  return [...gathered.values()].map((entries) => decisionOf(entries, look));
}

function decisionOf(entries: readonly InboxEntry[], look: Look): Decision {
  const wanted = wantedBy(entries.flatMap(({ mutation }) => mutation.changes));
  const against = new Set(entries.flatMap(({ current }) => current.map(keyOf)));
  const isConflict = entries.every(({ reason }) => reason === "conflict" || reason === "dependent");
  // What was refused with something else, without being in anybody's way itself, is no question.
  const asked = wanted.filter((one) => against.size === 0 || against.has(keyOf(one)));
  return {
    ids: entries.map(({ id }) => id),
    kind: isConflict ? "two_versions" : "refused",
    entries,
    wanted,
    mineAtMs: timeOf(entries.at(-1)?.mutation.changes[0]?.time),
    theirsAtMs: timeOf(entries[0]?.current[0]?.record?.time),
    differences: asked.flatMap((one) => differenceOf(one, look(one.collection, one.id)) ?? []),
  };
}

const MOMENT_CHARACTERS = 24;

/** The moment in a time: what follows it tells times of one moment apart. */
function timeOf(time: string | undefined): number | null {
  const ms = Date.parse(time?.slice(0, MOMENT_CHARACTERS) ?? "");
  return Number.isNaN(ms) ? null : ms;
}

/** Several changes of one record, in their order, as one. */
function wantedBy(changes: readonly Change[]): Wanted[] {
  const byRecord = new Map<string, Wanted>();
  for (const { collection, id, op, fields = {} } of changes) {
    const before = byRecord.get(keyOf({ collection, id }));
    const keeps = op === "patch" && before !== undefined && before.op !== "delete";
    byRecord.set(keyOf({ collection, id }), {
      collection,
      id,
      op: keeps ? before.op : op,
      fields: keeps ? { ...before.fields, ...fields } : fields,
    });
  }
  return [...byRecord.values()];
}

/** Undefined: both sides have come to the same. */
export function differenceOf(wanted: Wanted, theirs: Fields | undefined): Difference | undefined {
  const { collection, op, fields } = wanted;
  if (op === "delete") return theirs === undefined ? undefined : { wanted, theirs, groups: [] };
  // Nobody misses the place of what is gone.
  if (theirs === undefined) return isOrderOnly(wanted) ? undefined : { wanted, theirs, groups: [] };
  if (op === "restore") return undefined;
  const groups = differingGroups(collection, fields, theirs).filter((group) => group !== "order");
  return groups.length === 0 ? undefined : { wanted, theirs, groups };
}

export function isOrderOnly({ op, fields }: Wanted): boolean {
  return op === "patch" && Object.keys(fields).every((name) => name === "sortOrder");
}

export function keyOf({ collection, id }: { readonly collection: string; readonly id: string }) {
  return `${collection}/${id}`;
}
