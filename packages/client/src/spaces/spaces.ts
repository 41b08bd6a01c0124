// One's spaces: a list that is there without a network, spaces that are made on the device, and invitations.

import {
  ERROR_CATALOGUE,
  type ErrorBody,
  isSpaceName,
  isSynclineError,
  type Json,
  SynclineError,
} from "@syncline/core";
import { type Inside, insideOf } from "../inside.ts";
import { createSource, type Observable } from "../query/observable.ts";
import { createCalls, ruleToJson } from "./calls.ts";
import { createMembers, type Members } from "./members.ts";
import {
  isServerSpace,
  isSpacesFrame,
  type KeptList,
  type ListedSpace,
  type Making,
  type NewRule,
  type Preview,
  type Records,
  type Role,
  type ServerSpace,
  type SpacesFrame,
} from "./shapes.ts";

export interface NewSpace {
  /** A fresh one where left out. Whoever repeats a call with the same name makes one space. */
  readonly name?: string;
  readonly title?: string;
  readonly rules?: readonly NewRule[];
  /** The first records, by collection; one without an `id` gets a fresh one. */
  readonly records?: Records;
}

export interface Spaces {
  /** By title, then by name. Kept on the device, and live while there is a network. */
  readonly list: Observable<readonly ListedSpace[]>;
  /** Asks the server now. @throws {SynclineError} `offline`… */
  refresh(): Promise<void>;
  /**
   * Makes a space on the device, with its first records; open it with `client.space(name)`. The server takes it as soon
   * as there is a network, or says why not: see `state` in the list.
   * @returns its name
   */
  create(space: NewSpace): Promise<string>;
  /** Gives up a space that the server has refused, and tries no more. What was written there stays in its inbox. */
  forget(name: string): Promise<void>;
  /** @throws {SynclineError} `offline`, `forbidden` */
  setTitle(name: string, title: string): Promise<void>;
  /** Says that one is looking at a space: what is there is not unread. Gives what ends it. */
  reading(name: string): () => void;
  members(name: string): Members;
  /** Gives one's own membership up. @throws {SynclineError} `offline`, `conflict` for the last owner */
  leave(name: string): Promise<void>;
  /** What a code invites to. @throws {SynclineError} `not_found`, `forbidden`, `offline` */
  preview(code: string): Promise<Preview>;
  /** Makes one a member. @throws {SynclineError} as `preview` */
  accept(code: string): Promise<{ readonly name: string; readonly role: Role }>;
}

/** What is needed of a client. */
interface Opened {
  space(name: string): Promise<{
    // Whatever the app's collections: they are named by what it gives as first records.
    transaction(fill: (tx: { readonly collections: object }) => void): {
      readonly local: Promise<void>;
    };
  }>;
}

const KEPT = "spaces";
const NO_MEMBER: ErrorBody = {
  code: "forbidden",
  message: "You are not a member of this space any more.",
  path: "space",
};
/** How often the server is asked where nothing arrives by itself. */
const POLL_MS = 20_000;
/** How often it is asked all the same. */
const LOOK_MS = 5 * 60_000;

const made = new WeakMap<object, Promise<Spaces>>();

/**
 * The spaces of a client's user. One for each client; ends with it.
 *
 * @throws {SynclineError} `config` where the client was not made by `openClient`
 */
export function openSpaces(client: Opened): Promise<Spaces> {
  const held = made.get(client);
  if (held !== undefined) return held;
  const opened = open(client);
  made.set(client, opened);
  return opened;
}

async function open(client: Opened): Promise<Spaces> {
  const found = insideOf(client);
  if (found === undefined)
    throw new SynclineError("config", "Give `openSpaces` the client that `openClient` gave.");
  const inside = found;
  const { store, transport, environment, emit } = inside;
  const ended = new AbortController();
  const calls = createCalls(inside, ended.signal);
  let kept: KeptList = readKept(await store.kept(KEPT));
  let live = false;
  let cancelPoll = () => {};
  const hints = new Map<string, Set<() => void>>();
  const read = new Map<string, number>();
  let frames = 0;
  let making: Promise<void> | undefined;
  const faces = new Map<string, Members>();
  const source = createSource<readonly ListedSpace[]>(shown(kept), (thrown) =>
    emit({ type: "failed", what: "a listener of spaces", thrown }),
  );

  /** Shows a list and keeps it; what one is looking at is not unread. */
  async function set(next: KeptList): Promise<void> {
    const seen = { ...next.seen };
    for (const { name, stamp } of next.spaces)
      if ((read.get(name) ?? 0) > 0) seen[name] = Math.max(seen[name] ?? 0, stamp);
    const before = kept;
    kept = { ...next, seen };
    if (JSON.stringify(before) === JSON.stringify(kept)) return;
    source.set(shown(kept));
    // Of the first list that a device gets, nothing is news.
    if (before.known) tellChanges(before.spaces, kept.spaces, inside);
    await store.keep(KEPT, JSON.parse(JSON.stringify(kept)) as Json);
  }

  /** Writes of the device go one after the other: each begins with what the one before left. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<Of>(work: () => Promise<Of>): Promise<Of> {
    const next = last.then(work);
    last = next.catch(() => undefined); // whoever asked for it is told
    return next;
  }

  const hint = (name: string) => {
    for (const listener of [...(hints.get(name) ?? [])]) listener();
  };

  function take({ whole, gone, spaces }: SpacesFrame): void {
    frames += 1;
    const changed = new Map(listed(spaces).map((space) => [space.name, space]));
    for (const name of changed.keys()) hint(name);
    keepSafely(() => {
      const stays = ({ name }: ServerSpace) => !gone.includes(name) && !changed.has(name);
      const left = whole ? [] : kept.spaces.filter(stays);
      return set({ ...kept, known: true, spaces: sorted([...left, ...changed.values()]) });
    });
  }

  function keepSafely(work: () => Promise<void>): void {
    inTurn(work).catch((thrown) => {
      if (!ended.signal.aborted) emit({ type: "failed", what: "the list of spaces", thrown });
    });
  }

  async function refresh(): Promise<void> {
    making ??= makeAll().finally(() => {
      making = undefined;
    });
    await making;
    const before = frames;
    const spaces = sorted(await calls.list());
    // What arrived by itself meanwhile is newer.
    if (frames === before) await inTurn(() => set({ ...kept, known: true, spaces }));
  }

  /** Gives the server what was made here, one after the other. */
  async function makeAll(): Promise<void> {
    for (const { name } of kept.making) await makeOne(name);
  }

  async function makeOne(name: string): Promise<void> {
    const written = await inTurn(async () => {
      const one = kept.making.find((made) => made.name === name);
      return one === undefined || one.error !== null ? undefined : await withRecords(one);
    });
    if (written === undefined) return;
    const { title, rules } = written;
    try {
      await calls.setUp(name, {
        title,
        rules: rules.map((rule, index) => ruleToJson(name, rule, index)),
      });
    } catch (thrown) {
      if (!isSynclineError(thrown) || ERROR_CATALOGUE[thrown.code].retry !== "never") throw thrown;
      const error = thrown.toBody();
      return await inTurn(() => set(withMaking({ ...written, error })));
    }
    await inTurn(() => set(withMade(written)));
  }

  /** Writes the first records, if a crash came in between. */
  async function withRecords(making: Making): Promise<Making> {
    const { name, records } = making;
    if (records === null) return making;
    if (Object.values(records).some((rows) => rows.length > 0)) {
      const space = await client.space(name);
      await space.transaction((tx) => {
        const collections = tx.collections as Filled; // the app's own
        for (const [collection, rows] of Object.entries(records))
          for (const row of rows) collections[collection]?.insert(row);
      }).local;
    }
    const written = { ...making, records: null };
    await set(withMaking(written));
    return written;
  }

  /** The server has it: it is in the list before the server has said so once more. */
  function withMade({ name, title }: Making): KeptList {
    const fresh: ServerSpace = { name, title, role: "owner", since: null, stamp: 0 };
    const there = kept.spaces.some((one) => one.name === name);
    return {
      ...without(name),
      spaces: there ? kept.spaces : sorted([...kept.spaces, fresh]),
    };
  }

  const without = (name: string): KeptList => ({
    ...kept,
    making: kept.making.filter((one) => one.name !== name),
  });

  function withMaking(making: Making): KeptList {
    const others = kept.making.filter(({ name }) => name !== making.name);
    return { ...kept, making: [...others, making] };
  }

  /** Asks now and then; more rarely while changes arrive by themselves. */
  function poll(): void {
    cancelPoll();
    if (ended.signal.aborted) return;
    cancelPoll = environment.setTimer(poll, live && kept.making.length === 0 ? LOOK_MS : POLL_MS);
    refresh().catch(() => undefined); // the next time
    for (const name of hints.keys()) hint(name);
  }

  const stopWaking = environment.onWake(poll);
  const stopFollowing = transport.live?.followList?.({
    heard(message) {
      const space = message["space"];
      if (message.type === "members" && typeof space === "string")
        hint(space.slice(space.indexOf("/") + 1));
      else if (isSpacesFrame(message)) {
        live = true;
        take(message);
      }
    },
    down() {
      live = false;
    },
  });
  inside.onClose(() => {
    ended.abort();
    cancelPoll();
    stopWaking();
    stopFollowing?.();
  });
  poll();

  return {
    list: { subscribe: source.subscribe, getSnapshot: source.getSnapshot },
    refresh,
    async create({ name = environment.randomId(), title = "", rules = [], records = {} }) {
      if (!isSpaceName(name) || name.startsWith("~"))
        throw new SynclineError("invalid", "This is no name of a shared space.", { path: "name" });
      await inTurn(async () => {
        const known = [...kept.making, ...kept.spaces].some((one) => one.name === name);
        if (known) return;
        const named = withIds(records, environment.randomId);
        await set(withMaking({ name, title, rules, records: named, error: null }));
        await withRecords({ name, title, rules, records: named, error: null });
      });
      poll();
      return name;
    },
    forget: (name) => inTurn(() => set(without(name))),
    async setTitle(name, title) {
      await calls.setUp(name, { title });
      await refresh();
    },
    reading(name) {
      read.set(name, (read.get(name) ?? 0) + 1);
      keepSafely(() => set(kept));
      let over = false;
      return () => {
        if (!over) read.set(name, (read.get(name) ?? 1) - 1);
        over = true;
      };
    },
    members(name) {
      const face =
        faces.get(name) ??
        createMembers({
          name,
          calls,
          store,
          emit,
          changed: () => void refresh().catch(() => undefined), // the next poll finds it
          onHint(listener) {
            const listeners = hints.get(name) ?? new Set();
            hints.set(name, listeners.add(listener));
            return () => {
              listeners.delete(listener);
              if (listeners.size === 0) hints.delete(name);
            };
          },
        });
      faces.set(name, face);
      return face;
    },
    async leave(name) {
      await calls.leave(name);
      await refresh();
    },
    preview: calls.preview,
    async accept(code) {
      const accepted = await calls.accept(code);
      await refresh();
      return accepted;
    },
  };
}

/** What a transaction is filled through, as far as it is used here. */
interface Filled {
  readonly [name: string]: { insert(row: { readonly [field: string]: Json }): unknown };
}

function withIds(records: Records, newId: () => string): Records {
  return Object.fromEntries(
    Object.entries(records).map(([collection, rows]) => [
      collection,
      rows.map((row) => ({ ...row, id: row["id"] ?? newId() })),
    ]),
  );
}

function readKept(value: Json | undefined): KeptList {
  // This file wrote it.
  const held = value as Partial<KeptList> | undefined;
  const { known = false, spaces = [], making = [], seen = {} } = held ?? {};
  return { known, spaces, making, seen };
}

function listed(spaces: readonly unknown[]): ServerSpace[] {
  return spaces.filter(isServerSpace);
}

function sorted(spaces: readonly ServerSpace[]): ServerSpace[] {
  return [...spaces].sort((a, b) =>
    a.title === b.title ? (a.name < b.name ? -1 : 1) : a.title < b.title ? -1 : 1,
  );
}

function shown({ spaces, making, seen }: KeptList): readonly ListedSpace[] {
  const shared = spaces.map(({ name, role, title, since, stamp }): ListedSpace => {
    const unread = stamp > (seen[name] ?? 0);
    return { name, role, title, sinceMs: since, unread, state: "shared" };
  });
  const own = making
    .filter((one) => !spaces.some(({ name }) => name === one.name) || one.error !== null)
    .map(
      ({ name, title, error }): ListedSpace => ({
        name,
        role: "owner",
        title,
        sinceMs: null,
        unread: false,
        state: error === null ? "making" : "refused",
        ...(error === null ? {} : { error }),
      }),
    );
  const refused = new Set(own.map(({ name }) => name));
  return [...shared.filter(({ name }) => !refused.has(name)), ...own];
}

/** Tells the person concerned what became of his memberships. What he may not see any more goes from the device. */
function tellChanges(
  before: readonly ServerSpace[],
  after: readonly ServerSpace[],
  { emit, left }: Pick<Inside, "emit" | "left">,
): void {
  const roles = new Map(before.map(({ name, role }) => [name, role]));
  for (const { name, role } of after) {
    const held = roles.get(name) ?? null;
    roles.delete(name);
    if (held !== role) emit({ type: "membership", space: name, role, before: held });
  }
  for (const [name, role] of roles) {
    emit({ type: "membership", space: name, role: null, before: role });
    left(name, { ...NO_MEMBER }).catch((thrown: unknown) =>
      emit({ type: "failed", what: "removing a space from the device", thrown }),
    );
  }
}
