// A client as the spec describes the original's small one: Dexie, pending changes, push debounce, pull interval, legacy
// socket. It compares no times: whatever it receives, it applies. Its faults are the spec's, too.

import { Dexie, type DexieOptions, type Table } from "dexie";
import { EPOCH, type WireAnswer, type WireChange } from "./wire.ts";

export interface LocalRecord {
  readonly id: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly [name: string]: unknown;
}

interface Pending {
  readonly id?: number;
  readonly collection: string;
  readonly recordId: string;
  readonly op: "insert" | "update" | "delete";
  readonly data?: LocalRecord;
  readonly fields?: { readonly [name: string]: { value: unknown; updatedAt: string } };
  readonly deletedAt?: string;
  readonly createdAt: string;
}

export interface LocalStoreOptions extends Pick<DexieOptions, "indexedDB" | "IDBKeyRange"> {
  readonly name: string;
  readonly app: string;
  readonly url: string;
  readonly token: string;
  readonly clientId: string;
  readonly collections: readonly string[];
  readonly pushDebounceMs: number;
  readonly pullIntervalMs: number;
  /** How far the device's clock is ahead. */
  readonly aheadMs?: number;
}

export interface LocalStore {
  insert(collection: string, id: string, fields: object): Promise<void>;
  update(
    collection: string,
    id: string,
    fields: { readonly [name: string]: unknown },
  ): Promise<void>;
  delete(collection: string, id: string): Promise<void>;
  all(collection: string): Promise<LocalRecord[]>;
  pendingCount(): Promise<number>;
  /**
   * Once, while nothing goes on by itself.
   * @param isLost true: the answer gets lost on its way
   */
  push(isLost?: boolean): Promise<void>;
  pull(): Promise<void>;
  /** Push, then pull, and from then on as things happen. */
  startSync(): void;
  stopSync(): Promise<void>;
  close(): Promise<void>;
}

const NOT_FIELDS = new Set(["id", "createdAt", "updatedAt", "deletedAt"]);
const RECONNECT_MS = 50;

export async function openLocalStore(options: LocalStoreOptions): Promise<LocalStore> {
  const { indexedDB, IDBKeyRange } = options;
  const db = new Dexie(options.name, { indexedDB, IDBKeyRange } as DexieOptions);
  db.version(1).stores({
    ...Object.fromEntries(options.collections.map((name) => [name, "id, updatedAt, deletedAt"])),
    _pendingChanges: "++id, collection, recordId, createdAt",
    _syncMeta: "collection",
  });
  await db.open();
  const pending = db.table("_pendingChanges") as Table<Pending, number>;
  const meta = db.table("_syncMeta") as Table<{ collection: string; lastSyncedAt: string }, string>;
  const table = (name: string) => db.table(name) as Table<LocalRecord, string>;
  let lastMs = 0;
  /** No two writes in one millisecond: of such the client itself would send only the first. */
  const now = () => {
    lastMs = Math.max(lastMs + 1, Date.now() + (options.aheadMs ?? 0));
    return new Date(lastMs).toISOString();
  };
  let isOn = false;
  let debounce: ReturnType<typeof setTimeout> | undefined;
  let interval: ReturnType<typeof setInterval> | undefined;
  let socket: WebSocket | undefined;
  let reconnect: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> = Promise.resolve();

  /** One after the other: what an answer holds and how far it reaches are stored apart, and must not mix. */
  function run(work: () => Promise<void>): void {
    if (!isOn) return;
    running = running.then(work).catch(() => undefined); // logged, and tried again with the next tick
  }

  async function write(
    change: Pending,
    next: (held: LocalRecord | undefined) => LocalRecord | undefined,
  ) {
    const records = table(change.collection);
    await db.transaction("rw", records, pending, async () => {
      const record = next(await records.get(change.recordId));
      if (record === undefined) return;
      await records.put(record);
      await pending.add(change);
    });
    if (!isOn) return;
    clearTimeout(debounce);
    debounce = setTimeout(() => run(() => push()), options.pushDebounceMs);
  }

  async function cursor(collection: string): Promise<string> {
    return (await meta.get(collection))?.lastSyncedAt ?? EPOCH;
  }

  async function call(path: string, init: RequestInit = {}): Promise<WireAnswer> {
    const headers = {
      authorization: `Bearer ${options.token}`,
      "content-type": "application/json",
      "x-client-id": options.clientId,
    };
    const response = await fetch(`${options.url}/sync/${options.app}${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as WireAnswer;
  }

  async function push(isLost = false): Promise<void> {
    const rows = await pending.toArray();
    if (rows.length === 0) return;
    const cursors = await Promise.all(options.collections.map(cursor));
    const since = cursors.reduce((a, b) => (a < b ? a : b));
    const changes = collapse(rows).map(({ collection, recordId, op, data, fields, deletedAt }) => ({
      table: collection,
      id: recordId,
      op,
      ...(data === undefined ? {} : { data }),
      ...(fields === undefined ? {} : { fields }),
      ...(deletedAt === undefined ? {} : { deletedAt }),
    }));
    const body = JSON.stringify({ clientId: options.clientId, appId: options.app, since, changes });
    const { serverChanges, syncedUntil } = await call("", { method: "POST", body });
    if (isLost) return;
    await apply(serverChanges);
    await pending.bulkDelete(rows.flatMap(({ id }) => id ?? []));
    for (const collection of options.collections)
      await meta.put({ collection, lastSyncedAt: syncedUntil });
  }

  async function pull(): Promise<void> {
    for (const collection of options.collections) {
      const query = new URLSearchParams({ collection, since: await cursor(collection) });
      const { serverChanges, syncedUntil } = await call(`/pull?${query}`);
      await apply(serverChanges);
      await meta.put({ collection, lastSyncedAt: syncedUntil });
    }
  }

  async function apply(changes: readonly WireChange[]): Promise<void> {
    const byTable = Map.groupBy(changes, (change) => change.table);
    for (const [name, ofTable] of byTable) {
      const records = table(name);
      await db.transaction("rw", records, async () => {
        for (const change of ofTable) await applyChange(records, change);
      });
    }
  }

  async function applyChange(
    records: Table<LocalRecord, string>,
    change: WireChange,
  ): Promise<void> {
    if (change.op === "insert") {
      await records.put(change.data as unknown as LocalRecord);
      return;
    }
    const held = await records.get(change.id);
    if (change.op === "delete") {
      const at = change.deletedAt ?? now();
      if (held !== undefined) await records.put({ ...held, deletedAt: at, updatedAt: at });
      return;
    }
    if (held === undefined) {
      if (change.data !== undefined) await records.put(change.data as unknown as LocalRecord);
      return;
    }
    const fields = Object.entries(change.fields ?? {});
    const values = Object.fromEntries(fields.map(([name, { value }]) => [name, value]));
    const updatedAt = fields.reduce(
      (max, [, field]) => (field.updatedAt > max ? field.updatedAt : max),
      held.updatedAt,
    );
    await records.put({ ...held, ...values, updatedAt });
  }

  function connect(): void {
    if (!isOn) return;
    const opened = new WebSocket(`${options.url.replace("http", "ws")}/ws/${options.app}`);
    socket = opened;
    opened.onopen = () => opened.send(JSON.stringify({ type: "auth", token: options.token }));
    opened.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as { type: string };
      if (message.type === "sync-available") run(pull);
    };
    opened.onclose = () => {
      reconnect = setTimeout(connect, RECONNECT_MS);
    };
  }

  async function stopSync(): Promise<void> {
    isOn = false;
    clearTimeout(debounce);
    clearInterval(interval);
    if (socket !== undefined) socket.onclose = null;
    socket?.close();
    clearTimeout(reconnect);
    await running;
  }

  return {
    async insert(collection, id, fields) {
      const at = now();
      const data = { id, ...fields, createdAt: at, updatedAt: at, deletedAt: null };
      await write({ collection, recordId: id, op: "insert", data, createdAt: at }, () => data);
    },
    async update(collection, id, changed) {
      const at = now();
      const own = Object.entries(changed).filter(([name]) => !NOT_FIELDS.has(name));
      const fields = Object.fromEntries(
        own.map(([name, value]) => [name, { value, updatedAt: at }]),
      );
      await write({ collection, recordId: id, op: "update", fields, createdAt: at }, (held) =>
        held === undefined ? undefined : { ...held, ...Object.fromEntries(own), updatedAt: at },
      );
    },
    async delete(collection, id) {
      const at = now();
      await write(
        { collection, recordId: id, op: "delete", deletedAt: at, createdAt: at },
        (held) => (held === undefined ? undefined : { ...held, deletedAt: at, updatedAt: at }),
      );
    },
    all: async (collection) => await table(collection).toArray(),
    pendingCount: async () => await pending.count(),
    push,
    pull,
    startSync() {
      isOn = true;
      run(async () => {
        await push();
        await pull();
      });
      interval = setInterval(() => run(pull), options.pullIntervalMs);
      connect();
    },
    stopSync,
    async close() {
      await stopSync();
      db.close();
    },
  };
}

/** One change for each record: the later one wins, and updates are put together. */
function collapse(rows: readonly Pending[]): readonly Pending[] {
  const byRecord = new Map<string, Pending>();
  for (const row of rows) {
    const key = `${row.collection}/${row.recordId}`;
    const held = byRecord.get(key);
    if (held === undefined || row.createdAt > held.createdAt) {
      const merged = held?.op === "update" && row.op === "update";
      byRecord.set(key, merged ? { ...row, fields: { ...held.fields, ...row.fields } } : row);
    }
  }
  return [...byRecord.values()];
}
