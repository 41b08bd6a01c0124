// What of a mutation lost although it was accepted: beaten by later writes, or made to what was deleted meanwhile.

import { isDeepStrictEqual } from "node:util";
import {
  type Change,
  fieldRegister,
  fieldTime,
  type MergePolicy,
  type RecordState,
  recordKeyToText,
  type Superseded,
  type Time,
} from "@syncline/core";

/** What stands before the client id in a time. */
const TIME_LENGTH = 30;

interface SupersededOptions {
  readonly clientId: string;
  policyOf(collection: string): MergePolicy;
}

/**
 * @param changes as they were settled
 * @param records as they are after the whole mutation
 * @param options whose own later writes beat its earlier ones: nobody is to be told of that; and how collections are
 *   merged: by version nothing is lost without a conflict, and what is added up never loses
 */
export function supersededBy(
  changes: readonly Change[],
  records: ReadonlyMap<string, RecordState>,
  { clientId, policyOf }: SupersededOptions,
): Superseded[] {
  const lost = new Map<string, Superseded>();
  const isOther = (time: Time) => time.slice(TIME_LENGTH) !== clientId;
  for (const change of changes) {
    const key = recordKeyToText(change);
    const record = records.get(key);
    if (record === undefined) continue;
    const { collection, id } = change;
    const { mark, base } = record.registers;
    if (change.op === "delete") {
      const by = mark ?? base;
      if (!record.deleted && by !== undefined && by.time > change.time && isOther(by.time))
        lost.set(key, { collection, id, by: by.time });
      continue;
    }
    if (record.deleted) {
      if (mark?.deleted === true && isOther(mark.time))
        lost.set(key, { collection, id, by: mark.time, deleted: true });
      continue;
    }
    if (policyOf(collection).name !== "lww") continue;
    const fields = Object.entries(change.fields ?? {}).flatMap(([name, value]) => {
      const register = fieldRegister(record, name)?.time ?? base?.time;
      const beaten =
        register !== undefined &&
        register > fieldTime(change, name) &&
        !isDeepStrictEqual(value, record.fields[name]);
      return beaten && isOther(register) ? [[name, register] as const] : [];
    });
    if (fields.length === 0) continue;
    const all = { ...lost.get(key)?.fields, ...Object.fromEntries(fields) };
    const by = Object.values(all).reduce((last, time) => (time > last ? time : last));
    lost.set(key, { collection, id, by, fields: all });
  }
  return [...lost.values()];
}
