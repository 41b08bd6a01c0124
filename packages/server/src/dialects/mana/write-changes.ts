// Writes what a device sent into one space, each change on its own: one that cannot be taken keeps no other back.

import { createHash } from "node:crypto";
import { type RecordKey, type RecordState, recordKeyToText } from "@syncline/core";
import type { Principal } from "../../auth/principal.ts";
import type { Admitted, WriteOutcome } from "../../engine/contract.ts";
import type { ManaContext } from "./context.ts";
import type { SentChange } from "./read-push.ts";
import type { RefusedChange } from "./refused-changes.ts";
import { statedTime, translate } from "./translate.ts";

export interface WriteOptions {
  readonly admitted: Admitted;
  /** The id under which the device writes here. */
  readonly clientId: string;
  readonly since: string;
  /** Microseconds. */
  readonly now: number;
}

export interface Written {
  readonly outcome: WriteOutcome;
  /** What was taken, which is all but what was refused. */
  readonly taken: readonly SentChange[];
  readonly refused: readonly RefusedChange[];
}

export async function writeChanges(
  { engine, mana }: ManaContext,
  principal: Principal,
  changes: readonly SentChange[],
  { admitted, clientId, since, now }: WriteOptions,
): Promise<Written> {
  const before = new Map<string, RecordState>();
  const after = new Map<string, RecordState>();
  const seen = new Set<string>();
  const refused = new Map<SentChange, string>();
  let from: number | undefined;
  let stamp = 0;
  for (let begin = 0; begin < changes.length; begin += mana.changesPerCommit) {
    const part = changes.slice(begin, begin + mana.changesPerCommit);
    const key = keyOf(since, part);
    const outcome = await engine.writeEach(admitted, principal, {
      clientId,
      records: keysOf(part),
      mutations: (records) => translate(part, records, { clientId, now }),
      limits: mana,
      ...(key === undefined ? {} : { key }),
    });
    for (const { index, error } of outcome.refused) {
      const change = part[index];
      const { message, path } = error;
      if (change !== undefined)
        refused.set(change, path === undefined ? message : `${message} (${path})`);
    }
    for (const name of keysOf(part).map(recordKeyToText)) {
      const held = outcome.before.get(name);
      if (held !== undefined && !seen.has(name)) before.set(name, held);
      seen.add(name);
    }
    for (const [name, record] of outcome.after) after.set(name, record);
    from ??= outcome.from;
    stamp = outcome.stamp;
  }
  return {
    outcome: { before, after, from: from ?? stamp, stamp },
    taken: changes.filter((change) => !refused.has(change)),
    refused: [...refused].map(([change, reason]) => refusedChange(change, reason)),
  };
}

/** A change for the operator to see. */
export function refusedChange({ op, content }: SentChange, reason: string): RefusedChange {
  const { table, id } = content as { readonly table: string; readonly id: string }; // as readPush read it
  return { table, id, op, reason, content };
}

function keysOf(changes: readonly SentChange[]): RecordKey[] {
  const keys = changes.map(({ collection, id }) => ({ collection, id }));
  return [...new Map(keys.map((key) => [recordKeyToText(key), key])).values()];
}

/**
 * Names a push, where it must be known again. What says when it was written may come twice and does no harm. What does
 * not is written as of now, and would come back over what others wrote since. A device that got its answer has moved
 * `since` on: the same push with the same `since` is the same push, sent again. Who says no `since` is taken at his word.
 */
function keyOf(since: string, changes: readonly SentChange[]): string | undefined {
  if (since === "" || changes.every(hasTimes)) return undefined;
  const said = changes.map(({ content: _content, fields, ...change }) => ({
    ...change,
    fields: [...fields],
  }));
  return createHash("sha256")
    .update(JSON.stringify([since, said]))
    .digest("hex")
    .slice(0, 32);
}

function hasTimes(change: SentChange): boolean {
  const { op, deletedAt, fields } = change;
  // An insert that states no time replaces nothing, however often it comes.
  if (op === "insert") return true;
  if (op === "delete") return deletedAt !== undefined;
  if (fields.size > 0) return [...fields.values()].every(({ at }) => at !== undefined);
  return statedTime(change) !== undefined;
}
