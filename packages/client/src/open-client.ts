// openClient: a device's door to its spaces.

import { asyncDispose, isSpaceName, SynclineError } from "@syncline/core";
import { type Collection, createCollection } from "./collections/collection.ts";
import { type DataOf, type Definitions, indexesOf } from "./collections/definition.ts";
import { createTransaction, type Transaction } from "./collections/transaction.ts";
import { openDevice } from "./device.ts";
import { type Environment, systemEnvironment } from "./environment.ts";
import { type ClientEvent, createConsole } from "./events.ts";
import type { LocalExplanation } from "./explain.ts";
import { setInside } from "./inside.ts";
import type { Inbox } from "./outbox/inbox.ts";
import { takeJournal } from "./outbox/take-journal.ts";
import type { Write } from "./outbox/writer.ts";
import type { Presence } from "./presence.ts";
import { checkNames } from "./query/conditions.ts";
import type { Observable } from "./query/observable.ts";
import { openSession } from "./session.ts";
import { openSpaceClient, type SpaceClient } from "./space-client.ts";
import type { ConnectionState } from "./status.ts";
import type { LocalStore, OutboxEntry, StorageHealth, UnsyncedEntry } from "./store/port.ts";
import { createSerial } from "./sync/serial.ts";
import type { TabMessage } from "./tabs/messages.ts";
import { createTabs } from "./tabs/tabs.ts";
import { createLiveTransport } from "./transport/live.ts";
import type { Transport } from "./transport/port.ts";
import type { History } from "./undo/history.ts";

interface CommonOptions<Collections extends Definitions> {
  readonly app: string;
  /** Where the device keeps everything. The client closes it when it is closed. */
  readonly store: LocalStore;
  readonly collections: Collections;
  /**
   * Whose data this is. Where left out, the `sub` of the token says it; a token with another `sub` is refused. A
   * device that holds one user's data refuses another user until that one has signed out.
   */
  readonly userId?: string;
  /** The space that the client's own face shows; `~`, the user's personal one, where left out. */
  readonly space?: string;
  /** The version of the app's schema, for servers that refuse old ones. */
  readonly schemaVersion?: number;
  /** How often to look for changes while nothing else happens; 30 s where left out. */
  readonly pollMs?: number;
  /** False: syncs only when asked to. */
  readonly autoSync?: boolean;
  /** Reads only the collections that are named above; false reads all of the space. True where left out. */
  readonly onlyCollections?: boolean;
  readonly environment?: Environment;
  onEvent?(event: ClientEvent): void;
}

/** Reach the server over HTTP, or through a transport of your own. */
export type ClientOptions<Collections extends Definitions> = CommonOptions<Collections> &
  (
    | { readonly url: string; readonly token: () => Promise<string>; readonly transport?: never }
    | { readonly transport: Transport; readonly url?: never; readonly token?: never }
  );

/** One space as an app sees it. */
export interface Space<Collections extends Definitions> {
  readonly collections: {
    readonly [Name in keyof Collections]: Collection<DataOf<Collections[Name]>, Collections>;
  };
  readonly status: Observable<ConnectionState>;
  /** Mutations that are not settled yet. */
  readonly outbox: Observable<readonly OutboxEntry[]>;
  readonly inbox: Inbox;
  /** Who else is there. */
  readonly presence: Presence;
  /**
   * Several writes as one mutation, committed all or none; reads inside see the writes before them. An
   * asynchronous `fill` runs again when what it had read was changed before it ended.
   */
  transaction(
    fill: (tx: Transaction<Collections>) => void | Promise<void>,
    options?: { readonly label?: string },
  ): Write;
  /** Undo and redo of what this client has written here, and whether there is something. */
  readonly history: History;
  /** The same as `history.undo()`. */
  undo(): Write | undefined;
  /** The same as `history.redo()`. */
  redo(): Write | undefined;
  /**
   * Sends and receives until the device is up to date. A server that is away, busy or asks for time, and a lost
   * connection, are waited out: give a `signal` or `timeoutMs` to wait no longer.
   * @throws {SynclineError} a reason that does not pass by itself, `aborted`, or at `timeoutMs` the last reason
   */
  sync(options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number }): Promise<void>;
  /** Why a record is shown, not shown, or differs from the server's. */
  explain(collection: keyof Collections & string, id: string): Promise<LocalExplanation>;
}

/** What to do at sign-out about writes that the server does not have. */
export type Unsynced = "push" | "keep" | "export" | "discard";

export interface SignedOut {
  /** What was not on the server, with `export`. */
  readonly unsynced: readonly UnsyncedEntry[];
}

export interface Client<Collections extends Definitions> extends Space<Collections> {
  /** Another space of the same app. Opened once, and closed with the client. */
  space(name: string): Promise<Space<Collections>>;
  /**
   * Ends the user's session on this device. `push` sends what is pending first and fails if it cannot, at once
   * where there is no network;
   * `keep` leaves the data on the device for the same user; `export` gives what is unsynced and removes
   * everything; `discard` removes everything. The client is closed afterwards.
   */
  signOut(options: {
    readonly unsynced: Unsynced;
    /** Gives up `push`; the client stays open. */
    readonly signal?: AbortSignal;
  }): Promise<SignedOut>;
  /** How safe what is on the device is; undefined where its store does not say. */
  storage(): Promise<StorageHealth | undefined>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const OPTIONS = [
  "app",
  "store",
  "collections",
  "userId",
  "space",
  "schemaVersion",
  "pollMs",
  "autoSync",
  "onlyCollections",
  "environment",
  "onEvent",
  "url",
  "token",
  "transport",
];
const COLLECTION = ["policy", "indexes", "search", "schema", "onConflict", "data"];

/** Stores that a client has open: two on one instance would each take the other's writes for their own. */
const inUse = new WeakSet<LocalStore>();

/**
 * Opens a client. What is on the device can be read and written at once, with or without a network.
 * @throws {SynclineError} `storage_…` or `database_…` when the device's database cannot be used
 */
export async function openClient<const Collections extends Definitions>(
  options: ClientOptions<Collections>,
): Promise<Client<Collections>> {
  const { app, store, collections: definitions } = options;
  checkNames(options, OPTIONS, "options.");
  for (const [name, definition] of Object.entries(definitions))
    checkNames(definition, COLLECTION, `options.collections.${name}.`);
  if (inUse.has(store)) {
    throw new SynclineError(
      "config",
      "Another client has this store open. Close that client first.",
      { path: "options.store" },
    );
  }
  const environment = options.environment ?? systemEnvironment();
  const autoSync = options.autoSync ?? true;
  const session = await openSession(store, options.userId);
  inUse.add(store);
  const transport = session.over(
    options.transport ??
      createLiveTransport({ url: options.url, app, token: options.token, environment }),
  );
  const serial = createSerial();
  const spaces = new Map<string, Promise<SpaceClient>>();
  const emit = (event: ClientEvent) => {
    try {
      if (options.onEvent !== undefined) options.onEvent(event);
      else tellDeveloper(event);
    } catch {
      // There is nobody left to tell.
    }
  };
  const tellDeveloper = createConsole(environment);
  const device = await openDevice(store, environment, (text) =>
    emit({
      type: "failed",
      what: "a time of the server",
      thrown: new SynclineError("invalid", text),
    }),
  );

  /** Declares the indexes, and says if the database was cleared. */
  async function prepareStore(): Promise<void> {
    const indexes = Object.entries(definitions).map(([name, one]) => [name, indexesOf(one)]);
    const [health] = await Promise.all([
      store.health?.(),
      // Without them, queries read everything: no reason not to open.
      store
        .index(Object.fromEntries(indexes))
        .catch((thrown: unknown) =>
          emit({ type: "failed", what: "an index of the store", thrown }),
        ),
    ]);
    if (health?.evicted === true) emit({ type: "evicted" });
  }

  const tabs = createTabs({
    name: store.name,
    environment,
    onMessage: take,
    onLead: (leads) => eachSpace((space) => space.lead(leads)),
  });

  /** Takes what another tab says. */
  function take(message: TabMessage): void {
    if (message.type === "signed_out") {
      emit({ type: "signed_out" });
      close().catch(() => undefined); // there is nothing left that could be lost
      return;
    }
    if (message.type === "leading") {
      for (const name of spaces.keys()) tabs.post({ type: "using", space: name });
      // With each sign of life: messages may get lost with the tab that was to send them.
      eachSpace((space) => space.check());
      return;
    }
    // The tab that leads syncs what any tab shows.
    const wanted = tabs.leads() && (message.type === "using" || message.type === "changed");
    const held = spaces.get(message.space);
    if (held === undefined && (!wanted || closing !== undefined)) return;
    (held ?? openSpace(message.space)).then(
      (space) => {
        if (held === undefined) startSpace(space);
        space.take(message);
      },
      () => undefined, // who opened it hears of it
    );
  }

  function eachSpace(run: (space: SpaceClient) => void): void {
    for (const opened of spaces.values()) opened.then(run, () => undefined);
  }

  function startSpace(space: SpaceClient): void {
    if (tabs.shared) tabs.post({ type: "using", space: space.name });
    if (autoSync) space.wake();
  }

  async function openSpaces(): Promise<SpaceClient[]> {
    const opened = await Promise.allSettled(spaces.values());
    return opened.flatMap((space) => (space.status === "fulfilled" ? [space.value] : []));
  }

  function openSpace(name: string): Promise<SpaceClient> {
    const held = spaces.get(name);
    if (held !== undefined) return held;
    if (!isSpaceName(name)) {
      throw new SynclineError("invalid", "This is no name of a space.", { path: "space" });
    }
    const opened = openSpaceClient({
      space: name,
      store,
      transport,
      device,
      serial,
      environment,
      definitions,
      schemaVersion: options.schemaVersion ?? 0,
      only: options.onlyCollections === false ? undefined : Object.keys(definitions).sort(),
      pollMs: options.pollMs ?? 30_000,
      autoSync,
      tabs,
      emit,
      onRenamed: async () => {
        emit({ type: "renamed", clientId: device.clientId() });
        for (const space of await openSpaces()) await space.reload({ keys: [] });
      },
    });
    spaces.set(name, opened);
    // The database could not be read: the next call tries again.
    opened.catch(() => spaces.delete(name));
    return opened;
  }

  function faceOf(space: SpaceClient): Space<Collections> {
    const { reader, writer, history } = space;
    const newId = () => environment.randomId();
    const faces = Object.keys(definitions).map(
      (name) => [name, createCollection({ name, reader, writer, newId })] as const,
    );
    return {
      // Each face has the type that its name's definition gives it.
      collections: Object.fromEntries(faces) as unknown as Space<Collections>["collections"],
      status: space.status,
      outbox: space.outbox,
      inbox: space.inbox,
      presence: { set: space.presence.set, others: space.presence.others },
      transaction: (fill, { label } = {}) =>
        writer.transaction((draft) => fill(createTransaction(definitions, draft, newId)), label),
      history: { undo: history.undo, redo: history.redo, state: history.state },
      undo: history.undo,
      redo: history.redo,
      sync: space.sync,
      explain: space.explain,
    };
  }

  const closers: (() => void)[] = [];
  let closing: Promise<void> | undefined;
  const close = (why?: SynclineError) => {
    closing ??= (async () => {
      tabs.close();
      for (const run of closers) run();
      const open = await openSpaces();
      // All at once: none waits for another's call to end.
      await Promise.all(open.map((space) => space.close(why)));
      await transport.close();
      await store.close();
      inUse.delete(store);
    })();
    return closing;
  };

  async function signOut({
    unsynced,
    signal,
  }: Parameters<Client<Collections>["signOut"]>[0]): Promise<SignedOut> {
    // Spaces that were not opened this time may hold something, too.
    for (const name of await store.spaces()) await openSpace(name);
    const open = await openSpaces();
    for (const { writer } of open) writer.close();
    try {
      if (unsynced === "push") for (const space of open) await push(space, signal);
    } catch (thrown) {
      for (const { writer } of open) writer.reopen();
      throw thrown;
    }
    for (const space of open) await space.close();
    const left = open.flatMap(unsyncedOf);
    if (unsynced !== "keep") {
      await store.wipe();
      tabs.post({ type: "signed_out" });
      // An export is in the app's hands; everything else is gone, and that is said.
      if (unsynced !== "export") for (const one of left) emit({ type: "discarded", ...one });
    }
    await close();
    return { unsynced: unsynced === "export" ? structuredClone(left) : [] };
  }

  store.onRemoved?.(() => {
    void openSpaces().then((open) => {
      emit({ type: "removed", unsynced: structuredClone(open.flatMap(unsyncedOf)) });
      return close(new SynclineError("storage_unavailable", "The device's database was removed."));
    });
  });
  // Side by side: each is a wait for the database.
  const [own] = await Promise.all([openSpace(options.space ?? "~"), prepareStore()]);
  await takeJournal(store.journal, openSpace, startSpace).catch((thrown: unknown) =>
    emit({ type: "failed", what: "writes that another page left", thrown }),
  );
  startSpace(own);
  const client: Client<Collections> = {
    ...faceOf(own),
    async space(name) {
      if (closing !== undefined) throw new SynclineError("closed");
      const space = await openSpace(name);
      startSpace(space);
      return faceOf(space);
    },
    signOut,
    storage: async () => await store.health?.(),
    close: () => close(),
    [asyncDispose]: () => close(),
  };
  setInside(client, {
    store,
    transport,
    environment,
    emit,
    space: openSpace,
    async left(name, error) {
      if (closing === undefined && (await store.spaces()).includes(name))
        await (await openSpace(name)).leave(error);
    },
    onClose: (run) => void closers.push(run),
  });
  return client;
}

/** Sends what is pending; without a network it fails at once. */
async function push(space: SpaceClient, signal: AbortSignal | undefined): Promise<void> {
  await space.sync({ needsNetwork: true, ...(signal === undefined ? {} : { signal }) });
  const left = unsyncedOf(space).length;
  if (left === 0) return;
  throw new SynclineError(
    "conflict",
    `${left} writes in "${space.name}" were refused and wait in the inbox: decide about them first.`,
  );
}

function unsyncedOf({ name, outbox, inbox }: SpaceClient): UnsyncedEntry[] {
  const entries = [...outbox.getSnapshot(), ...inbox.getSnapshot()];
  return entries.map((entry) => ({ space: name, entry }));
}
