// A local store in memory: for tests, and for devices that may not keep anything.

import {
  asyncDispose,
  DigestSum,
  type Json,
  recordKeyToText,
  type WireRecord,
} from "@syncline/core";
import { createMemoryIndex, type MemoryIndex } from "./memory-index.ts";
import type {
  Applied,
  DeclaredIndexes,
  DeviceState,
  InboxEntry,
  LocalStore,
  OutboxEntry,
  PageToApply,
  SpaceState,
} from "./port.ts";
import {
  createChangeList,
  entriesOf,
  isGone,
  isSettled,
  laterClock,
  NOTHING,
  newSpaceState,
  recordToKeep,
  renumbered,
  superseded,
  type Turn,
  takeTurn,
  withoutGaps,
} from "./rules.ts";

interface SpaceContents {
  state: SpaceState;
  records: Map<string, WireRecord>;
  /** Made by a first load, or when they are first asked for. */
  indexes: Map<string, MemoryIndex>;
  /** Those of the pages that are staged in the place of all records; undefined: they are not made yet. */
  stagedIndexes: Map<string, MemoryIndex> | undefined;
  staged: PageToApply["changes"][number][];
  outbox: OutboxEntry[];
  inbox: InboxEntry[];
  /** Counts what makes drafts outdated. */
  revision: number;
  turn?: Turn<object> | undefined;
}

/** A local store that can be copied as it is at the moment, and opened by several tabs. */
export interface MemoryStore extends LocalStore {
  /** Another store with the same contents: what a backup is to a device. */
  copy(): MemoryStore;
  /** The same contents, as another tab has them open. */
  tab(): MemoryStore;
}

interface Contents {
  readonly name: string | undefined;
  device: DeviceState | undefined;
  nextInbox: number;
  /** The instance that has the lead. */
  holder: object | undefined;
  indexes: DeclaredIndexes;
  readonly spaces: Map<string, SpaceContents>;
  readonly kept: Map<string, Json>;
}

/**
 * Opens an empty store; what is in it goes with it.
 * @param name what its tabs call it, where it has some
 */
export async function openMemoryStore(name?: string): Promise<MemoryStore> {
  return storeOf({
    name,
    device: undefined,
    nextInbox: 1,
    holder: undefined,
    indexes: {},
    spaces: new Map(),
    kept: new Map(),
  });
}

function storeOf(all: Contents): MemoryStore {
  const { spaces } = all;
  const self = {};
  /** Space by space, the revision that this instance knows. */
  const known = new Map<string, number>();
  let led = false;

  const contentsOf = (space: string): SpaceContents => {
    const held = spaces.get(space);
    if (held !== undefined) return held;
    const fresh: SpaceContents = {
      state: newSpaceState(space),
      records: new Map(),
      indexes: new Map(),
      stagedIndexes: undefined,
      staged: [],
      outbox: [],
      inbox: [],
      revision: 0,
    };
    spaces.set(space, fresh);
    return fresh;
  };
  const isCurrent = (space: string) => (known.get(space) ?? 0) === contentsOf(space).revision;
  /** Counts a change; whoever knew everything before it knows it, too. */
  const changed = (space: string) => {
    const current = isCurrent(space);
    const contents = contentsOf(space);
    contents.revision += 1;
    if (current) known.set(space, contents.revision);
  };
  const fence = () => {
    if (led && all.holder !== self) throw superseded();
  };
  return {
    ...(all.name === undefined ? {} : { name: all.name }),
    copy: () => {
      const copied = [...spaces].map(([space, { indexes: _i, stagedIndexes: _s, ...contents }]) => {
        const own = { indexes: new Map(), stagedIndexes: undefined, turn: undefined };
        return [space, { ...structuredClone(contents), ...own }] as const;
      });
      return storeOf({
        ...all,
        holder: undefined,
        spaces: new Map(copied),
        kept: new Map(all.kept),
      });
    },
    tab: () => storeOf(all),
    isCurrent: async (space) => isCurrent(space),
    lead: async () => {
      led = true;
      all.holder = self;
    },
    device: async () => all.device,
    initialise: async (wanted) => {
      all.device ??= wanted;
      return all.device;
    },
    saveDevice: async (change) => {
      if (all.device !== undefined) all.device = { ...all.device, ...change };
    },
    spaces: async () => [...spaces.keys()],
    state: async (space) => contentsOf(space).state,
    outbox: async (space) => {
      const { outbox, revision } = contentsOf(space);
      known.set(space, revision);
      return [...outbox];
    },
    inbox: async (space) => [...contentsOf(space).inbox],
    append: async (space, drafts, clock) => {
      const contents = contentsOf(space);
      const nowMs = drafts[0]?.createdAtMs ?? 0;
      const { may, turn } = takeTurn(contents.turn, self, isCurrent(space), nowMs);
      contents.turn = turn;
      if (!may) return null;
      const { nextMutation } = contents.state;
      const entries = entriesOf(structuredClone(drafts), nextMutation);
      contents.outbox.push(...entries);
      contents.state = { ...contents.state, nextMutation: nextMutation + entries.length };
      const { device } = all;
      if (device !== undefined) all.device = { ...device, clock: laterClock(device.clock, clock) };
      changed(space);
      return entries;
    },
    markOutbox: async (space, ids, state) => {
      fence();
      const contents = contentsOf(space);
      const wanted = new Set(ids);
      contents.outbox = contents.outbox.map((entry) => {
        if (!wanted.has(entry.mutation.id)) return entry;
        return { ...entry, state, attempts: entry.attempts + (state === "sent" ? 1 : 0) };
      });
    },
    park: async (space, entries) => {
      fence();
      const contents = contentsOf(space);
      const parked = entries.map((entry) => ({ ...entry, id: all.nextInbox++ }));
      const ids = new Set(entries.map(({ mutation }) => mutation.id));
      contents.outbox = contents.outbox.filter(({ mutation }) => !ids.has(mutation.id));
      contents.inbox.push(...parked);
      changed(space);
      return parked;
    },
    discard: async (space, inboxId) => {
      const contents = contentsOf(space);
      const before = contents.inbox.length;
      contents.inbox = contents.inbox.filter(({ id }) => id !== inboxId);
      return contents.inbox.length < before;
    },
    renumber: async (clientId) => {
      fence();
      for (const [space, contents] of spaces) {
        contents.outbox = renumbered(contents.outbox);
        contents.state = { ...contents.state, nextMutation: contents.outbox.length + 1 };
        changed(space);
      }
      if (all.device !== undefined) all.device = { ...all.device, clientId };
    },
    closeGaps: async (space, from) => {
      fence();
      const contents = contentsOf(space);
      contents.outbox = withoutGaps(contents.outbox, from);
      const nextMutation = Math.max(contents.outbox.at(-1)?.mutation.id ?? 0, from - 1) + 1;
      contents.state = { ...contents.state, nextMutation };
      changed(space);
      return [...contents.outbox];
    },
    apply: async (page) => {
      fence();
      const contents = contentsOf(page.space);
      if (page.replace) stageIndexes(contents, page, all.indexes);
      contents.staged.push(...page.changes);
      if (!page.final) {
        const { cursor, replace } = page;
        const staged = { cursor, replace, count: contents.staged.length };
        contents.state = { ...contents.state, staged };
        return { keys: [], collections: [], gone: [] };
      }
      changed(page.space);
      return applyStaged(contents, page);
    },
    restart: async (space, { drafts, inbox } = NOTHING) => {
      fence();
      const contents = contentsOf(space);
      contents.staged = [];
      contents.stagedIndexes = undefined;
      contents.state = { ...contents.state, cursor: null, staged: null };
      const { nextMutation: from } = contents.state;
      contents.outbox.push(...entriesOf(structuredClone(drafts), from));
      for (const entry of inbox)
        contents.inbox.push({ ...structuredClone(entry), id: all.nextInbox++ });
      contents.state = { ...contents.state, nextMutation: from + drafts.length };
      if (drafts.length + inbox.length > 0) changed(space);
    },
    newerThan: async (space, stamp) =>
      [...contentsOf(space).records.values()].filter((record) => record.stamp > stamp),
    get: async (space, collection, id) =>
      contentsOf(space).records.get(recordKeyToText({ collection, id })),
    getMany: async (space, keys) => {
      const { records } = contentsOf(space);
      return keys.map(({ collection, id }) => records.get(recordKeyToText({ collection, id })));
    },
    scan: async (space, collection, after = "") =>
      [...contentsOf(space).records.values()]
        .filter(
          ({ collection: its, deleted, id }) =>
            its === collection && deleted !== true && id > after,
        )
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    index: async (declared) => {
      all.indexes = declared;
      for (const contents of spaces.values()) contents.stagedIndexes = undefined;
    },
    range: async (space, collection, range) => {
      const declared = all.indexes[collection] ?? [];
      const wanted = JSON.stringify(range.fields);
      if (!declared.some((fields) => JSON.stringify(fields) === wanted)) return null;
      const { indexes, records } = contentsOf(space);
      const name = nameOf(collection, range.fields);
      let index = indexes.get(name);
      if (index === undefined) {
        index = createMemoryIndex(collection, range.fields);
        index.add(records.values());
        indexes.set(name, index);
      }
      return index.range(range);
    },
    recount: async (space, collection) => {
      const sum = new DigestSum();
      for (const record of contentsOf(space).records.values()) {
        if (record.collection === collection && record.deleted !== true)
          sum.add(record.id, record.stamp);
      }
      return String(sum);
    },
    health: async () => ({
      volatile: true,
      persisted: null,
      usageBytes: null,
      quotaBytes: null,
      evicted: false,
    }),
    kept: async (name) => structuredClone(all.kept.get(name)),
    keep: async (name, value) => {
      all.kept.set(name, structuredClone(value));
    },
    wipe: async () => {
      all.device = undefined;
      spaces.clear();
      all.kept.clear();
    },
    close: async () => {},
    [asyncDispose]: async () => {},
  };
}

const nameOf = (collection: string, fields: readonly string[]) =>
  JSON.stringify([collection, fields]);

/** Puts a page of a first load into the indexes that its records will have: when it ends, they are there. */
function stageIndexes(
  contents: SpaceContents,
  { changes }: PageToApply,
  declared: DeclaredIndexes,
): void {
  const { staged } = contents;
  if (staged.length === 0) contents.stagedIndexes = new Map();
  const indexes = contents.stagedIndexes;
  if (indexes === undefined) return;
  const records = changes.filter((change): change is WireRecord => !isGone(change));
  for (const collection of new Set(records.map((record) => record.collection))) {
    for (const fields of declared[collection] ?? []) {
      const name = nameOf(collection, fields);
      const index = indexes.get(name) ?? createMemoryIndex(collection, fields);
      indexes.set(name, index);
      index.add(records);
    }
  }
}

function applyStaged(contents: SpaceContents, page: PageToApply): Applied {
  const changed = createChangeList();
  const before = contents.records;
  const records = page.replace ? new Map<string, WireRecord>() : before;
  const sums = new Map(
    page.replace
      ? []
      : Object.entries(contents.state.digests).map(([name, digest]) => [
          name,
          new DigestSum(digest),
        ]),
  );
  const count = (record: WireRecord | undefined, sign: "add" | "subtract") => {
    if (record === undefined || record.deleted === true) return;
    const sum = sums.get(record.collection) ?? new DigestSum();
    sums.set(record.collection, sum[sign](record.id, record.stamp));
  };
  const put = (held: WireRecord | undefined, record: WireRecord | undefined) => {
    if (!page.replace) for (const index of contents.indexes.values()) index.change(held, record);
  };
  /** Whether each record came once, and stayed. */
  let isPlain = true;
  for (const change of contents.staged) {
    const key = recordKeyToText(change);
    const held = records.get(key);
    if (held !== undefined || isGone(change)) isPlain = false;
    if (isGone(change)) {
      count(held, "subtract");
      records.delete(key);
      put(held, undefined);
      changed.add(change);
      continue;
    }
    if (held !== undefined && held.stamp >= change.stamp) continue;
    count(held, "subtract");
    count(change, "add");
    const kept = recordToKeep(change, before.get(key));
    records.set(key, kept);
    put(held, kept);
    if (!page.replace) changed.add(change);
  }
  if (page.replace) {
    for (const { collection } of [...before.values(), ...records.values()])
      changed.addCollection(collection);
  }
  contents.records = records;
  if (page.replace) {
    contents.indexes = (isPlain ? contents.stagedIndexes : undefined) ?? new Map();
    for (const index of contents.indexes.values()) index.settle();
  }
  contents.staged = [];
  contents.stagedIndexes = undefined;
  contents.outbox = contents.outbox.filter((entry) => !isSettled(entry, page.lastMutation));
  contents.state = {
    ...contents.state,
    cursor: page.cursor,
    scope: page.scope,
    staged: null,
    digests: Object.fromEntries([...sums].map(([name, sum]) => [name, String(sum)])),
  };
  return changed.result();
}
