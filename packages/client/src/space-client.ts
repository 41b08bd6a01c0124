// One space on a device: its collections, its outbox and inbox, and its sync loop.

import { type RecordKey, resolvePolicy } from "@syncline/core";
import type { Definitions } from "./collections/definition.ts";
import { createReader, type Reader, type Touched } from "./collections/reader.ts";
import type { Device } from "./device.ts";
import type { Environment } from "./environment.ts";
import type { ClientEvent } from "./events.ts";
import { explainRecord, type LocalExplanation } from "./explain.ts";
import { resolveConflicts, type Undecided } from "./outbox/conflicts.ts";
import { createInbox, type Inbox, toError } from "./outbox/inbox.ts";
import { createPending, identityOf } from "./outbox/pending.ts";
import { refuseUntried, takeResults } from "./outbox/results.ts";
import { createWriter, type Writer } from "./outbox/writer.ts";
import { createSource, type Observable } from "./query/observable.ts";
import { type ConnectionState, createStatus } from "./status.ts";
import type { Applied, LocalStore, OutboxEntry } from "./store/port.ts";
import { type Repair, runCycle } from "./sync/cycle.ts";
import { createSyncLoop } from "./sync/loop.ts";
import type { Serial } from "./sync/serial.ts";
import type { Transport } from "./transport/port.ts";

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

export interface SpaceClient {
  readonly name: string;
  readonly status: Observable<ConnectionState>;
  readonly outbox: Observable<readonly OutboxEntry[]>;
  readonly inbox: Inbox;
  readonly reader: Reader;
  readonly writer: Writer;
  sync(signal?: AbortSignal): Promise<void>;
  explain(collection: string, id: string): Promise<LocalExplanation>;
  /** Takes up what another tab, or another space's cycle, has changed in the store. Runs in turn. */
  reload(touched?: Touched): Promise<void>;
  wake(): void;
  close(): Promise<void>;
}

export async function openSpaceClient(options: SpaceClientOptions): Promise<SpaceClient> {
  const { space, store, device, serial, environment, definitions, emit } = options;
  const failed = (what: string) => (thrown: unknown) => emit({ type: "failed", what, thrown });
  const pending = createPending(await store.outbox(space));
  const definitionOf = (collection: string) =>
    Object.hasOwn(definitions, collection) ? (definitions[collection] ?? {}) : {};
  const policyOf = (collection: string) => resolvePolicy(definitionOf(collection).policy);
  const shared = { space, store, serial, environment, pending, definitionOf, policyOf, emit };
  const reader = createReader({ ...shared, onError: failed("a live query") });
  const refresh = (keys: readonly RecordKey[]) => reader.refresh({ keys });
  const outbox = createSource<readonly OutboxEntry[]>([], failed("an outbox listener"));
  const repair: Repair = { tried: false };
  let diverged: readonly string[] = [];
  let undecided: Undecided[] = [];

  const writer = createWriter({
    ...shared,
    device,
    reload,
    async changed(keys) {
      await refresh(keys);
      publish();
    },
    onWritten: () => options.autoSync && loop.written(),
  });
  const inbox = createInbox({
    ...shared,
    initial: await store.inbox(space),
    submit: writer.submit,
    onChange: () => status.publish(),
    onError: failed("an inbox listener"),
  });
  const results = { ...shared, inbox, refresh };
  const conflicts = { ...shared, inbox, refresh, rewrite: writer.rewrite };

  /** @param touched what may look different; where left out, anything may */
  async function reload(touched?: Touched): Promise<void> {
    await device.reload();
    const gone = pending.reload(await store.outbox(space));
    await inbox.reload();
    for (const { entry, settle } of gone) {
      const parked = inbox.getSnapshot().find((one) => identityOf(one) === identityOf(entry));
      if (parked === undefined) settle?.resolve();
      else settle?.reject(toError(parked.error));
    }
    const keys = gone.flatMap(({ entry }) => entry.mutation.changes);
    await reader.refresh(
      touched === undefined
        ? { keys: [], collections: reader.collections() }
        : { ...touched, keys: [...touched.keys, ...keys] },
    );
    publish();
  }

  async function onApplied(applied: Applied, lastMutation: number): Promise<void> {
    // Taken for committed, and the server knows nothing of it: it lost what it had, and gets it again.
    const lost = pending
      .entries()
      .filter(({ entry }) => entry.state === "committed" && entry.mutation.id > lastMutation)
      .map(({ entry }) => entry.mutation.id);
    if (lost.length > 0) {
      await store.markOutbox(space, lost, "queued");
      pending.mark(lost, "queued");
    }
    const settled = pending.remove(
      ({ entry, refused }) =>
        !refused && entry.state === "committed" && entry.mutation.id <= lastMutation,
    );
    const touched = settled.flatMap(({ entry }) => entry.mutation.changes);
    await reader.refresh({
      keys: [...(applied.keys ?? []), ...touched],
      collections: applied.keys === null ? applied.collections : [],
    });
    if (applied.gone.length > 0) emit({ type: "gone", space, records: applied.gone });
    publish();
  }

  const loop = createSyncLoop({
    environment,
    pollMs: options.pollMs,
    auto: options.autoSync,
    cycle: (signal) =>
      runCycle(
        {
          ...shared,
          transport: options.transport,
          device,
          schemaVersion: options.schemaVersion,
          policies: statedPolicies(definitions),
          collections: options.only,
          repair,
          async onResults(answers) {
            undecided.push(...(await takeResults(answers, results)));
            publish();
          },
          async onRefused({ id }, error) {
            undecided.push(...(await refuseUntried(id, error.toBody(), results)));
            publish();
          },
          onApplied,
          onOutbox: publish,
          async afterDelta(stop) {
            const open = undecided;
            undecided = [];
            await resolveConflicts(open, conflicts, stop);
            publish();
          },
          onProgress: (progress) => emit({ type: "progress", space, ...progress }),
          onDigests,
          onRenamed: options.onRenamed,
        },
        signal,
      ),
    onChange: () => status.publish(),
  });
  const status = createStatus({
    machine: loop.state,
    pending: () => sendable().length,
    rejected: () => inbox.getSnapshot().length,
    diverged: () => diverged,
    onError: failed("a status listener"),
  });

  /** What was refused is in the inbox, and only shown until it is decided about. */
  function sendable() {
    return pending.entries().filter(({ refused }) => !refused);
  }

  function onDigests(differing: readonly string[]): void {
    if (differing.join() === diverged.join()) return;
    diverged = Object.freeze(differing);
    if (differing.length > 0) emit({ type: "digest_mismatch", space, collections: differing });
    status.publish();
  }

  function publish(): void {
    const entries = sendable().map(({ entry }) => entry);
    const held = outbox.getSnapshot();
    const same = entries.length === held.length && entries.every((entry, i) => entry === held[i]);
    if (!same) outbox.set(Object.freeze(entries));
    status.publish();
  }

  const stopWaking = environment.onWake(() => options.autoSync && loop.wake());
  publish();

  return {
    name: space,
    status,
    outbox,
    inbox,
    reader,
    writer,
    sync: (signal) => serial.idle().then(() => loop.sync(signal)),
    explain: (collection, id) =>
      serial.run(() =>
        explainRecord({ ...shared, key: { collection, id }, inbox, status: status.getSnapshot() }),
      ),
    reload,
    wake: loop.wake,
    async close() {
      writer.close();
      stopWaking();
      await loop.close();
      await serial.idle();
      pending.abandon();
      status.publish();
    },
  };
}

/** The collections that are not merged by lww. */
function statedPolicies(definitions: Definitions): { readonly [collection: string]: string } {
  return Object.fromEntries(
    Object.entries(definitions)
      .map(([name, { policy }]) => [name, resolvePolicy(policy).name] as const)
      .filter(([, policy]) => policy !== "lww"),
  );
}
