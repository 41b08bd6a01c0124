// The inbox: mutations that the server refused, kept until the app has dealt with them.

import { type ErrorBody, type Fields, SynclineError } from "@syncline/core";
import type { ClientEvent } from "../events.ts";
import { createSource, type Observable } from "../query/observable.ts";
import type { InboxEntry, LocalStore } from "../store/port.ts";
import type { Serial } from "../sync/serial.ts";
import { type Intent, makeIntent } from "./intent.ts";
import type { Write } from "./writer.ts";

export interface Inbox extends Observable<readonly InboxEntry[]> {
  /** Sends what an entry wanted once more, made from what the device sees now. */
  retry(id: number): Promise<Write>;
  /** The same with other fields for its first change. */
  edit(id: number, fields: Fields): Promise<Write>;
  /** Gives an entry up. */
  discard(id: number): Promise<void>;
  /** An entry as plain data, to be kept or sent elsewhere. */
  export(id: number): InboxEntry;
}

export interface InboxOptions {
  readonly space: string;
  readonly store: LocalStore;
  readonly serial: Serial;
  readonly initial: readonly InboxEntry[];
  emit(event: ClientEvent): void;
  submit(build: () => readonly Intent[]): Write;
  /** The number of entries is part of the status. */
  onChange(): void;
  onError(thrown: unknown): void;
}

/** The inbox as the rest of the space sees it; these run in turn. */
export interface OpenInbox extends Inbox {
  park(entries: readonly Omit<InboxEntry, "id">[]): Promise<InboxEntry[]>;
  /** Takes an entry out without saying that it was given up. */
  remove(id: number): Promise<void>;
  /** Shows what the store holds now. */
  reload(): Promise<void>;
}

export function createInbox(options: InboxOptions): OpenInbox {
  const { space, store, serial, emit } = options;
  const source = createSource<readonly InboxEntry[]>(
    Object.freeze([...options.initial]),
    options.onError,
  );
  const find = (id: number): InboxEntry => {
    const entry = source.getSnapshot().find((other) => other.id === id);
    if (entry === undefined) throw new SynclineError("not_found", "There is no such entry.");
    return entry;
  };
  const show = (entries: readonly InboxEntry[]) => {
    source.set(Object.freeze(entries));
    options.onChange();
  };
  const remove = async (id: number) => {
    await store.discard(space, id);
    show(source.getSnapshot().filter((entry) => entry.id !== id));
  };
  /** Writes first and removes then: a crash in between leaves the entry twice, never nowhere. */
  const again = async (id: number, fields?: Fields): Promise<Write> => {
    const entry = find(id);
    const write = options.submit(() =>
      entry.mutation.changes.map((change, index) =>
        makeIntent(change, change.op, index === 0 && fields !== undefined ? fields : change.fields),
      ),
    );
    await write.local;
    await serial.run(() => remove(id));
    return write;
  };
  return {
    subscribe: source.subscribe,
    getSnapshot: source.getSnapshot,
    retry: (id) => again(id),
    edit: (id, fields) => again(id, fields),
    async discard(id) {
      const entry = find(id);
      await serial.run(() => remove(id));
      emit({ type: "discarded", space, entry });
    },
    export: (id) => structuredClone(find(id)),
    async park(entries) {
      const parked = await store.park(space, entries);
      show([...source.getSnapshot(), ...parked]);
      for (const entry of parked) emit({ type: "parked", space, entry });
      return parked;
    },
    remove,
    async reload() {
      const held = source.getSnapshot();
      const stored = await store.inbox(space);
      const same = stored.length === held.length && stored.every(({ id }, i) => id === held[i]?.id);
      if (!same) show(stored);
    },
  };
}

/** The error that whoever waits for a refused mutation gets. */
export function toError({ code, message, path }: ErrorBody): SynclineError {
  return new SynclineError(code, message, path === undefined ? {} : { path });
}
