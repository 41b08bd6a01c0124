// Records that the server itself writes: rules of access, and what it keeps of its own.

import {
  type Change,
  type Fields,
  formatTime,
  nextStamp,
  type RecordState,
  recordKeyToText,
  resolvePolicy,
  tick,
} from "@syncline/core";
import type { HistoryEntry, LoadedSpace, SpaceWrites } from "../store/port.ts";
import { moveTallies } from "./tallies.ts";

/** A record to be put, or deleted where the fields are null. */
export interface ServerWrite {
  readonly collection: string;
  readonly id: string;
  readonly fields: Fields | null;
}

/** The client in whose name the server writes. */
export const SERVER_CLIENT = "server";

/**
 * What to write, so that head, records and history agree. Pure.
 * @param by the user on whose behalf it is written
 */
export function serverWrites(
  { head, records: before }: LoadedSpace,
  writes: readonly ServerWrite[],
  { wallMs, by }: { readonly wallMs: number; readonly by: string },
): { readonly writes: SpaceWrites; readonly written: readonly RecordState[] } {
  const lww = resolvePolicy("lww");
  const after = new Map(before);
  const history: HistoryEntry[] = [];
  const written = new Map<string, RecordState>();
  let { clock, stamp } = head;
  for (const { collection, id, fields } of writes) {
    const key = recordKeyToText({ collection, id });
    clock = tick(clock, wallMs);
    const next = nextStamp(stamp, wallMs);
    const time = formatTime(clock, SERVER_CLIENT);
    const change: Change =
      fields === null
        ? { collection, id, op: "delete", time }
        : { collection, id, op: "put", time, fields };
    const outcome = lww.merge(after.get(key), change, { stamp: next, userId: by });
    if (outcome.type !== "written") continue;
    stamp = next;
    after.set(key, outcome.record);
    written.set(key, outcome.record);
    history.push({
      stamp,
      collection,
      id,
      op: change.op,
      version: outcome.record.version,
      ...(fields === null ? {} : { fields }),
      time,
      userId: by,
      clientId: SERVER_CLIENT,
      mutationId: 0,
    });
  }
  const records = [...written.values()];
  return {
    written: records,
    writes: {
      head: {
        stamp,
        clock,
        tallies: moveTallies(head.tallies, before, records),
        policies: head.policies,
      },
      records,
      history,
    },
  };
}
