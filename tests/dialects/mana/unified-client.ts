// A client as the spec describes the original's newer one: one Dexie database, the time of each field kept beside it, and of
// two values the one with the greater time stays, compared as text. What it inserts states no time.

import { Dexie, type DexieOptions, type Table } from "dexie";
import { EPOCH, type WireAnswer, type WireChange } from "./wire.ts";

interface Cell {
  readonly value: unknown;
  readonly at: string;
}

interface Held {
  readonly key: string;
  readonly collection: string;
  readonly id: string;
  readonly cells: { readonly [name: string]: Cell };
}

interface Pending {
  readonly seq?: number;
  readonly change: object;
}

export interface UnifiedClientOptions extends Pick<DexieOptions, "indexedDB" | "IDBKeyRange"> {
  readonly name: string;
  readonly app: string;
  readonly url: string;
  readonly token: string;
  readonly clientId: string;
  readonly collections: readonly string[];
  /** How far the device's clock is ahead; negative: behind. */
  readonly aheadMs?: number;
}

export interface UnifiedClient {
  insert(collection: string, id: string, fields: object, spaceId?: string): Promise<void>;
  update(collection: string, id: string, fields: object, spaceId?: string): Promise<void>;
  delete(collection: string, id: string, spaceId?: string): Promise<void>;
  /** The records that are not deleted, by id. */
  all(collection: string): Promise<Map<string, { readonly [name: string]: unknown }>>;
  pendingCount(): Promise<number>;
  /**
   * Pushes what waits, in batches, and keeps what is refused.
   * @param isLost true: the answers get lost on their way
   * @returns the status of the last answer; 0 where none came
   */
  push(isLost?: boolean): Promise<number>;
  pull(): Promise<void>;
  close(): Promise<void>;
}

const BATCH = 200;

export async function openUnifiedClient(options: UnifiedClientOptions): Promise<UnifiedClient> {
  const { indexedDB, IDBKeyRange } = options;
  const db = new Dexie(options.name, { indexedDB, IDBKeyRange } as DexieOptions);
  db.version(1).stores({ records: "key, collection", pending: "++seq", cursors: "collection" });
  await db.open();
  const records = db.table("records") as Table<Held, string>;
  const pending = db.table("pending") as Table<Pending, number>;
  const cursors = db.table("cursors") as Table<{ collection: string; at: string }, string>;
  const now = () => new Date(Date.now() + (options.aheadMs ?? 0)).toISOString();

  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      authorization: `Bearer ${options.token}`,
      "content-type": "application/json",
      "x-client-id": options.clientId,
    };
    return await fetch(`${options.url}/sync/${options.app}${path}`, { ...init, headers });
  }

  async function write(
    change: { readonly table: string; readonly id: string; readonly [name: string]: unknown },
    fields: object,
    at: string,
  ): Promise<void> {
    await db.transaction("rw", records, pending, async () => {
      const key = `${change.table}/${change.id}`;
      const held = await records.get(key);
      const cells = Object.entries(fields).map(([name, value]) => [name, { value, at }]);
      await records.put({
        key,
        collection: change.table,
        id: change.id,
        cells: { ...held?.cells, ...Object.fromEntries(cells) },
      });
      await pending.add({ change });
    });
  }

  async function apply(changes: readonly WireChange[]): Promise<void> {
    await db.transaction("rw", records, async () => {
      for (const change of changes) await applyChange(change);
    });
  }

  async function applyChange(change: WireChange): Promise<void> {
    const key = `${change.table}/${change.id}`;
    const held = await records.get(key);
    const cells: { [name: string]: Cell } = { ...held?.cells };
    const set = (name: string, cell: Cell) => {
      if (cell.at >= (cells[name]?.at ?? "")) cells[name] = cell;
    };
    if (change.op === "delete") {
      if (held === undefined) return;
      if (change.deletedAt === undefined) {
        await records.delete(key);
        return;
      }
      set("deletedAt", { value: change.deletedAt, at: change.deletedAt });
    } else if (change.op === "insert") {
      const data = change.data ?? {};
      const at = String(data["updatedAt"] ?? data["createdAt"] ?? now());
      for (const [name, value] of Object.entries(data)) set(name, { value, at });
    } else {
      for (const [name, { value, at }] of Object.entries(change.fields ?? {}))
        set(name, { value, at });
    }
    await records.put({ key, collection: change.table, id: change.id, cells });
  }

  async function cursor(collection: string): Promise<string> {
    return (await cursors.get(collection))?.at ?? EPOCH;
  }

  const spaced = (spaceId: string | undefined) => (spaceId === undefined ? {} : { spaceId });
  return {
    async insert(table, id, fields, spaceId) {
      const data = { id, ...fields, ...spaced(spaceId) };
      await write({ table, id, op: "insert", data, ...spaced(spaceId) }, data, now());
    },
    async update(table, id, fields, spaceId) {
      const at = now();
      const sent = Object.entries(fields).map(([name, value]) => [name, { value, at }]);
      const change = { table, id, op: "update", fields: Object.fromEntries(sent) };
      await write({ ...change, ...spaced(spaceId) }, fields, at);
    },
    async delete(table, id, spaceId) {
      const deletedAt = now();
      const change = { table, id, op: "delete", deletedAt, ...spaced(spaceId) };
      await write(change, { deletedAt }, deletedAt);
    },
    async all(collection) {
      const held = await records.where("collection").equals(collection).toArray();
      const alive = held.filter(({ cells }) => (cells["deletedAt"]?.value ?? null) === null);
      return new Map(
        alive.map(({ id, cells }) => [
          id,
          Object.fromEntries(Object.entries(cells).map(([name, { value }]) => [name, value])),
        ]),
      );
    },
    pendingCount: () => pending.count(),
    async push(isLost = false) {
      for (;;) {
        const batch = await pending.orderBy("seq").limit(BATCH).toArray();
        if (batch.length === 0) return 200;
        const all = await Promise.all(options.collections.map(cursor));
        const body = JSON.stringify({
          clientId: options.clientId,
          since: all.sort()[0] ?? EPOCH,
          schemaVersion: 1,
          changes: batch.map(({ change }) => change),
        });
        const answer = await call("", { method: "POST", body });
        const text = await answer.text();
        if (isLost) return 0;
        if (!answer.ok) return answer.status;
        const { serverChanges, syncedUntil } = JSON.parse(text) as WireAnswer;
        await apply(serverChanges);
        await pending.bulkDelete(batch.flatMap(({ seq }) => seq ?? []));
        for (const collection of options.collections)
          await cursors.put({ collection, at: syncedUntil });
      }
    },
    async pull() {
      for (const collection of options.collections) {
        for (let more = true; more; ) {
          const query = new URLSearchParams({ collection, since: await cursor(collection) });
          const answer = await call(`/pull?${query}`);
          if (!answer.ok) throw new Error(await answer.text());
          const { serverChanges, syncedUntil, hasMore } = (await answer.json()) as WireAnswer;
          await apply(serverChanges);
          await cursors.put({ collection, at: syncedUntil });
          more = hasMore === true;
        }
      }
    },
    close: async () => db.close(),
  };
}
