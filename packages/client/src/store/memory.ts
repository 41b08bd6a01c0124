// A local store in memory: for tests, and for devices that may not keep anything.

import { DigestSum, recordKeyToText, type WireRecord } from "@syncline/core";
import type {
  Applied,
  DeviceState,
  InboxEntry,
  LocalStore,
  OutboxEntry,
  PageToApply,
  SpaceState,
} from "./port.ts";
import {
  createChangeList,
  isGone,
  isSettled,
  newSpaceState,
  recordToKeep,
  renumbered,
  withoutGaps,
} from "./rules.ts";

interface SpaceContents {
  state: SpaceState;
  records: Map<string, WireRecord>;
  staged: PageToApply["changes"][number][];
  outbox: OutboxEntry[];
  inbox: InboxEntry[];
}

/** A local store that can be copied as it is at the moment: what a backup is to a device. */
export interface MemoryStore extends LocalStore {
  copy(): MemoryStore;
}

interface Contents {
  readonly device: DeviceState | undefined;
  readonly nextInbox: number;
  readonly spaces: Map<string, SpaceContents>;
}

/** Opens an empty store; what is in it goes with it. */
export async function openMemoryStore(): Promise<MemoryStore> {
  return storeOf({ device: undefined, nextInbox: 1, spaces: new Map() });
}

function storeOf({ spaces, ...initial }: Contents): MemoryStore {
  let { device, nextInbox } = initial;
  const contentsOf = (space: string): SpaceContents => {
    const held = spaces.get(space);
    if (held !== undefined) return held;
    const fresh = {
      state: newSpaceState(space),
      records: new Map(),
      staged: [],
      outbox: [],
      inbox: [],
    };
    spaces.set(space, fresh);
    return fresh;
  };
  return {
    copy: () => storeOf({ device, nextInbox, spaces: structuredClone(spaces) }),
    device: async () => device,
    initialise: async (wanted) => {
      device ??= wanted;
      return device;
    },
    saveDevice: async (change) => {
      if (device !== undefined) device = { ...device, ...change };
    },
    spaces: async () => [...spaces.keys()],
    state: async (space) => contentsOf(space).state,
    outbox: async (space) => [...contentsOf(space).outbox],
    inbox: async (space) => [...contentsOf(space).inbox],
    append: async (space, { seen, changes, createdAtMs }, clock) => {
      const contents = contentsOf(space);
      const id = contents.state.nextMutation;
      const entry: OutboxEntry = {
        mutation: { id, seen, changes: structuredClone(changes) },
        state: "queued",
        createdAtMs,
        attempts: 0,
      };
      contents.outbox.push(entry);
      contents.state = { ...contents.state, nextMutation: id + 1 };
      if (device !== undefined) device = { ...device, clock };
      return entry;
    },
    markOutbox: async (space, ids, state) => {
      const contents = contentsOf(space);
      const wanted = new Set(ids);
      contents.outbox = contents.outbox.map((entry) => {
        if (!wanted.has(entry.mutation.id)) return entry;
        return { ...entry, state, attempts: entry.attempts + (state === "sent" ? 1 : 0) };
      });
    },
    park: async (space, entries) => {
      const contents = contentsOf(space);
      const parked = entries.map((entry) => ({ ...entry, id: nextInbox++ }));
      const ids = new Set(entries.map(({ mutation }) => mutation.id));
      contents.outbox = contents.outbox.filter(({ mutation }) => !ids.has(mutation.id));
      contents.inbox.push(...parked);
      return parked;
    },
    discard: async (space, inboxId) => {
      const contents = contentsOf(space);
      const before = contents.inbox.length;
      contents.inbox = contents.inbox.filter(({ id }) => id !== inboxId);
      return contents.inbox.length < before;
    },
    renumber: async (clientId) => {
      for (const contents of spaces.values()) {
        contents.outbox = renumbered(contents.outbox);
        contents.state = { ...contents.state, nextMutation: contents.outbox.length + 1 };
      }
      if (device !== undefined) device = { ...device, clientId };
    },
    closeGaps: async (space, from) => {
      const contents = contentsOf(space);
      contents.outbox = withoutGaps(contents.outbox, from);
      const nextMutation = Math.max(contents.outbox.at(-1)?.mutation.id ?? 0, from - 1) + 1;
      contents.state = { ...contents.state, nextMutation };
      return [...contents.outbox];
    },
    apply: async (page) => {
      const contents = contentsOf(page.space);
      contents.staged.push(...page.changes);
      if (!page.final) {
        const { cursor, replace } = page;
        const staged = { cursor, replace, count: contents.staged.length };
        contents.state = { ...contents.state, staged };
        return { keys: [], collections: [], gone: [] };
      }
      return applyStaged(contents, page);
    },
    restart: async (space) => {
      const contents = contentsOf(space);
      contents.staged = [];
      contents.state = { ...contents.state, cursor: null, staged: null };
    },
    get: async (space, collection, id) =>
      contentsOf(space).records.get(recordKeyToText({ collection, id })),
    scan: async (space, collection) =>
      [...contentsOf(space).records.values()]
        .filter((record) => record.collection === collection && record.deleted !== true)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    recount: async (space, collection) => {
      const sum = new DigestSum();
      for (const record of contentsOf(space).records.values()) {
        if (record.collection === collection && record.deleted !== true)
          sum.add(record.id, record.stamp);
      }
      return String(sum);
    },
    wipe: async () => {
      device = undefined;
      spaces.clear();
    },
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
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
  for (const change of contents.staged) {
    const key = recordKeyToText(change);
    const held = records.get(key);
    if (isGone(change)) {
      count(held, "subtract");
      records.delete(key);
      changed.add(change);
      continue;
    }
    if (held !== undefined && held.stamp >= change.stamp) continue;
    count(held, "subtract");
    count(change, "add");
    records.set(key, recordToKeep(change, before.get(key)));
    if (!page.replace) changed.add(change);
  }
  if (page.replace) {
    for (const { collection } of [...before.values(), ...records.values()])
      changed.addCollection(collection);
  }
  contents.records = records;
  contents.staged = [];
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
