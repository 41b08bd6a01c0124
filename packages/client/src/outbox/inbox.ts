// The inbox: mutations that the server refused, kept until the app has dealt with them.

import { type ErrorBody, type Fields, SynclineError } from "@syncline/core";
import type { ClientEvent } from "../events.ts";
import { createSource, type Observable } from "../query/observable.ts";
import type { DraftView, Write } from "../space-client.ts";
import type { InboxEntry, LocalStore } from "../store/port.ts";
import type { Serial } from "../sync/serial.ts";

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
  write(fill: (draft: DraftView) => void | Promise<void>): Write;
  publish(): void;
  onError(thrown: unknown): void;
}

/** The inbox as the rest of the space sees it. */
export interface OpenInbox extends Inbox {
  park(entries: readonly Omit<InboxEntry, "id">[]): Promise<InboxEntry[]>;
  /** Takes an entry out without saying that it was given up. */
  remove(id: number): Promise<void>;
}

export function createInbox(options: InboxOptions): OpenInbox {
  const { space, store, serial, emit } = options;
  const source = createSource<readonly InboxEntry[]>(
    Object.freeze([...options.initial]),
    options.onError,
  );
  const find = (id: number): InboxEntry => {
    const entry = source.getSnapshot().find((other) => other.id === id);
    if (entry === undefined)
      throw new SynclineError("not_found", "There is no such entry in the inbox.");
    return entry;
  };
  const remove = async (id: number) => {
    await store.discard(space, id);
    source.set(Object.freeze(source.getSnapshot().filter((entry) => entry.id !== id)));
    options.publish();
  };
  /** Writes first and removes then: a crash in between leaves the entry twice, never nowhere. */
  const again = async (id: number, fields?: Fields): Promise<Write> => {
    const entry = find(id);
    const write = options.write((draft) => {
      for (const [index, change] of entry.mutation.changes.entries()) {
        const { collection, id: recordId, op } = change;
        const wanted = index === 0 && fields !== undefined ? fields : change.fields;
        draft.add({
          collection,
          id: recordId,
          op,
          ...(wanted === undefined ? {} : { fields: wanted }),
        });
      }
    });
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
      source.set(Object.freeze([...source.getSnapshot(), ...parked]));
      for (const entry of parked) emit({ type: "parked", space, entry });
      return parked;
    },
    remove,
  };
}

/** The error that whoever waits for a refused mutation gets. */
export function toError({ code, message, path }: ErrorBody): SynclineError {
  return new SynclineError(code, message, path === undefined ? {} : { path });
}
