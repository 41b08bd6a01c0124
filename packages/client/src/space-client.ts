// One space on a device: its collections, its outbox and inbox, and its sync loop.

import {
  type RecordKey,
  type RecordState,
  recordKeyToText,
  resolvePolicy,
  type SynclineError,
} from "@syncline/core";
import type { Definitions, Row } from "./collections/definition.ts";
import { createTable, idsByCollection, type Table } from "./collections/table.ts";
import { rowOf, viewOf } from "./collections/view.ts";
import type { Device } from "./device.ts";
import type { Environment } from "./environment.ts";
import type { ClientEvent } from "./events.ts";
import { explainRecord, type LocalExplanation } from "./explain.ts";
import { draftChange, type Intent } from "./outbox/drafts.ts";
import { createInbox, type Inbox } from "./outbox/inbox.ts";
import { createPending, type PendingEntry } from "./outbox/pending.ts";
import { createResultTaker } from "./outbox/results.ts";
import { createSource, type Observable } from "./query/observable.ts";
import type { LocalStore, OutboxEntry } from "./store/port.ts";
import { runCycle } from "./sync/cycle.ts";
import { createSyncLoop } from "./sync/loop.ts";
import type { MachineState } from "./sync/machine.ts";
import type { Serial } from "./sync/serial.ts";
import type { Transport } from "./transport/port.ts";

/** A write: on the device once `local` resolves, on the server's disk once `synced` does. */
export interface Write {
  readonly local: Promise<void>;
  /** Rejects with the reason when the write was refused, locally or by the server. */
  readonly synced: Promise<void>;
}

export interface ConnectionState extends Omit<MachineState, "running" | "again" | "failures"> {
  readonly syncing: boolean;
  /** Mutations that the server has not settled. */
  readonly pending: number;
  /** Mutations that it refused, waiting in the inbox. */
  readonly rejected: number;
}

export interface SpaceClientOptions {
  readonly space: string;
  readonly store: LocalStore;
  readonly transport: Transport;
  readonly device: Device;
  readonly serial: Serial;
  readonly environment: Environment;
  readonly definitions: Definitions;
  readonly schemaVersion: number;
  readonly only: readonly string[] | undefined;
  readonly pollMs: number;
  readonly autoSync: boolean;
  emit(event: ClientEvent): void;
  /** All spaces read their outbox again: everything was numbered anew. */
  onRenamed(): Promise<void>;
}

/** What a draft sees while it is made. */
export interface DraftView {
  view(key: RecordKey): Promise<RecordState | undefined>;
  add(intent: Intent): void;
}

export interface SpaceClient {
  readonly status: Observable<ConnectionState>;
  readonly outbox: Observable<readonly OutboxEntry[]>;
  readonly inbox: Inbox;
  /** One mutation of everything that `fill` adds. */
  write(fill: (draft: DraftView) => void | Promise<void>): Write;
  row(key: RecordKey): Promise<Row<unknown> | undefined>;
  /** All rows of a collection, by id. */
  rows(collection: string): Promise<ReadonlyMap<string, Row<unknown>>>;
  table(collection: string): Table;
  sync(signal?: AbortSignal): Promise<void>;
  explain(collection: string, id: string): Promise<LocalExplanation>;
  reloadOutbox(): Promise<void>;
  wake(): void;
  close(): Promise<void>;
}

export async function openSpaceClient(options: SpaceClientOptions): Promise<SpaceClient> {
  const { space, store, device, serial, environment, definitions, emit } = options;
  const failed = (what: string) => (thrown: unknown) => emit({ type: "failed", what, thrown });
  const pending = createPending();
  pending.replace(
    (await store.outbox(space)).map((entry) => ({ entry, refused: false, settle: null })),
  );
  const outbox = createSource<readonly OutboxEntry[]>([], failed("an outbox listener"));
  const tables = new Map<string, Table>();
  const definitionOf = (collection: string) =>
    Object.hasOwn(definitions, collection) ? (definitions[collection] ?? {}) : {};
  const policyOf = (collection: string) => resolvePolicy(definitionOf(collection).policy);

  async function view(key: RecordKey): Promise<RecordState | undefined> {
    const server = await store.get(space, key.collection, key.id);
    return viewOf(server, pending.changesOf(key), policyOf(key.collection));
  }

  async function refresh(keys: readonly RecordKey[]): Promise<void> {
    for (const [collection, ids] of idsByCollection(keys))
      await tables.get(collection)?.refresh(ids);
  }

  function publish(): void {
    outbox.set(pending.entries().map(({ entry }) => entry));
    publishStatus();
  }

  /** Makes one mutation durable on the device. Runs in turn. */
  async function append(
    fill: (draft: DraftView) => void | Promise<void>,
    settle: PendingEntry["settle"],
  ): Promise<void> {
    const drafts = new Map<string, { record: RecordState | undefined; version: number }>();
    const changes: Parameters<typeof store.append>[1]["changes"][number][] = [];
    const intents: Intent[] = [];
    const draftOf = async (key: RecordKey) => {
      const text = recordKeyToText(key);
      const held = drafts.get(text);
      if (held !== undefined) return held;
      const server = await store.get(space, key.collection, key.id);
      const before = pending.changesOf(key);
      const counted = policyOf(key.collection).name === "versioned" ? pending.countOf(key) : 0;
      const fresh = {
        record: viewOf(server, before, policyOf(key.collection)),
        version: (server?.version ?? 0) + counted,
      };
      drafts.set(text, fresh);
      return fresh;
    };
    // One time for all records of a mutation, so that against another one it wins or loses as a whole; a
    // record that is changed twice needs a later one.
    let time = device.time();
    const timed = new Set<string>();
    const take = async () => {
      for (const intent of intents.splice(0)) {
        const text = recordKeyToText(intent);
        if (timed.has(text)) {
          time = device.time();
          timed.clear();
        }
        timed.add(text);
        const policy = policyOf(intent.collection);
        const draft = await draftOf(intent);
        const change = draftChange(intent, {
          definition: definitionOf(intent.collection),
          policy,
          view: draft.record,
          version: draft.version,
          time,
        });
        changes.push(change);
        const shown =
          policy.name === "versioned"
            ? { ...change, baseVersion: draft.record?.version ?? 0 }
            : change;
        const merged = policy.merge(draft.record, shown, {
          stamp: draft.record?.stamp ?? 0,
          userId: "",
        });
        drafts.set(text, {
          record: merged.type === "written" ? merged.record : draft.record,
          version: draft.version + (policy.name === "versioned" ? 1 : 0),
        });
      }
    };
    await fill({
      async view(key) {
        await take();
        return (await draftOf(key)).record;
      },
      add: (intent) => void intents.push(intent),
    });
    await take();
    if (changes.length === 0) {
      settle?.resolve();
      return;
    }
    const { cursor } = await store.state(space);
    const draft = { seen: cursor, changes, createdAtMs: environment.now() };
    const entry = await store.append(space, draft, device.clock());
    pending.add({ entry, refused: false, settle });
    await refresh(changes);
    publish();
  }

  function write(fill: (draft: DraftView) => void | Promise<void>): Write {
    let settle: PendingEntry["settle"] = null;
    const synced = new Promise<void>((resolve, reject) => {
      settle = { resolve, reject };
    });
    // Who does not look at it hears of it through the inbox; it must not end the process.
    synced.catch(() => undefined);
    const local = serial.run(() => append(fill, settle));
    local.then(
      () => {
        if (options.autoSync) loop.wake();
      },
      (thrown: unknown) => settle?.reject(thrown as SynclineError), // what append threw, which names itself
    );
    local.catch(() => undefined);
    return { local, synced };
  }

  const inbox = createInbox({
    space,
    store,
    serial,
    emit,
    write,
    publish,
    initial: await store.inbox(space),
    onError: failed("an inbox listener"),
  });
  const results = createResultTaker({
    space,
    store,
    pending,
    inbox,
    definitionOf,
    policyOf,
    view,
    write,
    emit,
    environment,
    refresh,
  });

  const loop = createSyncLoop({
    environment,
    pollMs: options.pollMs,
    cycle: (signal) =>
      runCycle(
        {
          space,
          store,
          transport: options.transport,
          device,
          pending,
          serial,
          schemaVersion: options.schemaVersion,
          policies: statedPolicies(definitions),
          collections: options.only,
          onResults: async (answers) => {
            await results.take(answers);
            publish();
          },
          onApplied: async (applied, lastMutation) => {
            const settled = pending.remove(
              ({ entry, refused }) =>
                !refused && entry.state === "committed" && entry.mutation.id <= lastMutation,
            );
            for (const { settle } of settled) settle?.resolve();
            const touched = settled.flatMap(({ entry }) => entry.mutation.changes);
            if (applied.keys === null) {
              for (const collection of applied.collections)
                await tables.get(collection)?.refresh(null);
              await refresh(
                touched.filter(({ collection }) => !applied.collections.includes(collection)),
              );
            } else {
              await refresh([...applied.keys, ...touched]);
            }
            if (applied.gone.length > 0) emit({ type: "gone", space, records: applied.gone });
            publish();
          },
          afterPush: () => results.resolve(),
          onProgress: (progress) => emit({ type: "progress", space, ...progress }),
          onDigestMismatch: (collections) => emit({ type: "digest_mismatch", space, collections }),
          onRenamed: options.onRenamed,
        },
        signal,
      ),
    onChange: () => publishStatus(),
  });

  const status = createSource<ConnectionState>(readStatus(), failed("a status listener"));

  function readStatus(): ConnectionState {
    const { running, again: _again, failures: _failures, ...rest } = loop.state();
    return Object.freeze({
      ...rest,
      syncing: running,
      pending: pending.entries().length,
      rejected: inbox.getSnapshot().length,
    });
  }

  function publishStatus(): void {
    const next = readStatus();
    const held = status.getSnapshot();
    const names = Object.keys(next) as (keyof ConnectionState)[];
    if (names.some((name) => next[name] !== held[name])) status.set(next);
  }

  const stopWaking = environment.onWake(() => {
    if (options.autoSync) loop.wake();
  });
  publish();

  return {
    status,
    outbox,
    inbox,
    write,
    async row(key) {
      // A write that was made before the read is seen by it, awaited or not.
      await serial.idle();
      return rowOf(await view(key));
    },
    async rows(collection) {
      await serial.idle();
      return await tableOf(collection).rows();
    },
    table: tableOf,
    sync: (signal) => serial.idle().then(() => loop.sync(signal)),
    explain: (collection, id) =>
      explainRecord({
        space,
        key: { collection, id },
        store,
        pending,
        policy: policyOf(collection),
        inbox,
        status: readStatus(),
      }),
    async reloadOutbox() {
      const before = pending.entries().filter(({ refused }) => !refused);
      const refused = pending.entries().filter((entry) => entry.refused);
      // Numbers changed, order did not: who waited for the first still waits for the first.
      const entries = await store.outbox(space);
      pending.replace([
        ...refused,
        ...entries.map((entry, index) => ({
          entry,
          refused: false,
          settle: before[index]?.settle ?? null,
        })),
      ]);
      publish();
    },
    wake: () => loop.wake(),
    async close() {
      stopWaking();
      await loop.close();
      await serial.idle();
      publishStatus();
    },
  };

  function tableOf(collection: string): Table {
    const held = tables.get(collection);
    if (held !== undefined) return held;
    const table = createTable(collection, {
      load: loadRows,
      view: async (key) => rowOf(await view(key)),
      onError: failed("a live query's listener"),
    });
    tables.set(collection, table);
    return table;
  }

  async function loadRows(collection: string): Promise<Map<string, Row<unknown>>> {
    const rows = new Map<string, Row<unknown>>();
    const policy = policyOf(collection);
    for (const record of await store.scan(space, collection)) {
      const row = rowOf(viewOf(record, pending.changesOf(record), policy));
      if (row !== undefined) rows.set(record.id, row);
    }
    for (const key of pending.keys()) {
      if (key.collection !== collection || rows.has(key.id)) continue;
      const row = rowOf(await view(key));
      if (row !== undefined) rows.set(key.id, row);
    }
    return rows;
  }
}

/** The collections that are not merged by lww. */
function statedPolicies(definitions: Definitions): { readonly [collection: string]: string } {
  return Object.fromEntries(
    Object.entries(definitions)
      .map(([name, { policy }]) => [name, resolvePolicy(policy).name] as const)
      .filter(([, policy]) => policy !== "lww"),
  );
}
