// Records as they are stored, registers and all, in the order of their last writes: for dialects that tell who wrote what.

import type { RecordState, WireRecord } from "@syncline/core";
import type { PageRequest, Store } from "../store/port.ts";
import type { RecordPage, RecordsRequest } from "./contract.ts";

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

/** Reads one page; a space that is not there holds nothing. */
export async function readRecords(
  store: Store,
  space: string,
  { after, limit, maxBytes, collections }: RecordsRequest,
): Promise<RecordPage> {
  const request: PageRequest = {
    space,
    after,
    tombstonesAfter: 0,
    limit,
    maxBytes,
    separator: ",",
    form: "state",
    ...(collections === undefined ? {} : { collections }),
  };
  const page = await store.page(request);
  if (page === undefined) return { records: [], stamp: after, more: false, head: 0, epoch: "" };
  const texts = JSON.parse(`[${page.changes}]`) as readonly StateText[]; // as the store wrote them
  return {
    records: texts.map(toRecord),
    stamp: page.stamp,
    more: page.more,
    head: page.head.stamp,
    epoch: page.head.epoch,
  };
}

function toRecord(text: StateText): RecordState {
  const [createdStamp, rest, wire] = isWhole(text) ? text : [text.stamp, null, text];
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
