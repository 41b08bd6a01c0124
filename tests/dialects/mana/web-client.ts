// A client as the spec describes the original's newer one: each field has the time of its writing, and of two values the
// one with the greater time stays, compared as text. It pushes what waits as it is, in batches, and pulls every table.

import { EPOCH, type WireAnswer, type WireChange } from "./fixture.ts";

interface Cell {
  readonly value: unknown;
  readonly at: string;
}

export interface WebClientOptions {
  readonly app: string;
  readonly url: string;
  readonly token: string;
  readonly clientId: string;
  readonly collections: readonly string[];
}

export interface WebClient {
  insert(collection: string, id: string, fields: object): void;
  update(collection: string, id: string, fields: { readonly [name: string]: unknown }): void;
  delete(collection: string, id: string): void;
  /** The records that are not deleted, by id. */
  all(collection: string): Map<string, { readonly [name: string]: unknown }>;
  pendingCount(): number;
  push(): Promise<void>;
  pull(): Promise<void>;
}

const BATCH = 200;

export function createWebClient(options: WebClientOptions): WebClient {
  const tables = new Map<string, Map<string, Map<string, Cell>>>();
  const cursors = new Map<string, string>();
  let pending: object[] = [];
  let lastMs = 0;
  const now = () => {
    lastMs = Math.max(lastMs + 1, Date.now());
    return new Date(lastMs).toISOString();
  };
  const table = (name: string) => {
    const records = tables.get(name) ?? new Map<string, Map<string, Cell>>();
    tables.set(name, records);
    return records;
  };

  async function call(path: string, init: RequestInit = {}): Promise<WireAnswer> {
    const headers = { authorization: `Bearer ${options.token}`, "x-client-id": options.clientId };
    const response = await fetch(`${options.url}/sync/${options.app}${path}`, { ...init, headers });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as WireAnswer;
  }

  /** The incoming value stays where its time is greater or equal. */
  function set(record: Map<string, Cell>, name: string, cell: Cell): void {
    if (cell.at >= (record.get(name)?.at ?? "")) record.set(name, cell);
  }

  function apply(change: WireChange): void {
    const records = table(change.table);
    const held = records.get(change.id);
    if (change.op === "delete") {
      if (held !== undefined && change.deletedAt !== undefined)
        set(held, "deletedAt", { value: change.deletedAt, at: change.deletedAt });
      else if (held !== undefined) records.delete(change.id);
      return;
    }
    const record = held ?? new Map<string, Cell>();
    records.set(change.id, record);
    if (change.op === "insert") {
      const data = change.data ?? {};
      const at = String(data["updatedAt"] ?? data["createdAt"] ?? now());
      for (const [name, value] of Object.entries(data)) set(record, name, { value, at });
      return;
    }
    for (const [name, { value, at }] of Object.entries(change.fields ?? {}))
      set(record, name, { value, at });
  }

  function write(collection: string, id: string, fields: object, at: string): void {
    const record = table(collection).get(id) ?? new Map<string, Cell>();
    table(collection).set(id, record);
    for (const [name, value] of Object.entries(fields)) record.set(name, { value, at });
  }

  return {
    insert(collection, id, fields) {
      const at = now();
      const data = { id, ...fields, createdAt: at };
      write(collection, id, data, at);
      pending.push({
        table: collection,
        id,
        op: "insert",
        data,
        actor: { kind: "user" },
        origin: "user",
      });
    },
    update(collection, id, fields) {
      const at = now();
      write(collection, id, fields, at);
      const cells = Object.entries(fields).map(([name, value]) => [name, { value, at }]);
      pending.push({
        table: collection,
        id,
        op: "update",
        fields: Object.fromEntries(cells),
        actor: { kind: "user" },
      });
    },
    delete(collection, id) {
      const at = now();
      write(collection, id, { deletedAt: at }, at);
      pending.push({ table: collection, id, op: "delete", deletedAt: at });
    },
    all(collection) {
      const alive = [...table(collection)].filter(
        ([, record]) => (record.get("deletedAt")?.value ?? null) === null,
      );
      return new Map(
        alive.map(([id, record]) => [
          id,
          Object.fromEntries([...record].map(([name, { value }]) => [name, value])),
        ]),
      );
    },
    pendingCount: () => pending.length,
    async push() {
      while (pending.length > 0) {
        const batch = pending.slice(0, BATCH);
        const since =
          [...options.collections].map((name) => cursors.get(name) ?? EPOCH).sort()[0] ?? EPOCH;
        const body = JSON.stringify({
          clientId: options.clientId,
          since,
          schemaVersion: 1,
          changes: batch,
        });
        const { serverChanges, syncedUntil } = await call("", { method: "POST", body });
        for (const change of serverChanges) apply(change);
        pending = pending.slice(batch.length);
        for (const name of options.collections) cursors.set(name, syncedUntil);
      }
    },
    async pull() {
      for (const collection of options.collections) {
        for (let more = true; more; ) {
          const query = new URLSearchParams({
            collection,
            since: cursors.get(collection) ?? EPOCH,
          });
          const { serverChanges, syncedUntil, hasMore } = await call(`/pull?${query}`);
          for (const change of serverChanges) apply(change);
          cursors.set(collection, syncedUntil);
          more = hasMore === true;
        }
      }
    },
  };
}
