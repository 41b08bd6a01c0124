// Rows as the databases give them, and what they are to us. Our own tables: their columns are what we wrote.

import {
  type RecordKey,
  type RecordState,
  type RecordText,
  recordToText,
  textToRecord,
} from "@syncline/core";
import type {
  ClientKey,
  ClientRow,
  DevicesAfterRestore,
  HistoryEntry,
  Lineage,
  RecentMutation,
  SpaceHead,
} from "./port.ts";

export interface SpaceRow {
  readonly space: string;
  readonly epoch: string;
  readonly stamp: number;
  readonly horizon: number;
  readonly clock_ms: number;
  readonly clock_counter: number;
  readonly tallies: string;
  readonly policies: string;
  readonly created_at_ms: number;
  readonly lineage: string;
}

export interface RecordRow {
  readonly collection: string;
  readonly id: string;
  readonly stamp: number;
  readonly created_stamp: number;
  readonly version: number;
  readonly body: string;
  readonly rest: string | null;
}

export interface ClientColumns {
  readonly client_id: string;
  readonly user_id: string;
  readonly last_mutation: number;
  readonly recent: string;
  readonly seen_at_ms: number;
}

export interface ChangeRow {
  readonly stamp: number;
  readonly collection: string;
  readonly id: string;
  readonly previous: number;
  readonly entry: string;
  readonly state: string | null;
  readonly prior: string | null;
}

/** Whether taking `userId` from the owners would leave a space without one. Personal spaces need none: they are their user's. */
export function isLastOwner(space: string, owners: readonly string[], userId: string): boolean {
  return !space.includes("/~") && owners.length === 1 && owners[0] === userId;
}

/** The part of a history entry that is kept as JSON; the rest are columns. */
type EntryText = Omit<HistoryEntry, "stamp" | "collection" | "id">;

export function toHead(row: SpaceRow): SpaceHead {
  return {
    space: row.space,
    epoch: row.epoch,
    stamp: row.stamp,
    horizon: row.horizon,
    clock: { ms: row.clock_ms, counter: row.clock_counter },
    tallies: JSON.parse(row.tallies) as SpaceHead["tallies"],
    policies: JSON.parse(row.policies) as SpaceHead["policies"],
    createdAtMs: row.created_at_ms,
    lineage: JSON.parse(row.lineage) as SpaceHead["lineage"],
  };
}

/** Older ones are no longer told from strangers. */
const MAX_LINEAGE = 16;

/** The lineage of a space that gets another epoch. */
export function grownLineage(
  { epoch, stamp, lineage }: Pick<SpaceHead, "epoch" | "stamp" | "lineage">,
  devices: DevicesAfterRestore,
): readonly Lineage[] {
  return [...lineage, { epoch, upTo: stamp, devices }].slice(-MAX_LINEAGE);
}

export function toRecord(row: RecordRow): RecordState {
  const { collection, id, stamp, version, body, rest } = row;
  return textToRecord({
    collection,
    id,
    stamp,
    version,
    body,
    rest,
    createdStamp: row.created_stamp,
  });
}

/**
 * Where a client's row may lie. The first user of an id has it under the id alone, which is how programs of before
 * keep and find it, and they may be running beside this one; who uses the same id after that, under id and user. Ids
 * hold no blank.
 */
export function placesOf({ userId, clientId }: ClientKey): [first: string, own: string] {
  return [clientId, `${clientId} ${userId}`];
}

/** The client's row among those that lie in its places, and where to write it. */
export function clientIn(
  rows: ReadonlyMap<string, ClientRow>,
  key: ClientKey,
): { readonly client: ClientRow | undefined; readonly place: string } {
  const [first, own] = placesOf(key);
  const there = rows.get(first);
  if (there === undefined && !rows.has(own)) return { client: undefined, place: first };
  if (there?.userId === key.userId) return { client: there, place: first };
  return { client: rows.get(own), place: own };
}

/** The client's id, whichever of its places its row is in. */
export function clientIdOf(place: string): string {
  return place.split(" ", 1)[0] ?? "";
}

export function toClient(row: ClientColumns): ClientRow {
  return {
    clientId: clientIdOf(row.client_id),
    userId: row.user_id,
    lastMutation: row.last_mutation,
    recent: (JSON.parse(row.recent) as [string, RecentMutation["result"] | number][]).map(
      ([fingerprint, result]) => ({
        fingerprint,
        result: typeof result === "number" ? { id: result, status: "applied" } : result,
      }),
    ),
    seenAtMs: row.seen_at_ms,
  };
}

/** Applied mutations, which are nearly all, are kept as their number alone. */
export function recentToText(recent: readonly RecentMutation[]): string {
  return JSON.stringify(
    recent.map(({ fingerprint, result }) => [
      fingerprint,
      result.status === "applied" && result.superseded === undefined ? result.id : result,
    ]),
  );
}

export function toHistoryEntry(row: ChangeRow): HistoryEntry {
  const { stamp, collection, id } = row;
  return { stamp, collection, id, ...(JSON.parse(row.entry) as EntryText) };
}

export function entryToText({ stamp: _s, collection: _c, id: _i, ...entry }: HistoryEntry): string {
  return JSON.stringify(entry satisfies EntryText);
}

/** The state that an entry left; null where the entry itself says it: the first put of a record. */
export function stateToText(entry: HistoryEntry, record: RecordState): string | null {
  if (entry.op === "put" && record.version === 1 && entry.times === undefined) return null;
  return recordToJson(record);
}

export function recordToJson({ collection: _c, id: _i, ...state }: RecordState): string {
  return JSON.stringify(state);
}

export function jsonToRecord(text: string, { collection, id }: RecordKey): RecordState {
  return { collection, id, ...(JSON.parse(text) as Omit<RecordState, "collection" | "id">) };
}

export function toStateAt(row: ChangeRow): RecordState {
  const { stamp, collection, id } = row;
  if (row.state !== null) return jsonToRecord(row.state, row);
  const { time, fields = {} } = toHistoryEntry(row);
  return {
    collection,
    id,
    version: 1,
    stamp,
    createdStamp: stamp,
    deleted: false,
    fields,
    registers: { base: { time, stamp } },
  };
}

/**
 * A record's columns, its body completed to the whole wire form: deltas join it as it is. Collections and
 * ids need no escaping, their alphabet has nothing to escape.
 */
export function wholeText(record: RecordState): RecordText {
  const { collection, id, version, stamp } = record;
  const { body, rest } = recordToText(record);
  const head = `{"collection":"${collection}","id":"${id}","version":${version},"stamp":${stamp},`;
  return { body: head + body.slice(1), rest };
}
