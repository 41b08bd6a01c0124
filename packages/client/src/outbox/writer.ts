// Writes: from what an app asks for to an entry of the outbox, durable on the device before `local` resolves.

import {
  isSynclineError,
  type MergePolicy,
  type RecordKey,
  type RecordState,
  recordKeyToText,
  SynclineError,
} from "@syncline/core";
import type { AnyCollection } from "../collections/definition.ts";
import { viewOf } from "../collections/view.ts";
import type { Device } from "../device.ts";
import type { Environment } from "../environment.ts";
import type { ClientEvent } from "../events.ts";
import type { LocalStore } from "../store/port.ts";
import type { Serial } from "../sync/serial.ts";
import { APPLIED, type Appended, type Settle, type WriteOutcome } from "./appended.ts";
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
  /** Whether a write is on its way to the device. */
  busy(): boolean;
  /** Refuses further writes. */
  close(): void;
  /** Takes writes again. */
  reopen(): void;
}

interface AppendOptions extends Revision {
  readonly settle: Settle;
  readonly label?: string | undefined;
  /** Whether what the mutation was made from is still so. */
  readonly holds?: () => Promise<boolean>;
}

/** How often a transaction is filled again because others changed what it had read. */
const MAX_TRIES = 10;

export function createWriter(options: WriterOptions): Writer {
  const { space, store, device, serial, environment, pending, definitionOf, policyOf } = options;
  let closed = false;
  let underway = 0;

  async function originsOf(
    keys: readonly RecordKey[],
  ): Promise<readonly (readonly [RecordKey, Origin])[]> {
    const held = await store.getMany(space, keys);
    return keys.map((key, place) => {
      const policy = policyOf(key.collection);
      const server = held[place];
      const counted = policy.name === "versioned" ? pending.countOf(key) : 0;
      const record = viewOf(server, pending.changesOf(key), policy);
      return [key, { record, version: (server?.version ?? 0) + counted }];
    });
  }

  const view: View = async (key) => {
    const [[, origin] = []] = await originsOf([key]);
    return origin?.record;
  };
  const taken = (appended: Appended) => options.onAppended(appended);

  async function draft(intents: readonly Intent[], also: readonly RecordKey[] = []) {
    const held = await originsOf(keysOf([...intents, ...also]));
    const origins = new Map(held.map(([key, origin]) => [recordKeyToText(key), origin]));
    return { origins, ...draftChanges(intents, origins, { ...device, definitionOf, policyOf }) };
  }

  /** Makes one mutation durable on the device; false: what it was made from does not hold. Runs in turn. */
  async function append({
    build,
    taken,
    settle,
    label,
    holds,
    rewritten = false,
  }: AppendOptions): Promise<boolean> {
    // Another tab that writes ends some time, and a user's write is never refused because of it.
    for (;;) {
      if (closed) throw new SynclineError("closed");
      if (holds !== undefined && !(await holds())) return false;
      const intents = await build(view);
      if (intents.length === 0) {
        settle.resolve(APPLIED);
        return true;
      }
      const drafted = await draft(intents);
      const { changes } = drafted;
      const { cursor } = await store.state(space);
      const written = { seen: cursor, changes, createdAtMs: environment.now() };
      const entry = await store.append(space, written, device.clock());
      if (entry !== null) {
        pending.add({ entry, refused: false, rewritten, settle });
        taken({ ...drafted, settle, label });
        await options.changed(changes);
        return true;
      }
      await options.reload();
    }
  }

  /** @param work makes the write durable, and hands `settle` on to whom the server's answer reaches */
  function begin(work: (settle: Settle) => Promise<void>): Write {
    const { promise: synced, resolve, reject } = Promise.withResolvers<WriteOutcome>();
    const settle: Settle = { resolve, reject };
    // Who does not look at it hears of it through the inbox; it must not end the process.
    synced.catch(() => options.onRefused(settle));
    underway += 1;
    const local = work(settle).then(
      () => {
        underway -= 1;
        options.onWritten();
      },
      (thrown: unknown) => {
        underway -= 1;
        const error = toError(thrown);
        reject(error);
        options.emit({ type: "refused", space, error });
        throw error;
      },
    );
    local.catch(() => undefined);
    return { local, synced };
  }

  function transaction(fill: (draft: Draft) => void | Promise<void>, label?: string): Write {
    return begin(async (settle) => {
      for (let tries = 1; ; tries++) {
        const filled = createDraft();
        const filling = fill(filled.draft);
        // A transaction that waits for nothing is appended in the order of the calls, as other writes are.
        if (filling !== undefined) await filling;
        const intents = filled.end();
        const appended = await serial.run(() =>
          append({ build: () => intents, taken, settle, label, holds: filled.stillHolds }),
        );
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
            const record = await view(key);
            if (!ended && !read.has(text)) read.set(text, { key, text: JSON.stringify(record) });
            return (await draft(intents, [key])).records.get(text);
          }),
      } satisfies Draft,
      end() {
        ended = true;
        return intents;
      },
      async stillHolds() {
        for (const { key, text } of read.values()) {
          if (JSON.stringify(await view(key)) !== text) return false;
        }
        return true;
      },
    };
  }

  return {
    submit: (build) =>
      begin(async (settle) => {
        const intents = build();
        await serial.run(() => append({ build: () => intents, taken, settle }));
      }),
    revise: (revision) =>
      begin(async (settle) => {
        await serial.run(() => append({ ...revision, settle }));
      }),
    transaction,
    busy: () => underway > 0,
    close() {
      closed = true;
    },
    reopen() {
      closed = false;
    },
  };
}

function toError(thrown: unknown): SynclineError {
  if (isSynclineError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : "The write could not be made.";
  return new SynclineError("internal", message, { cause: thrown });
}
