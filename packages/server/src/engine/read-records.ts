// Records as they are stored, registers and all, in the order of their last writes: for dialects that tell who wrote what.

import type { RecordKey, RecordState, WireRecord } from "@syncline/core";
import type { PageRequest, SpaceHead, Store } from "../store/port.ts";
import type { RecordPage, RecordsRequest } from "./contract.ts";
import { ownValue } from "./own-value.ts";

/** A record's text in a page of the form `state`: of one that was written once, the wire form says it all. */
type StateText = WireRecord | WholeText;
type WholeText = readonly [
  createdStamp: number,
  rest: {
    readonly fields?: RecordState["fields"];
    readonly registers: RecordState["registers"];
  } | null,
  wire: WireRecord,
];

/**
 * Reads one page; a space that is not there holds nothing.
 * @param readableBy asked once the page is read: which records may be seen; all where undefined
 */
export async function readRecords(
  store: Store,
  space: string,
  { afterNumber, limit, maxBytes, collections, ...request }: RecordsRequest,
  readableBy?: () => Promise<((key: RecordKey) => boolean) | undefined>,
): Promise<RecordPage> {
  const after =
    afterNumber === undefined
      ? request.after
      : await stampOf(store, space, collections?.[0] ?? "", afterNumber);
  const asked: PageRequest = {
    space,
    after,
    tombstonesAfter: 0,
    limit,
    maxBytes,
    separator: "\n", // JSON text holds none
    form: "state",
    ...(collections === undefined ? {} : { collections }),
  };
  const page = await store.page(asked);
  if (page === undefined)
    return { records: [], texts: [], stamp: after, more: false, head: 0, epoch: "", count: 0 };
  const all = page.count === 0 ? [] : page.changes.split("\n");
  const readable = await readableBy?.();
  const texts = readable === undefined ? all : all.filter((text) => readable(readState(text)));
  let records: readonly RecordState[] | undefined;
  return {
    get records() {
      records ??= texts.map(readState);
      return records;
    },
    texts,
    stamp: page.stamp,
    more: page.more,
    head: page.head.stamp,
    epoch: page.head.epoch,
    count: countOf(page.head, collections),
  };
}

/** A number that was not given yet lies beyond the end. */
async function stampOf(store: Store, space: string, collection: string, number: number) {
  if (number <= 0) return 0;
  return (await store.stampOfNumber(space, collection, number)) ?? Number.MAX_SAFE_INTEGER;
}

function countOf(
  { tallies }: SpaceHead,
  collections: readonly string[] = Object.keys(tallies),
): number {
  return collections.reduce((sum, name) => sum + (ownValue(tallies, name)?.count ?? 0), 0);
}

/** Reads a record from its text in a page. */
export function readState(text: string): RecordState {
  const state = JSON.parse(text) as StateText; // as the store wrote it
  const [createdStamp, rest, wire] = isWhole(state) ? state : [state.stamp, null, state];
  const { collection, id, version, stamp, time } = wire;
  return {
    collection,
    id,
    version,
    stamp,
    createdStamp,
    deleted: wire.deleted === true,
    fields: rest?.fields ?? wire.fields ?? {},
    registers: rest?.registers ?? { base: { time, stamp: createdStamp } },
  };
}

function isWhole(text: StateText): text is WholeText {
  return Array.isArray(text);
}
