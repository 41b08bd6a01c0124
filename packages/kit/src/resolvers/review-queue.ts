// Conflicts that wait for a person: kept with both sides in the store's checkpoints, until somebody decides here or elsewhere.

import { isSynclineError, SynclineError } from "@syncline/core";
import { readJson } from "../event/read-json.ts";
import { writeJson } from "../event/write-json.ts";
import type { Conflict, Event, EventStore, Relation, StoredEvent } from "../ports.ts";
import { asSuccessor, conflictOf } from "../sync/conflicts.ts";
import { createHeadReader } from "../sync/heads.ts";
import { parseWireVersion, versionToWire } from "../versions/index.ts";
import { member, readRecords, writeRecord } from "../wire/records.ts";

export interface ReviewItem {
  /** Of both events; the same on every node. */
  readonly id: string;
  readonly conflict: Conflict;
  readonly reasons: readonly string[];
}

export interface ReviewQueue {
  /** Once for the same two events. */
  add(conflict: Conflict, reasons: readonly string[]): Promise<void>;
  /** What waits, oldest first. What was settled by a later event, from wherever it came, waits no more. */
  list(): Promise<readonly ReviewItem[]>;
  /**
   * Settles a conflict by a new event, which comes after both sides on every node.
   * @throws {SynclineError} `not_found`, and what storing the event does
   */
  resolve(id: string, event: Event): Promise<void>;
  /** Forgets a conflict: both sides stay as they are. */
  dismiss(id: string): Promise<void>;
}

const KEY = "reviews";
/** So many wait at most; what comes then stays in the log only, and in the results. */
const MAX_ITEMS = 1_000;

/** The queue of a store. */
export function createReviewQueue(store: EventStore): ReviewQueue {
  const reader = createHeadReader(store);
  let tail: Promise<unknown> = Promise.resolve();
  /** Changes of the list come one after the other. */
  const change = (next: (items: ReviewItem[]) => readonly ReviewItem[]): Promise<void> => {
    const turn = tail.then(async () => {
      const items = next(await read());
      const text = items.length === 0 ? null : `[${items.map(writeItem).join(",")}]`;
      await store.checkpoints.write(KEY, text);
    });
    tail = turn.catch(() => undefined);
    return turn;
  };
  const read = async (): Promise<ReviewItem[]> => {
    const text = await store.checkpoints.read(KEY);
    return text === undefined ? [] : readItems(text);
  };
  const isOpen = async ({ conflict }: ReviewItem): Promise<boolean> => {
    const { heads } = await reader.of(conflict.aggregateId, new AbortController().signal);
    if (heads.length === 0) return true;
    const ids = new Set(heads.map(({ stored }) => stored.event.id));
    return ids.has(conflict.local.event.id) && ids.has(conflict.remote.event.id);
  };
  return {
    add: (conflict, reasons) =>
      change((items) => {
        const id = idOf(conflict);
        if (items.some((item) => item.id === id) || items.length >= MAX_ITEMS) return items;
        return [...items, { id, conflict, reasons }];
      }),
    async list() {
      await tail;
      const items = await read();
      const open = await Promise.all(items.map(isOpen));
      return items.filter((_, index) => open[index]);
    },
    async resolve(id, event) {
      const item = (await read()).find((one) => one.id === id);
      if (item === undefined) throw new SynclineError("not_found", "No such conflict waits here.");
      const { local, remote } = item.conflict;
      const version = remote.version;
      await store.store(asSuccessor(event, local.event, remote.event), { version });
      await change((items) => items.filter((one) => one.id !== id));
    },
    dismiss: (id) => change((items) => items.filter((one) => one.id !== id)),
  };
}

function idOf({ local, remote }: Conflict): string {
  return [local.event.id, remote.event.id].sort().join("|");
}

function writeItem({ id, conflict, reasons }: ReviewItem): string {
  const { local, remote, relation } = conflict;
  const side = (stored: StoredEvent) =>
    `{"record":${writeRecord(stored)},"at":${versionToWire(stored.version)}}`;
  return `{"id":${writeJson(id, "id")},"relation":"${relation}","reasons":${writeJson(reasons, "reasons")},"local":${side(local)},"remote":${side(remote)}}`;
}

function readItems(text: string): ReviewItem[] {
  const list = readJson(text);
  return (Array.isArray(list) ? list : []).flatMap((item: unknown) => {
    try {
      return [readItem(item)];
    } catch (thrown) {
      // One damaged note does not hide the others.
      if (isSynclineError(thrown)) return [];
      throw thrown;
    }
  });
}

function readItem(value: unknown): ReviewItem {
  if (typeof value !== "object" || value === null) throw new SynclineError("invalid");
  const relation: Relation = member(value, "relation") === "unknown" ? "unknown" : "concurrent";
  const reasons = member(value, "reasons");
  const conflict = conflictOf(
    readSide(member(value, "local")),
    readSide(member(value, "remote")),
    relation,
  );
  return {
    id: idOf(conflict),
    conflict,
    reasons: Array.isArray(reasons) ? reasons.map(String) : [],
  };
}

function readSide(value: unknown): StoredEvent {
  if (typeof value !== "object" || value === null) throw new SynclineError("invalid");
  const [record] = readRecords([member(value, "record")], "record");
  if (record === undefined) throw new SynclineError("invalid");
  const at = member(value, "at");
  return { event: record.event, version: parseWireVersion(writeJson(at, "at")) };
}
