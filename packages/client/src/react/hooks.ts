// React hooks over a client: live queries, records, mutations, status and presence.

import { isSynclineError, type Json, SynclineError } from "@syncline/core";
import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type {
  Collection,
  ConnectionState,
  DataOf,
  Definitions,
  InboxEntry,
  Include,
  Included,
  LiveResult,
  NoInclude,
  Observable,
  OutboxEntry,
  Present,
  Query,
  QueryWith,
  Row,
  Space,
  Write,
} from "../index.ts";

/** A mutation as a component sees it. */
export interface Mutation<Arguments extends readonly unknown[]> {
  /** Runs it; resolves when the write is on the device, and never rejects: see `error`. */
  run(...given: Arguments): Promise<void>;
  /** True until the server has it, or has refused it. Offline that takes as long as offline lasts. */
  readonly pending: boolean;
  /** Why the last run was refused, by the device or by the server. */
  readonly error: SynclineError | undefined;
  reset(): void;
}

export interface RecordResult<Data> {
  /** False until the device's database was read for the first time. */
  readonly ready: boolean;
  /** Undefined when there is no such record. */
  readonly row: Row<Data> | undefined;
}

type Fields = { readonly [name: string]: Json };

/** The hooks of one app: typed by its collections, with a provider of their own. */
export interface Hooks<Collections extends Definitions> {
  /** Gives a client, or one of its spaces, to the components below. The app opens and closes it. */
  SynclineProvider(props: {
    readonly client: Space<Collections>;
    readonly children?: ReactNode;
  }): ReactNode;
  /** @throws {SynclineError} `config` outside of a provider */
  useClient(): Space<Collections>;
  /** A query that stays up to date; the query may be written inline. */
  useQuery<
    Name extends keyof Collections & string,
    const Related extends Include<Collections> = NoInclude,
  >(
    collection: Name,
    query?: QueryWith<DataOf<Collections[Name]>, Related, Collections>,
  ): LiveResult<DataOf<Collections[Name]> & Included<Collections, Related>>;
  /** The same for Suspense: suspends until the device's database was read, and gives the rows. */
  useSuspenseQuery<
    Name extends keyof Collections & string,
    const Related extends Include<Collections> = NoInclude,
  >(
    collection: Name,
    query?: QueryWith<DataOf<Collections[Name]>, Related, Collections>,
  ): readonly Row<DataOf<Collections[Name]> & Included<Collections, Related>>[];
  useRecord<Name extends keyof Collections & string>(
    collection: Name,
    id: string,
  ): RecordResult<DataOf<Collections[Name]>>;
  /** Wraps what writes, so that a component can show that it is under way, and why it failed. */
  useMutation<Arguments extends readonly unknown[]>(
    write: (
      client: Space<Collections>,
      ...given: Arguments
    ) => Write | undefined | Promise<Write | undefined>,
  ): Mutation<Arguments>;
  useSyncStatus(): ConnectionState;
  useOutbox(): readonly OutboxEntry[];
  useInbox(): readonly InboxEntry[];
  /** Shows a state to the others in the space as long as the component is there, and gives theirs. */
  usePresence(state?: Fields | null): readonly Present[];
}

const NOT_READY: LiveResult<never> = Object.freeze({ ready: false, rows: Object.freeze([]) });

/**
 * Makes the hooks for an app's collections. Once, beside the definitions:
 *
 * ```ts
 * export const { SynclineProvider, useQuery, useMutation } = createHooks<typeof collections>();
 * ```
 */
export function createHooks<Collections extends Definitions>(): Hooks<Collections> {
  const Context = createContext<Space<Collections> | undefined>(undefined);

  function useClient(): Space<Collections> {
    const client = useContext(Context);
    if (client === undefined)
      throw new SynclineError("config", "Put a <SynclineProvider client={…}> around this.");
    return client;
  }

  function useCollection<Name extends keyof Collections & string>(name: Name) {
    const { collections } = useClient();
    if (!Object.hasOwn(collections, name))
      throw new SynclineError("config", `There is no collection "${name}".`);
    return collections[name] as Collection<DataOf<Collections[Name]>>; // it has the type of its name
  }

  function useLive<Name extends keyof Collections & string>(
    name: Name,
    query: Query<DataOf<Collections[Name]>>,
  ): SharedLive<DataOf<Collections[Name]>> {
    const collection = useCollection(name);
    // The text is the query, so that one written inline is the same in each render.
    const key = JSON.stringify(query);
    return useMemo(() => sharedLive(collection, key, query), [collection, key]);
  }

  const show = <Value>(observable: Observable<Value>, first: () => Value): Value =>
    useSyncExternalStore(observable.subscribe, observable.getSnapshot, first);

  return {
    SynclineProvider: ({ client, children }) =>
      createElement(Context.Provider, { value: client }, children),
    useClient,
    useQuery(name, query = {}) {
      return show(useLive(name, query).live, () => NOT_READY) as never; // with what the query includes
    },
    useSuspenseQuery(name, query = {}) {
      const shared = useLive(name, query);
      const result = show(shared.live, () => NOT_READY);
      if (!result.ready) throw shared.ready(); // React waits for it, and tries again
      return result.rows as never; // as above
    },
    useRecord(name, id) {
      const query = { where: { id } } as unknown as Query<DataOf<Collections[typeof name]>>; // every row has an id
      const { ready, rows } = show(useLive(name, query).live, () => NOT_READY);
      return useMemo(() => ({ ready, row: rows[0] }), [ready, rows]);
    },
    useMutation<Arguments extends readonly unknown[]>(
      write: (
        client: Space<Collections>,
        ...given: Arguments
      ) => Write | undefined | Promise<Write | undefined>,
    ) {
      const client = useClient();
      const latest = useRef(write);
      latest.current = write;
      const [state, setState] = useState<{ pending: number; error: SynclineError | undefined }>({
        pending: 0,
        error: undefined,
      });
      const run = useCallback(
        async (...given: Arguments) => {
          let written: Write | undefined;
          try {
            written = await latest.current(client, ...given);
          } catch (thrown) {
            // What the component's own code throws is shown like any refusal.
            setState((held) => ({ ...held, error: toError(thrown) }));
          }
          if (written === undefined) return;
          setState(({ pending }) => ({ pending: pending + 1, error: undefined }));
          const done = (error: SynclineError | undefined) =>
            setState((held) => ({ pending: held.pending - 1, error: error ?? held.error }));
          written.synced.then(
            () => done(undefined),
            (error: SynclineError) => done(error),
          );
          await written.local.catch(() => undefined); // `synced` says the same, and is shown
        },
        [client],
      );
      const reset = useCallback(() => setState((held) => ({ ...held, error: undefined })), []);
      return { run, reset, pending: state.pending > 0, error: state.error };
    },
    useSyncStatus() {
      const { status } = useClient();
      return show(status, status.getSnapshot);
    },
    useOutbox() {
      const { outbox } = useClient();
      return show(outbox, outbox.getSnapshot);
    },
    useInbox() {
      const { inbox } = useClient();
      return show(inbox, inbox.getSnapshot);
    },
    usePresence(state) {
      const { presence } = useClient();
      const key = JSON.stringify(state);
      useEffect(() => {
        if (state !== undefined) presence.set(state);
      }, [presence, key]);
      const shows = state !== undefined;
      useEffect(() => {
        if (shows) return () => presence.set(null);
        return undefined;
      }, [presence, shows]);
      return show(presence.others, presence.others.getSnapshot);
    },
  };
}

function toError(thrown: unknown): SynclineError {
  if (isSynclineError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new SynclineError("internal", message, { cause: thrown });
}

/** A live query that a suspended component finds again when it is tried anew. */
interface SharedLive<Data> {
  readonly live: Observable<LiveResult<Data>>;
  /** Resolves when the query is ready. */
  ready(): Promise<void>;
}

const shared = new WeakMap<object, Map<string, SharedLive<unknown>>>();
/** Queries with changing conditions leave old ones behind: so many are kept for a collection. */
const MAX_SHARED = 200;

function sharedLive<Data>(
  collection: Collection<Data>,
  key: string,
  query: Query<Data>,
): SharedLive<Data> {
  const byKey = shared.get(collection) ?? new Map<string, SharedLive<unknown>>();
  shared.set(collection, byKey);
  const held = byKey.get(key);
  if (held !== undefined) return held as SharedLive<Data>; // made of the same collection
  const live = collection.live(query);
  let ready: Promise<void> | undefined;
  const made: SharedLive<Data> = {
    live,
    ready() {
      ready ??= new Promise((resolve) => {
        const look = () => {
          if (!live.getSnapshot().ready) return;
          stop();
          resolve();
        };
        const stop = live.subscribe(() => look());
        look();
      });
      return ready;
    },
  };
  byKey.set(key, made);
  const [oldest] = byKey.keys();
  if (byKey.size > MAX_SHARED && oldest !== undefined) byKey.delete(oldest);
  return made;
}
