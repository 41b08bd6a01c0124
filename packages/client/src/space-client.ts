// One space on a device: its collections, its outbox and inbox, and its sync loop.

import { type ErrorBody, type RecordKey, resolvePolicy, type SynclineError } from "@syncline/core";
import type { Definitions } from "./collections/definition.ts";
import { statedPolicies } from "./collections/policies.ts";
import { createReader, type Reader, type Touched } from "./collections/reader.ts";
import type { Device } from "./device.ts";
import type { Environment } from "./environment.ts";
import type { ClientEvent } from "./events.ts";
import { explainRecord, type LocalExplanation } from "./explain.ts";
import { APPLIED } from "./outbox/appended.ts";
import { resolveConflicts, type Undecided } from "./outbox/conflicts.ts";
import { createInbox, type Inbox, toError } from "./outbox/inbox.ts";
import { createPending, identityOf } from "./outbox/pending.ts";
import { refuseUntried, takeResults } from "./outbox/results.ts";
import { createWriter, type Writer } from "./outbox/writer.ts";
import { createPresenceState, type Presence } from "./presence.ts";
import { sameItems } from "./query/live-rows.ts";
import { createSource, type Observable } from "./query/observable.ts";
import { type ConnectionState, createStatus } from "./status.ts";
import type { Applied, LocalStore, OutboxEntry } from "./store/port.ts";
import { type Repair, runCycle } from "./sync/cycle.ts";
import { createFollow } from "./sync/follow.ts";
import { createSyncLoop, type SyncWait } from "./sync/loop.ts";
import { createProgressMeter } from "./sync/progress.ts";
import type { Serial } from "./sync/serial.ts";
import { createSpaceTabs, type SpaceMessage, settleElsewhere } from "./tabs/space-tabs.ts";
import type { Tabs } from "./tabs/tabs.ts";
import type { Transport } from "./transport/port.ts";
import { createHistory, type History } from "./undo/history.ts";

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
  sync(wait?: SyncWait): Promise<void>;
  explain(collection: string, id: string): Promise<LocalExplanation>;
  /** Takes up what another tab, or another space's cycle, has changed in the store. Runs in turn. */
  reload(touched: Touched): Promise<void>;
  /** Syncs, or asks the tab that does. */
  wake(): void;
  /** Takes what another tab says of this space. */
  take(message: SpaceMessage): void;
  /** Looks whether another tab has changed something without saying so: it was closed, or this one slept. */
  check(): void;
  /** This tab syncs from now on, or does not any more. */
  lead(leads: boolean): void;
  /** The user is no member any more: what was not sent goes to the inbox, and everything else from the device. */
  leave(error: ErrorBody): Promise<void>;
  /** @param why what those hear who wait for the server, where their writes are not kept on the device */
  close(why?: SynclineError): Promise<void>;
}

export async function openSpaceClient(options: SpaceClientOptions): Promise<SpaceClient> {
  const { space, store, device, serial, environment, definitions, tabs, emit } = options;
  const failed = (what: string) => (thrown: unknown) => emit({ type: "failed", what, thrown });
  // Side by side: each is a wait for the database.
  const [written, parked, { cursor }] = await Promise.all([
    store.outbox(space),
    store.inbox(space),
    store.state(space),
  ]);
  const pending = createPending(written, (entry) => settleElsewhere(entry, space, tabs));
  const definitionOf = (collection: string) =>
    Object.hasOwn(definitions, collection) ? (definitions[collection] ?? {}) : {};
  const policyOf = (collection: string) => resolvePolicy(definitionOf(collection).policy);
  const shared = { space, store, serial, environment, pending, definitionOf, policyOf, emit };
  const reader = createReader({ ...shared, onError: failed("a live query") });
  const refresh = (keys: readonly RecordKey[]) => reader.refresh({ keys });
  const outbox = createSource<readonly OutboxEntry[]>([], failed("an outbox listener"));
  const policies = statedPolicies(definitions);
  const repair: Repair = { tried: false };
  const meter = createProgressMeter(environment.now);
  let diverged: readonly string[] = [];
  let loaded = cursor !== null;
  let undecided: Undecided[] = [];
  const elsewhere = createSpaceTabs({
    space,
    tabs,
    serial,
    pending,
    presence: () => presence,
    status: () => status,
    reload,
    reloadAll,
    isCurrent: () => store.isCurrent(space),
    written: () => options.autoSync && loop.written(),
    wake: () => loop.wake(),
    failed: failed("another tab's change"),
  });

  const writer = createWriter({
    ...shared,
    device,
    reload: reloadAll,
    async changed(keys) {
      await refresh(keys);
      publish();
      elsewhere.announce({ keys, written: true });
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
    initial: parked,
    submit: writer.submit,
    onChange() {
      status.publish();
      elsewhere.announce({ keys: [] });
    },
    onError: failed("an inbox listener"),
  });
  const results = { ...shared, inbox, refresh };
  const conflicts = { ...shared, inbox, refresh, rewrite: history.rewrite };

  function reloadAll(): Promise<void> {
    return reload({ keys: [], collections: reader.collections() });
  }

  /** @param touched what may look different */
  async function reload(touched: Touched): Promise<void> {
    await device.reload();
    loaded ||= (await store.state(space)).cursor !== null;
    const gone = pending.reload(await store.outbox(space));
    await inbox.reload();
    for (const { entry, settle } of gone) {
      const parked = inbox.getSnapshot().find((one) => identityOf(one) === identityOf(entry));
      if (parked === undefined) settle?.resolve(APPLIED);
      else settle?.reject(toError(parked.error));
    }
    const keys = gone.flatMap(({ entry }) => entry.mutation.changes);
    await reader.refresh({ ...touched, keys: [...touched.keys, ...keys] });
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
    loaded = true;
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
    elsewhere.announce({
      keys: applied.keys === null ? null : [...applied.keys, ...touched],
      collections: applied.collections,
    });
  }

  async function leave(error: ErrorBody): Promise<void> {
    if (!tabs.leads()) return; // the tab that syncs does it
    await refuseUntried(() => true, error, results);
    await store.restart(space);
    const held = await store.newerThan(space, 0);
    const changes = held.map(
      ({ collection, id }) => ({ collection, id, gone: "revoked" }) as const,
    );
    const { scope, nextMutation } = await store.state(space);
    const lastMutation = nextMutation - 1;
    const page = { space, scope, cursor: "left", lastMutation, final: true, replace: false };
    await onApplied(await store.apply({ ...page, changes }), lastMutation);
    // Who is let in again reads everything.
    await store.restart(space);
    loaded = false;
    publish();
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
            meter.sent(answers.length, unsent());
            publish();
          },
          async onRefused(isRefused, error) {
            undecided.push(...(await refuseUntried(isRefused, error.toBody(), results)));
            publish();
          },
          async onApplied(applied, lastMutation) {
            await sendAgain(lastMutation);
            meter.read();
            await onApplied(applied, lastMutation);
          },
          onOutbox() {
            publish();
            elsewhere.announce({ keys: [] });
          },
          async afterDelta(stop) {
            const open = undecided;
            undecided = [];
            await resolveConflicts(open, conflicts, stop);
            publish();
          },
          onProgress(progress) {
            meter.received(progress.received, progress.total);
            emit({ type: "progress", space, ...progress });
            status.publish();
          },
          onDigests,
          async onRestored({ devices }, { lost, offered, parked }) {
            await reloadAll();
            if (devices === "offer") emit({ type: "recovered", space, offered, parked });
            else emit({ type: "rolled_back", space, records: lost });
          },
          onRenamed: options.onRenamed,
          onChangedElsewhere: reloadAll,
        },
        signal,
      ),
    progressed: meter.moved,
    onChange(state) {
      status.publish();
      elsewhere.tellStatus();
      if (!tabs.leads() || state.running) return;
      if (state.phase === "polling" || state.phase === "live") follow?.caughtUp();
      if (state.reason?.code === "forbidden") follow?.knock();
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
    leader: () => (tabs.leads() ? undefined : elsewhere.leader()),
    loaded: () => loaded,
    pending: () => sendable().length,
    rejected: () => inbox.getSnapshot().length,
    diverged: () => diverged,
    progress: meter.current,
    onError: failed("a status listener"),
  });

  /** What was refused is in the inbox, and only shown until it is decided about. */
  function sendable() {
    return pending.entries().filter(({ refused }) => !refused);
  }

  function unsent(): number {
    return sendable().filter(({ entry }) => entry.state !== "committed").length;
  }

  function onDigests(differing: readonly string[]): void {
    if (differing.join() === diverged.join()) return;
    diverged = Object.freeze(differing);
    if (differing.length > 0) emit({ type: "digest_mismatch", space, collections: differing });
    status.publish();
  }

  function publish(): void {
    const entries = sendable().map(({ entry }) => entry);
    if (!sameItems(entries, outbox.getSnapshot())) outbox.set(Object.freeze(entries));
    status.publish();
  }

  function wake(): void {
    if (tabs.leads()) loop.wake();
    else tabs.post({ type: "sync", space });
  }

  /** What happened while the page slept was not heard. */
  const stopWaking = environment.onWake(() => {
    if (tabs.shared) elsewhere.check();
    if (options.autoSync) wake();
  });
  const stopLosing = environment.onOffline?.(loop.lost);
  publish();

  return {
    name: space,
    status,
    outbox,
    inbox,
    reader,
    writer,
    history,
    async sync(wait) {
      await serial.idle();
      await loop.sync(wait);
      // What has arrived is shown, too.
      await reader.settled();
    },
    explain: (collection, id) =>
      serial.run(() =>
        explainRecord({ ...shared, key: { collection, id }, inbox, status: status.getSnapshot() }),
      ),
    reload,
    presence,
    wake,
    take: elsewhere.take,
    check: elsewhere.check,
    lead(leads) {
      if (leads) {
        // What the tab before this one did is in the store.
        elsewhere.check();
        if (options.autoSync) loop.wake();
        return;
      }
      follow?.stop();
      loop.rest();
      status.publish();
    },
    leave: (error) => serial.run(() => leave(error)),
    async close(why) {
      writer.close();
      stopWaking();
      stopLosing?.();
      follow?.stop();
      await loop.close();
      await serial.idle();
      pending.abandon(why);
      status.publish();
    },
  };
}
