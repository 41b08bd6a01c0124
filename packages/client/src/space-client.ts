// One space on a device: its collections, its outbox and inbox, and its sync loop.

import { type RecordKey, resolvePolicy } from "@syncline/core";
import type { Definitions } from "./collections/definition.ts";
import { statedPolicies } from "./collections/policies.ts";
import { createReader, type Reader, type Touched } from "./collections/reader.ts";
import type { Device } from "./device.ts";
import type { Environment } from "./environment.ts";
import type { ClientEvent } from "./events.ts";
import { explainRecord, type LocalExplanation } from "./explain.ts";
import type { Settle } from "./outbox/appended.ts";
import { resolveConflicts, type Undecided } from "./outbox/conflicts.ts";
import { createInbox, type Inbox, toError } from "./outbox/inbox.ts";
import { createPending, identityOf } from "./outbox/pending.ts";
import { refuseUntried, takeResults } from "./outbox/results.ts";
import { createWriter, type Writer } from "./outbox/writer.ts";
import { createPresenceState, type Presence } from "./presence.ts";
import { createSource, type Observable } from "./query/observable.ts";
import { type ConnectionState, createStatus, type LeaderStatus } from "./status.ts";
import type { Applied, LocalStore, OutboxEntry } from "./store/port.ts";
import { type Repair, runCycle } from "./sync/cycle.ts";
import { createFollow } from "./sync/follow.ts";
import { createSyncLoop } from "./sync/loop.ts";
import type { Serial } from "./sync/serial.ts";
import type { TabMessage } from "./tabs/messages.ts";
import type { Tabs } from "./tabs/tabs.ts";
import type { Transport } from "./transport/port.ts";
import { createHistory, type History } from "./undo/history.ts";

/** What a tab says of one space. */
export type SpaceMessage = Extract<TabMessage, { space: string }>;

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
  readonly tabs: Tabs;
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
  readonly presence: Presence;
  readonly history: History;
  sync(signal?: AbortSignal): Promise<void>;
  explain(collection: string, id: string): Promise<LocalExplanation>;
  /** Takes up what another tab, or another space's cycle, has changed in the store. Runs in turn. */
  reload(touched?: Touched): Promise<void>;
  /** Syncs, or asks the tab that does. */
  wake(): void;
  /** Takes what another tab says of this space. */
  take(message: SpaceMessage): void;
  /** This tab syncs from now on, or does not any more. */
  lead(leads: boolean): void;
  close(): Promise<void>;
}

export async function openSpaceClient(options: SpaceClientOptions): Promise<SpaceClient> {
  const { space, store, device, serial, environment, definitions, tabs, emit } = options;
  const failed = (what: string) => (thrown: unknown) => emit({ type: "failed", what, thrown });
  /** Another tab may wait for what comes of its writes. */
  const settleElsewhere = (entry: OutboxEntry): Settle | null => {
    if (!tabs.shared) return null;
    const about = { type: "settled", space, identity: identityOf(entry) } as const;
    return {
      resolve: () => tabs.leads() && tabs.post({ ...about, error: null }),
      reject: (error) => tabs.leads() && tabs.post({ ...about, error: error.toBody() }),
    };
  };
  const pending = createPending(await store.outbox(space), settleElsewhere);
  const definitionOf = (collection: string) =>
    Object.hasOwn(definitions, collection) ? (definitions[collection] ?? {}) : {};
  const policyOf = (collection: string) => resolvePolicy(definitionOf(collection).policy);
  const shared = { space, store, serial, environment, pending, definitionOf, policyOf, emit };
  const reader = createReader({ ...shared, onError: failed("a live query") });
  const refresh = (keys: readonly RecordKey[]) => reader.refresh({ keys });
  const outbox = createSource<readonly OutboxEntry[]>([], failed("an outbox listener"));
  const policies = statedPolicies(definitions);
  const repair: Repair = { tried: false };
  let diverged: readonly string[] = [];
  let undecided: Undecided[] = [];
  let leaderStatus: LeaderStatus | undefined;

  const writer = createWriter({
    ...shared,
    device,
    reload,
    async changed(keys) {
      await refresh(keys);
      publish();
      announce({ keys: keysOf(keys), written: true });
    },
    onWritten: () => options.autoSync && tabs.leads() && loop.written(),
    onAppended: (appended) => history.record(appended),
    onRefused: (settle) => history.forget(settle),
  });
  const history = createHistory({
    ...shared,
    device,
    writer: () => writer,
    onError: failed("a history listener"),
  });
  const inbox = createInbox({
    ...shared,
    initial: await store.inbox(space),
    submit: writer.submit,
    onChange() {
      status.publish();
      announce({ keys: [] });
    },
    onError: failed("an inbox listener"),
  });
  const results = { ...shared, inbox, refresh };
  const conflicts = { ...shared, inbox, refresh, rewrite: history.rewrite };

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

  /** Taken for committed, and the server knows nothing of it: it lost what it had, and gets it again. */
  async function sendAgain(lastMutation: number): Promise<void> {
    const lost = pending
      .entries()
      .filter(({ entry }) => entry.state === "committed" && entry.mutation.id > lastMutation)
      .map(({ entry }) => entry.mutation.id);
    if (lost.length === 0) return;
    await store.markOutbox(space, lost, "queued");
    pending.mark(lost, "queued");
  }

  async function onApplied(applied: Applied, lastMutation: number): Promise<void> {
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
    announce({
      keys: applied.keys === null ? null : keysOf([...applied.keys, ...touched]),
      collections: applied.collections,
    });
  }

  const loop = createSyncLoop({
    environment,
    pollMs: options.pollMs,
    auto: () => options.autoSync && tabs.leads(),
    cycle: (signal) =>
      runCycle(
        {
          ...shared,
          transport: options.transport,
          device,
          schemaVersion: options.schemaVersion,
          policies,
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
          async onApplied(applied, lastMutation) {
            await sendAgain(lastMutation);
            await onApplied(applied, lastMutation);
          },
          onOutbox() {
            publish();
            announce({ keys: [] });
          },
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
    onChange(state) {
      status.publish();
      if (!tabs.leads()) return;
      const { pending: _pending, rejected: _rejected, ...own } = status.getSnapshot();
      tabs.post({ type: "status", space, status: own });
      if (state.running) return;
      if (state.phase === "polling" || state.phase === "live") follow?.caughtUp();
    },
  });
  const presence = createPresenceState({ space, tabs, onError: failed("a presence listener") });
  const feed = options.autoSync ? options.transport.live : undefined;
  const follow =
    feed &&
    createFollow({
      ...shared,
      feed,
      device,
      collections: options.only,
      busy: () => loop.state().running,
      wake: loop.wake,
      live: loop.live,
      onApplied,
      onPeer: presence.takePeer,
      onNobody: presence.forgetPeers,
      onError: failed("a live frame"),
    });
  presence.onOwn((state) => follow?.present(state));

  const status = createStatus({
    machine: loop.state,
    leader: () => (tabs.leads() ? undefined : leaderStatus),
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

  /** Tells the other tabs that the store has changed. */
  function announce(change: Announcement): void {
    tabs.post({ type: "changed", space, collections: [], written: false, ...change });
  }

  let stale: Touched | undefined;
  /** Reads, when its turn comes, what another tab has changed; several changes at once. */
  function refreshLater(touched: Touched): void {
    const waits = stale !== undefined;
    stale = {
      keys: [...(stale?.keys ?? []), ...touched.keys],
      collections: [...(stale?.collections ?? []), ...(touched.collections ?? [])],
    };
    if (waits) return;
    serial
      .run(async () => {
        const all = stale;
        stale = undefined;
        await reload(all);
      })
      .catch(failed("another tab's change"));
  }

  function wake(): void {
    if (tabs.leads()) loop.wake();
    else tabs.post({ type: "sync", space });
  }

  /** What happened while the page slept was not heard. */
  const stopWaking = environment.onWake(() => {
    if (tabs.shared) refreshLater({ keys: [], collections: reader.collections() });
    if (options.autoSync) wake();
  });
  publish();

  return {
    name: space,
    status,
    outbox,
    inbox,
    reader,
    writer,
    history,
    sync: (signal) => serial.idle().then(() => loop.sync(signal)),
    explain: (collection, id) =>
      serial.run(() =>
        explainRecord({ ...shared, key: { collection, id }, inbox, status: status.getSnapshot() }),
      ),
    reload,
    presence,
    wake,
    take(message) {
      switch (message.type) {
        case "changed": {
          const { keys, collections, written } = message;
          refreshLater({ keys: keys ?? [], collections: keys === null ? collections : [] });
          if (written && options.autoSync && tabs.leads())
            serial.run(async () => loop.written()).catch(failed("another tab's write"));
          break;
        }
        case "settled": {
          const entry = pending.entries().find((one) => identityOf(one.entry) === message.identity);
          if (message.error === null) entry?.settle?.resolve();
          else entry?.settle?.reject(toError(message.error));
          break;
        }
        case "status":
          leaderStatus = message.status;
          status.publish();
          break;
        case "using": {
          const { pending: _pending, rejected: _rejected, ...own } = status.getSnapshot();
          if (tabs.leads()) tabs.post({ type: "status", space, status: own });
          break;
        }
        case "sync":
          if (tabs.leads()) loop.wake();
          break;
        case "present":
        case "peers":
          presence.take(message);
          break;
        default:
          message satisfies never;
      }
    },
    lead(leads) {
      if (leads) {
        // What the tab before this one did is in the store.
        refreshLater({ keys: [], collections: reader.collections() });
        if (options.autoSync) loop.wake();
        return;
      }
      follow?.stop();
      loop.rest();
      status.publish();
    },
    async close() {
      writer.close();
      stopWaking();
      follow?.stop();
      await loop.close();
      await serial.idle();
      pending.abandon();
      status.publish();
    },
  };
}

interface Announcement {
  readonly keys: readonly RecordKey[] | null;
  readonly collections?: readonly string[];
  readonly written?: boolean;
}

/** Only what names a record. */
function keysOf(keys: readonly RecordKey[]): RecordKey[] {
  return keys.map(({ collection, id }) => ({ collection, id }));
}
