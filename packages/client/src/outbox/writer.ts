// Writes: from what an app asks for to an entry of the outbox, durable on the device before `local` resolves.

import {
  isSynclineError,
  type MergePolicy,
  type RecordKey,
  type RecordState,
  recordKeyToText,
  SynclineError,
  withResolvers,
} from "@syncline/core";
import type { AnyCollection } from "../collections/definition.ts";
import { viewOf } from "../collections/view.ts";
import type { Device } from "../device.ts";
import type { Environment } from "../environment.ts";
import type { ClientEvent } from "../events.ts";
import type { JournalEntry, LocalStore, WriteKey } from "../store/port.ts";
import { pause } from "../sync/backoff.ts";
import type { Serial } from "../sync/serial.ts";
import { APPLIED, type Appended, type Settle, toRefusal, type WriteOutcome } from "./appended.ts";
import { draftChanges, keysOf, type Origin } from "./drafts.ts";
import type { Intent } from "./intent.ts";
import type { Pending } from "./pending.ts";

/** A write: on the device once `local` resolves, on the server's disk once `synced` does. */
export interface Write {
  /** Rejects when the device could not take the write; nothing of it is kept then. */
  readonly local: Promise<void>;
  /**
   * What became of it. Rejects with the reason when the write was refused, by the device or by the server.
   */
  readonly synced: Promise<WriteOutcome>;
}

/** A transaction while it is filled. */
export interface Draft {
  add(intent: Intent): void;
  /** The record as it looks with what was added so far. */
  view(key: RecordKey): Promise<RecordState | undefined>;
}

export interface WriterOptions {
  readonly space: string;
  readonly store: LocalStore;
  readonly device: Device;
  readonly serial: Serial;
  readonly environment: Environment;
  readonly pending: Pending;
  definitionOf(collection: string): AnyCollection;
  policyOf(collection: string): MergePolicy;
  /** Takes up what another tab has changed; runs in the same turn. */
  reload(): Promise<void>;
  /** Shows what changed; runs in the same turn. */
  changed(keys: readonly RecordKey[]): Promise<void>;
  emit(event: ClientEvent): void;
  /** Something is there to be sent. */
  onWritten(): void;
  /** A mutation of the app's is on the device; runs in the same turn. */
  onAppended(appended: Appended): void;
  /** A write was refused, by the device or by the server. */
  onRefused(settle: Settle): void;
}

/** A record as the app sees it, deleted ones included. */
export type View = (key: RecordKey) => Promise<RecordState | undefined>;

/** A mutation that is made when its turn has come, from what is there then. */
export interface Revision {
  /** Asked again when another tab was faster. */
  build(view: View): readonly Intent[] | Promise<readonly Intent[]>;
  /** It is on the device. */
  taken(appended: Appended): void;
  /** It was made of one that conflicted. */
  readonly rewritten?: boolean;
  /** It comes after every write that was begun before it, transactions that are still being filled among them. */
  readonly inOrder?: boolean;
}

export interface Writer {
  /** One mutation of the intents that `build` gives at once. What it throws refuses the write. */
  submit(build: () => readonly Intent[]): Write;
  /** One mutation that takes back, or replaces, another one. */
  revise(revision: Revision): Write;
  /**
   * One mutation of everything that `fill` adds.
   * @param label what the app calls it
   */
  transaction(fill: (draft: Draft) => void | Promise<void>, label?: string): Write;
  /** Makes a write that another page left behind. */
  takeUp(entry: JournalEntry): Write;
  /** Whether a write is on its way to the device. */
  busy(): boolean;
  /** Refuses further writes. */
  close(): void;
  /** Takes writes again. */
  reopen(): void;
}

/** A mutation whose turn has not come. */
interface Waiting extends Revision {
  readonly settle: Settle;
  readonly label?: string | undefined;
  /** The records that it is about, as far as they are known. */
  readonly keys: readonly RecordKey[];
  /** Whether what the mutation was made from is still so. */
  readonly holds?: (view: View) => Promise<boolean>;
  /** What it is called until it is on the device: another page may take it up. */
  readonly key?: WriteKey | undefined;
  /** Takes how it ended; false: what it was made from does not hold. */
  readonly ended: PromiseWithResolvers<boolean>;
}

/** How often a write is made anew at once: whoever comes first is mostly done by then. */
const EAGER_TRIES = 20;
/** How often a transaction is filled again because others changed what it had read. */
const MAX_TRIES = 10;
/** Changes that share a transaction; a mutation is not divided. */
const MAX_CHANGES = 1_000;

export function createWriter(options: WriterOptions): Writer {
  const { space, store, device, serial, environment, pending, definitionOf, policyOf } = options;
  let closed = false;
  const underway = new Set<Promise<void>>();
  /** Transactions that are being filled: their turn is not fixed yet. */
  let filling = 0;
  /** The last revision that has waited for those: later writes come after it. */
  let barrier: Promise<unknown> | undefined;

  /** What the changes of one turn are made from: read at once, and added to by what is drafted before. */
  async function openGround(keys: readonly RecordKey[]) {
    const { cursor } = await store.state(space);
    const records = await store.getMany(space, keys);
    const server = new Map(keys.map((key, i) => [recordKeyToText(key), records[i]]));
    const ahead = new Map<string, Origin>();

    async function originOf(key: RecordKey): Promise<Origin> {
      const text = recordKeyToText(key);
      const drafted = ahead.get(text);
      if (drafted !== undefined) return drafted;
      const policy = policyOf(key.collection);
      const held = server.has(text)
        ? server.get(text)
        : await store.get(space, key.collection, key.id);
      const counted = policy.name === "versioned" ? pending.countOf(key) : 0;
      return {
        record: viewOf(held, pending.changesOf(key), policy),
        version: (held?.version ?? 0) + counted,
      };
    }

    return {
      cursor,
      view: async (key: RecordKey) => (await originOf(key)).record,
      async draft(intents: readonly Intent[]) {
        const origins = new Map<string, Origin>();
        for (const key of keysOf(intents)) origins.set(recordKeyToText(key), await originOf(key));
        const drafted = draftChanges(intents, origins, { ...device, definitionOf, policyOf });
        for (const [text, origin] of drafted.records) ahead.set(text, origin);
        return { origins, ...drafted };
      },
    };
  }

  const enqueue = serial.group(appendAll);
  const taken = (appended: Appended) => options.onAppended(appended);

  /** Makes mutations durable on the device, each of which may fail alone. Runs in turn. */
  async function appendAll(waiting: readonly Waiting[]): Promise<void> {
    for (let rest = waiting; rest.length > 0; ) {
      let [count, changes] = [0, 0];
      for (const { keys } of rest) {
        changes += keys.length;
        if (count > 0 && changes > MAX_CHANGES) break;
        count += 1;
      }
      await appendGroup(rest.slice(0, count));
      rest = rest.slice(count);
    }
  }

  /** One transaction of the store. */
  async function appendGroup(all: readonly Waiting[]): Promise<void> {
    let group = all;
    try {
      // Another tab that writes ends some time, and a user's write is never refused because of it.
      for (let tries = 0; ; tries++) {
        // Another one has ended in its turn, which passes with time.
        if (tries > EAGER_TRIES) await pause(20 + 30 * environment.random(), environment);
        if (closed) throw new SynclineError("closed");
        const { cursor, mutations, end } = await draftGroup(group);
        const drafts = mutations.map(({ changes, key }) => ({
          seen: cursor,
          changes,
          createdAtMs: environment.now(),
          key,
        }));
        const entries = drafts.length > 0 ? await store.append(space, drafts, device.clock()) : [];
        if (entries === null) {
          await options.reload();
          group = await withoutTaken(group);
          continue;
        }
        for (const [i, entry] of entries.entries()) {
          const mutation = mutations[i];
          if (mutation === undefined) continue;
          const { settle, rewritten = false } = mutation;
          pending.add({ entry, refused: false, rewritten, settle });
          mutation.taken(mutation);
        }
        if (entries.length > 0) await options.changed(keysOf(drafts.flatMap((one) => one.changes)));
        return end();
      }
    } catch (thrown) {
      // Nothing of it is there; the one that has no room is not to take the others with it.
      if (group.length > 1 && isSynclineError(thrown, "storage_full"))
        for (const one of group) await appendGroup([one]);
      else for (const { ended } of group) ended.reject(thrown);
    }
  }

  /** Leaves out what another page has taken up while this one slept. */
  async function withoutTaken(group: readonly Waiting[]): Promise<Waiting[]> {
    const left: Waiting[] = [];
    for (const one of group) {
      const { key, settle, ended } = one;
      if (key === undefined || (await store.journal?.isAppended(key)) !== true) {
        left.push(one);
        continue;
      }
      const taken = pending
        .entries()
        .find(({ entry }) => entry.key?.page === key.page && entry.key.n === key.n);
      if (taken === undefined) settle.resolve(APPLIED);
      else taken.settle = settle;
      ended.resolve(true);
    }
    return left;
  }

  /** What becomes of each, once the mutations are on the device. */
  async function draftGroup(group: readonly Waiting[]) {
    const ground = await openGround(keysOf(group.flatMap(({ keys }) => keys)));
    const mutations: (Waiting & Appended)[] = [];
    const ends: (() => void)[] = [];
    for (const one of group) {
      const { build, holds, settle, ended } = one;
      try {
        const isHeld = (await holds?.(ground.view)) ?? true;
        const intents = isHeld ? await build(ground.view) : [];
        if (intents.length > 0)
          mutations.push({ label: undefined, ...one, ...(await ground.draft(intents)) });
        else if (isHeld) ends.push(() => settle.resolve(APPLIED));
        ends.push(() => ended.resolve(isHeld));
      } catch (thrown) {
        ends.push(() => ended.reject(thrown));
      }
    }
    return {
      cursor: ground.cursor,
      mutations,
      end() {
        for (const end of ends) end();
      },
    };
  }

  /** Makes a mutation of what is known to the device: it shares a transaction with those beside it. */
  function append(
    intents: readonly Intent[],
    rest: Pick<Waiting, "settle" | "label" | "holds" | "key">,
    keys: readonly RecordKey[] = intents,
  ): Promise<boolean> {
    const ended = withResolvers<boolean>();
    // What was made from something that it had read is nothing that another page could make.
    const own =
      rest.key === undefined && keys.length === intents.length
        ? store.journal?.add({ space, intents, label: rest.label })
        : undefined;
    enqueue({ build: () => intents, taken, keys, ended, key: own, ...rest });
    if (own === undefined) return ended.promise;
    return ended.promise.finally(() => store.journal?.done(own));
  }

  /** @param work makes the write durable, and hands `settle` on to whom the server's answer reaches */
  function begin(
    work: (settle: Settle, after: Promise<unknown> | undefined) => Promise<void>,
  ): Write {
    const { promise: synced, resolve, reject } = withResolvers<WriteOutcome>();
    const settle: Settle = { resolve, reject };
    // Who does not look at it hears of it through the inbox; it must not end the process.
    synced.catch(() => options.onRefused(settle));
    const local = work(settle, barrier).then(
      () => {
        underway.delete(local);
        options.onWritten();
      },
      (thrown: unknown) => {
        underway.delete(local);
        const error = toRefusal(thrown);
        reject(error);
        options.emit({ type: "refused", space, error });
        throw error;
      },
    );
    underway.add(local);
    local.catch(() => undefined);
    return { local, synced };
  }

  function transaction(fill: (draft: Draft) => void | Promise<void>, label?: string): Write {
    return begin(async (settle, after) => {
      if (after !== undefined) await after;
      for (let tries = 1; ; tries++) {
        const filled = createDraft();
        const wait = fill(filled.draft);
        // A transaction that waits for nothing is appended in the order of the calls, as other writes are.
        if (wait !== undefined) {
          filling += 1;
          await wait.finally(() => (filling -= 1));
        }
        const intents = filled.end();
        const rest = { settle, label, holds: filled.stillHolds };
        const appended = await append(intents, rest, [...intents, ...filled.keys()]);
        if (appended) return;
        if (tries === MAX_TRIES) {
          throw new SynclineError(
            "conflict",
            "What the transaction had read was changed each time before it ended: make it shorter.",
          );
        }
      }
    });
  }

  /** What a transaction adds and reads. It holds no turn while it is filled, so that it can wait for anything. */
  function createDraft() {
    const intents: Intent[] = [];
    const read = new Map<string, { readonly key: RecordKey; readonly text: string }>();
    let ended = false;
    return {
      draft: {
        add(intent) {
          if (ended) throw new SynclineError("closed", "This transaction has ended.");
          intents.push(intent);
        },
        view: (key) =>
          serial.run(async () => {
            const text = recordKeyToText(key);
            const ground = await openGround(keysOf([...intents, key]));
            const record = await ground.view(key);
            if (!ended && !read.has(text)) read.set(text, { key, text: JSON.stringify(record) });
            await ground.draft(intents);
            return await ground.view(key);
          }),
      } satisfies Draft,
      end() {
        ended = true;
        return intents;
      },
      keys: () => [...read.values()].map(({ key }) => key),
      async stillHolds(view: View) {
        for (const { key, text } of read.values())
          if (JSON.stringify(await view(key)) !== text) return false;
        return true;
      },
    };
  }

  function revise(revision: Revision): Write {
    const waits = revision.inOrder === true && (filling > 0 || barrier !== undefined);
    // In a turn of its own: it is made of what the writes before it have left.
    const write = begin(async (settle) => {
      if (waits) await Promise.allSettled(underway);
      const ended = withResolvers<boolean>();
      await serial.run(() => appendGroup([{ ...revision, keys: [], settle, ended }]));
      await ended.promise;
    });
    if (waits) barrier = write.local.catch(() => undefined);
    return write;
  }

  return {
    submit: (build) =>
      begin(async (settle, after) => {
        const intents = build();
        if (after !== undefined) await after;
        await append(intents, { settle });
      }),
    revise,
    takeUp: ({ intents, label, key }) =>
      begin(async (settle) => {
        await append(intents, { settle, label, key });
      }),
    transaction,
    busy: () => underway.size > 0,
    close() {
      closed = true;
    },
    reopen() {
      closed = false;
    },
  };
}
