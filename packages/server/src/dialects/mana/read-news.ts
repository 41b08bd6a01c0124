// Reads what a reader does not have: the changes of others since it last read, in the order of their commits.

import { isInitial, type RecordState, recordKeyToText, type Time } from "@syncline/core";
import type { Admitted, Engine } from "../../engine/contract.ts";
import { RULES_COLLECTION } from "../../engine/space-rules.ts";
import type { Since } from "./cursor.ts";
import { DELETION, toWireChange, type WireChange } from "./emit.ts";
import type { GivenBack } from "./give-back.ts";
import { isSameDevice } from "./ids.ts";
import { authorOf, timeToDevice } from "./instants.ts";

export interface NewsRequest {
  readonly since: Since;
  /** The id under which the reader writes; undefined: nothing counts as its own. */
  readonly clientId: string | undefined;
  /** All tables where left out. */
  readonly collections?: readonly string[];
  readonly limit: number;
  /** What the reader has just pushed, and need not be told: what was committed after `from`, up to `upTo`. */
  readonly pushed?: { readonly from: number; readonly upTo: number };
  /** What it is to be told nevertheless. */
  readonly givenBack?: GivenBack;
  /** How far the reader's clock is ahead, in milliseconds. */
  readonly aheadMs?: number;
}

export interface News {
  readonly changes: readonly {
    readonly collection: string;
    readonly change: WireChange;
    readonly stamp: number;
    /** The record that it is of. */
    readonly key: string;
  }[];
  /** How far was read. */
  readonly stamp: number;
  readonly more: boolean;
}

const PAGE_RECORDS = 1_000;
const PAGE_BYTES = 2 * 1024 * 1024;
/** Bounds what one request reads, whether or not it is news. */
const MAX_PAGES = 8;

export async function readNews(
  engine: Engine,
  admitted: Admitted,
  request: NewsRequest,
): Promise<News> {
  const { since, limit, collections } = request;
  const changes: News["changes"][number][] = [];
  let after = since.stamp;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await engine.records(admitted, {
      after,
      limit: Math.min(PAGE_RECORDS, limit + 1),
      maxBytes: PAGE_BYTES,
      ...(collections === undefined ? {} : { collections }),
    });
    for (const record of page.records) {
      const change = newsOf(record, request);
      if (change === undefined) continue;
      // One more than fits: the page ends before it.
      if (changes.length === limit) return { changes, stamp: after, more: true };
      const { collection, stamp } = record;
      changes.push({ collection, change, stamp, key: recordKeyToText(record) });
      after = record.stamp;
    }
    // A cursor that lies ahead of the space goes back to its end: what is committed next is not passed over.
    if (!page.more) return { changes, stamp: page.head, more: false };
    after = page.stamp;
  }
  return { changes, stamp: after, more: true };
}

/**
 * Until when at most a device itself says that it wrote a record that it inserted without a time, in microseconds: an edit
 * that is older, made by a clock that is slow, it would not take. 0 for records that were inserted otherwise.
 */
export function shownSince({ registers: { base } }: RecordState): number {
  return base !== undefined && isInitial(base.time) ? base.stamp : 0;
}

/** What is news of one record to a reader. */
export function newsOf(
  record: RecordState,
  { since, clientId, pushed, givenBack, aheadMs = 0 }: Omit<NewsRequest, "limit">,
): WireChange | undefined {
  // Access rules are no table of these clients.
  if (record.collection === RULES_COLLECTION) return undefined;
  const back = givenBack?.get(recordKeyToText(record));
  const { base } = record.registers;
  const isOwn = (time: Time) => clientId !== undefined && isSameDevice(authorOf(time), clientId);
  const madeIt = base !== undefined && isOwn(base.time);
  const justNow = (stamp: number) =>
    pushed !== undefined && pushed.from < stamp && stamp <= pushed.upTo;
  return toWireChange(record, {
    hasIt:
      (!since.midway && record.createdStamp <= since.stamp) ||
      (madeIt && (!since.fresh || justNow(base.stamp))),
    isGone: back?.has(DELETION) === true && !record.deleted,
    isGivenBack: back !== undefined,
    timeText(time, name) {
      const raised = madeIt ? shownSince(record) + aheadMs * 1000 : 0;
      return timeToDevice(time, aheadMs, Math.max(back?.get(name) ?? 0, raised));
    },
    isNews({ stamp, time }, name) {
      if (back?.has(name) === true) return true;
      if (stamp <= since.stamp) return false;
      if (!isOwn(time)) return true;
      return since.fresh && !justNow(stamp);
    },
  });
}
