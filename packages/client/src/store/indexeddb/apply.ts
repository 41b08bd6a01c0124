// Taking pages in: staged ones into a generation of their own, in pieces that keep the page responsive.

import { DigestSum, type GoneRecord, recordKeyToText, type WireRecord } from "@syncline/core";
import type { Applied, PageToApply } from "../port.ts";
import { createChangeList, isGone, isSettled, recordToKeep } from "../rules.ts";
import {
  eachRecord,
  keyIn,
  PIECE,
  type Records,
  rangeOf,
  recordsOf,
  writableRecords,
} from "./records.ts";
import type { SpaceRow, StagedRow, Transaction } from "./schema.ts";

type Sums = Map<string, DigestSum>;
type ChangeList = ReturnType<typeof createChangeList>;

/** Takes a page in, and gives the space's row as it is then. All within the transaction. */
export async function applyPage(
  tx: Transaction,
  space: SpaceRow,
  page: PageToApply,
): Promise<{ readonly row: SpaceRow; readonly applied: Applied }> {
  if (!page.final) {
    const staged = await stage(tx, space, page);
    return { row: { ...space, staged }, applied: { keys: [], collections: [], gone: [] } };
  }
  const { changed, sums, generation } = page.replace
    ? await replaceAll(tx, space, page)
    : { ...(await mergeAll(tx, space, page)), generation: space.generation };
  if (space.staged !== null && !page.replace) await drop(tx, space.staged.generation);
  if (page.replace) await drop(tx, space.generation);
  await settle(tx, page);
  const digests = Object.fromEntries([...sums].map(([name, sum]) => [name, String(sum)]));
  const { cursor, scope } = page;
  return {
    row: { ...space, cursor, scope, digests, generation, staged: null },
    applied: changed.result(),
  };
}

/** Marks a generation: its records are removed later, in the background. */
export async function drop(tx: Transaction, generation: number): Promise<void> {
  await tx.of("generations").put({ dropped: true }, generation);
}

async function stage(tx: Transaction, space: SpaceRow, page: PageToApply): Promise<StagedRow> {
  const generation =
    space.staged?.generation ?? (await tx.of("generations").add({ dropped: false }));
  const records = await writableRecords(tx);
  const gone = [...(space.staged?.gone ?? [])];
  // Pages come in the order of their stamps: what comes later is newer.
  await inPieces(page.changes, async (change) => {
    if (!isGone(change)) {
      await records.put(generation, change);
      return;
    }
    gone.push(change);
    await records.delete(keyIn(generation, change));
  });
  const { cursor, replace } = page;
  const count = (space.staged?.count ?? 0) + page.changes.length;
  return { generation, cursor, replace, count, gone };
}

async function mergeAll(
  tx: Transaction,
  space: SpaceRow,
  page: PageToApply,
): Promise<{ readonly sums: Sums; readonly changed: ChangeList }> {
  const records = await writableRecords(tx);
  const changed = createChangeList();
  const sums: Sums = new Map(
    Object.entries(space.digests).map(([name, digest]) => [name, new DigestSum(digest)]),
  );
  const { generation, staged } = space;
  if (staged !== null) {
    await inPieces(staged.gone, (gone) => remove(records, generation, gone, sums, changed));
    await eachRecord(records, rangeOf(staged.generation), (piece) =>
      inPieces(piece, (record) => merge(records, generation, record, sums, changed)),
    );
  }
  // Several changes of one record in a page would overtake each other.
  const last = new Map(page.changes.map((change) => [recordKeyToText(change), change]));
  const held = [...last.values()];
  await inPieces(held, (change) =>
    isGone(change)
      ? remove(records, generation, change, sums, changed)
      : merge(records, generation, change, sums, changed),
  );
  return { sums, changed };
}

async function merge(
  records: Records,
  generation: number,
  record: WireRecord,
  sums: Sums,
  changed: ChangeList,
): Promise<void> {
  const key = keyIn(generation, record);
  const held = await records.get(key);
  if (held !== undefined && held.stamp >= record.stamp) return;
  count(sums, held, "subtract");
  count(sums, record, "add");
  changed.add(record);
  await records.put(generation, recordToKeep(record, held));
}

async function remove(
  records: Records,
  generation: number,
  gone: GoneRecord,
  sums: Sums,
  changed: ChangeList,
): Promise<void> {
  const key = keyIn(generation, gone);
  count(sums, await records.get(key), "subtract");
  changed.add(gone);
  await records.delete(key);
}

async function replaceAll(tx: Transaction, space: SpaceRow, page: PageToApply) {
  const { generation } = await stage(tx, space, page);
  const records = recordsOf(tx);
  const sums: Sums = new Map();
  const changed = createChangeList();
  await eachRecord(records, rangeOf(generation), async (piece) => {
    for (const record of piece) {
      count(sums, record, "add");
      changed.addCollection(record.collection);
    }
  });
  for (const name of Object.keys(space.digests)) changed.addCollection(name);
  return { sums, changed, generation };
}

async function settle(tx: Transaction, { space, lastMutation }: PageToApply): Promise<void> {
  const outbox = tx.of("outbox");
  const range = IDBKeyRange.bound([space, 0], [space, lastMutation]);
  for (const entry of await outbox.getAll(range))
    if (isSettled(entry, lastMutation)) await outbox.delete([space, entry.mutation.id]);
}

function count(sums: Sums, record: WireRecord | undefined, sign: "add" | "subtract"): void {
  if (record === undefined || record.deleted === true) return;
  const sum = sums.get(record.collection) ?? new DigestSum();
  sums.set(record.collection, sum[sign](record.id, record.stamp));
}

/** Does something with each, all of a piece at once. */
async function inPieces<Item>(
  items: readonly Item[],
  each: (item: Item) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < items.length; from += PIECE)
    await Promise.all(items.slice(from, from + PIECE).map(each));
}
