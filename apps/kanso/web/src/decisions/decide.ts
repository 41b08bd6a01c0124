// Carries a decision out: a new write, made from what the device sees now, and then the refused one is let go.

import type { KansoClient } from "../data/open.ts";
import { stepLabel } from "../data/undo-steps.ts";
import { type Decision, differenceOf, keyOf, type Look, type Wanted } from "./decision.ts";
import { type Fields, fieldsOf, type GroupName } from "./field-groups.ts";

/** Which version stays: of each group of fields that is not named, `theirs`. */
export type Choice = "mine" | "theirs" | { readonly mine: ReadonlySet<GroupName> };

type Transaction = Parameters<Parameters<KansoClient["transaction"]>[0]>[0];
type CollectionName = keyof KansoClient["collections"];

/**
 * Writes first and lets go then: a crash in between leaves the question, never nothing.
 * @throws {SynclineError} when the device does not take the write
 */
export async function decide(
  client: KansoClient,
  { ids, wanted, differences }: Decision,
  { choice, look }: { readonly choice: Choice; readonly look: Look },
): Promise<void> {
  const asked = new Set(differences.map((difference) => keyOf(difference.wanted)));
  // An import's other records go in, whatever becomes of one; other acts are done as a whole, or not at all.
  const isImport = wanted.every(({ op }) => op === "put");
  const kept = wanted.filter((one) =>
    choice !== "theirs" ? true : isImport && !asked.has(keyOf(one)),
  );
  const writes = kept.flatMap((one) => {
    const isAsked = asked.has(keyOf(one));
    const narrowed = typeof choice === "object" && isAsked ? only(one, choice.mine) : one;
    const theirs = look(one.collection, one.id);
    return isDone(narrowed, theirs) ? [] : [{ wanted: narrowed, isThere: theirs !== undefined }];
  });
  if (writes.length > 0) {
    const write = client.transaction(
      (tx) => {
        for (const { wanted: one, isThere } of writes) put(tx, one, isThere);
      },
      { label: stepLabel("decide") },
    );
    write.synced.catch(() => undefined); // it is in the inbox again, and asked about anew
    await write.local;
  }
  const held = new Set(client.inbox.getSnapshot().map(({ id }) => id));
  for (const id of ids) if (held.has(id)) await client.inbox.discard(id);
}

function isDone(wanted: Wanted, theirs: Fields | undefined): boolean {
  if (differenceOf(wanted, theirs) !== undefined) return false;
  // An order is nobody's question, but the one that was wanted last holds.
  return theirs === undefined || wanted.op !== "patch" || !("sortOrder" in wanted.fields);
}

function only(wanted: Wanted, groups: ReadonlySet<GroupName>): Wanted {
  const names = new Set([...groups].flatMap((group) => fieldsOf(wanted.collection, group)));
  const fields = Object.entries(wanted.fields).filter(([name]) => names.has(name));
  return { ...wanted, fields: Object.fromEntries(fields) };
}

function put(tx: Transaction, { collection, id, op, fields }: Wanted, isThere: boolean): void {
  // The fields are those that the app has written to this very collection before.
  const face = tx[collection as CollectionName] as {
    insert(record: object): unknown;
    update(id: string, fields: object): void;
    delete(id: string): void;
    restore(id: string): void;
  };
  if (op === "delete") {
    if (isThere) face.delete(id);
    return;
  }
  if (!isThere && op === "put") return void face.insert({ id, ...fields });
  if (!isThere) face.restore(id);
  if (Object.keys(fields).length > 0) face.update(id, fields);
}
