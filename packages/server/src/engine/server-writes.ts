// Records that the server itself writes: rules of access, and what it keeps of its own.

import { isDeepStrictEqual } from "node:util";
import {
  type Change,
  formatTime,
  nextStamp,
  type RecordState,
  recordKeyToText,
  resolvePolicy,
  tick,
} from "@syncline/core";
import type { HistoryEntry, LoadedSpace, SpaceWrites } from "../store/port.ts";
import type { CommitQueue } from "./commit-queue.ts";
import type { ServerWrite } from "./contract.ts";
import { moveTallies } from "./tallies.ts";

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

/** What the server commits to a space that is there. */
export interface ServerCommit {
  readonly space: string;
  readonly writes: readonly ServerWrite[];
  /** Only while this is the space's stamp. */
  readonly at: number;
  readonly wallMs: number;
}

/** @returns the stamp before and after; undefined where nothing was tried */
export async function commitAsServer(
  { space, writes, at, wallMs }: ServerCommit,
  queue: CommitQueue,
): Promise<{ readonly from: number; readonly stamp: number } | undefined> {
  return await queue.commit({
    space,
    records: writes.map(({ collection, id }) => ({ collection, id })),
    decide(loaded) {
      if (loaded === undefined || loaded.head.stamp !== at) return { result: undefined };
      const changing = writes.filter((one) => changes(one, loaded));
      if (changing.length === 0) return { result: { from: at, stamp: at } };
      const { writes: made } = serverWrites(loaded, changing, { wallMs, by: SERVER_CLIENT });
      return { writes: made, result: { from: at, stamp: made.head.stamp } };
    },
  });
}

function changes(write: ServerWrite, { records }: LoadedSpace): boolean {
  const record = records.get(recordKeyToText(write));
  const isThere = record !== undefined && !record.deleted;
  if (write.fields === null) return isThere;
  return !isThere || !isDeepStrictEqual(record.fields, write.fields);
}
