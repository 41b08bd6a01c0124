// A store in memory: for tests, simulations and servers that may forget. Complete, but for durability.

import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";
import {
  CLOCK_START,
  type RecordState,
  recordKeyToText,
  recordToText,
  recordToWire,
  SynclineError,
} from "@syncline/core";
import type { AuditRow } from "./audit-port.ts";
import { createMemoryAudit } from "./audit-rows.ts";
import { createMemoryLocks } from "./lock-rows.ts";
import { createMemoryAccounts, nobody, type People } from "./memory-accounts.ts";
import { createMemoryConsumers } from "./memory-consumers.ts";
import {
  copyOfShared,
  createMemorySharing,
  endInvitations,
  forgetSpace,
  noteRole,
  nothingShared,
  type Shared,
} from "./memory-sharing.ts";
import {
  checkSpace,
  compactSpace,
  copyOf,
  readRecordAt,
  type SpaceContents,
  sameKey,
} from "./memory-space.ts";
import type {
  ClientKey,
  ClientRow,
  CommitUnit,
  NewSpace,
  Page,
  PageRequest,
  Role,
  SpaceWrites,
  Store,
} from "./port.ts";
import { grownLineage, isLastOwner } from "./rows.ts";
import { createMemorySettings } from "./settings.ts";

/** A store that can be copied as it is at the moment: what a backup is to a database. */
export interface MemoryStore extends Store {
  copy(): MemoryStore;
}

/**
 * Makes a store, empty or from what `backup` wrote.
 * @throws {SynclineError} `database_corrupt` when the file is no backup of a memory store
 */
export function createMemoryStore({ backup }: { readonly backup?: string } = {}): MemoryStore {
  if (backup === undefined) return storeOf(new Map(), new Map());
  try {
    const parts = deserialize(readFileSync(backup)) as Parameters<typeof storeOf>; // what backup wrote
    return storeOf(...parts);
  } catch (thrown) {
    throw new SynclineError("database_corrupt", undefined, { cause: thrown });
  }
}

function storeOf(
  spaces: Map<string, SpaceContents>,
  members: Map<string, Map<string, Role>>,
  given: Partial<People> = {},
  settings: Map<string, string> = new Map(),
  shared: Shared = nothingShared(),
  audit: AuditRow[] = [],
  locks: Map<string, number> = new Map(),
): MemoryStore {
  // A backup of an older version has less.
  const people: People = { ...nobody(), ...given };
  const spacesNamed = (name: string) =>
    [...spaces.keys()].filter((space) => space.endsWith(`/${name}`)).sort();
  return {
    copy: () =>
      storeOf(
        new Map([...spaces].map(([name, contents]) => [name, copyOf(contents)])),
        new Map([...members].map(([name, roles]) => [name, new Map(roles)])),
        {
          accounts: new Map(people.accounts),
          sessions: new Map(people.sessions),
          links: new Map(people.links),
          identities: new Map(people.identities),
          passkeys: new Map(people.passkeys),
        },
        new Map(settings),
        copyOfShared(shared),
        [...audit],
        new Map(locks),
      ),
    async commit(units) {
      const undo: Undo = [];
      try {
        return units.map((unit) => {
          if (!spaces.has(unit.space) && unit.create !== undefined) {
            spaces.set(unit.space, newSpace(unit.space, unit.create));
            if (unit.create.owner !== undefined)
              members.set(unit.space, new Map([[unit.create.owner, "owner"]]));
            if (unit.create.owner !== undefined)
              noteRole(
                shared,
                { space: unit.space, userId: unit.create.owner, role: "owner" },
                unit.create.createdAtMs,
              );
            undo.push(() => {
              spaces.delete(unit.space);
              members.delete(unit.space);
              forgetSpace(shared, unit.space);
            });
          }
          return commitUnit(spaces.get(unit.space), unit, { members, undo });
        });
      } catch (thrown) {
        for (const step of undo.reverse()) step();
        throw thrown;
      }
    },
    page: async (request) => {
      const contents = spaces.get(request.space);
      return contents && readPage(contents, request);
    },
    head: async (space) => spaces.get(space)?.head,
    record: async (space, key) => spaces.get(space)?.records.get(recordKeyToText(key)),
    stampOfNumber: async (space, collection, number) =>
      [...(spaces.get(space)?.records.values() ?? [])].find(
        (record) =>
          record.collection === collection &&
          record.version === number &&
          record.stamp === record.createdStamp,
      )?.stamp,
    recordAt: async (space, key, stamp) => {
      const contents = spaces.get(space);
      return contents && readRecordAt(contents, key, stamp);
    },
    history: async ({ space, after, limit, record }) =>
      (spaces.get(space)?.history ?? [])
        .map(({ entry }) => entry)
        .filter((entry) => entry.stamp > after && (record === undefined || sameKey(entry, record)))
        .slice(0, limit),
    client: async (space, key) => spaces.get(space)?.clients.get(clientKeyToText(key)),
    devices: async (space, limit) => {
      const clients = [...(spaces.get(space)?.clients.values() ?? [])];
      const last = clients
        .map(({ recent: _recent, ...client }) => client)
        .sort((a, b) => b.seenAtMs - a.seenAtMs || (a.clientId < b.clientId ? -1 : 1));
      return { count: clients.length, last: last.slice(0, limit) };
    },
    spaces: async ({ after, limit, app }) =>
      [...spaces.values()]
        .map(({ head }) => head)
        .filter(({ space }) => space > after && (app === undefined || space.startsWith(`${app}/`)))
        .sort((a, b) => (a.space < b.space ? -1 : 1))
        .slice(0, limit),
    role: async (space, userId) => members.get(space)?.get(userId),
    roles: async (asked) => asked.map(({ space, userId }) => members.get(space)?.get(userId)),
    members: async (space) =>
      [...(members.get(space) ?? [])]
        .map(([userId, role]) => ({ userId, role }))
        .sort((a, b) => (a.userId < b.userId ? -1 : 1)),
    setRole: async (space, userId, role) => {
      const held = members.get(space) ?? new Map<string, Role>();
      const owners = [...held].flatMap(([name, has]) => (has === "owner" ? [name] : []));
      if (role !== "owner" && isLastOwner(space, owners, userId)) return false;
      members.set(space, held);
      if (role === null) held.delete(userId);
      else held.set(userId, role);
      noteRole(shared, { space, userId, role }, Date.now());
      return true;
    },
    owned: async (userId) =>
      [...members.values()].filter((roles) => roles.get(userId) === "owner").length,
    consumers: createMemoryConsumers(() => [...spaces.values()].map(({ head }) => head)),
    settings: createMemorySettings(settings),
    audit: createMemoryAudit(audit),
    locks: createMemoryLocks(locks),
    sharing: createMemorySharing(shared, {
      members,
      stampOf: (space) => spaces.get(space)?.head.stamp,
    }),
    accounts: createMemoryAccounts(people, {
      spacesNamed,
      forget(userId, spaceName) {
        for (const space of spacesNamed(spaceName)) {
          spaces.delete(space);
          members.delete(space);
          forgetSpace(shared, space);
        }
        endInvitations(shared, ({ by }) => by === userId);
        for (const roles of members.values()) roles.delete(userId);
        for (const { clients } of spaces.values())
          for (const [key, client] of clients) if (client.userId === userId) clients.delete(key);
      },
    }),
    compact: async (space, horizon) => {
      const contents = spaces.get(space);
      if (contents === undefined) return { horizon: 0, tombstones: 0, historyEntries: 0 };
      return compactSpace(contents, horizon);
    },
    rotateEpoch: async (space, epoch, devices) => {
      const contents = spaces.get(space);
      if (contents === undefined) return;
      contents.head = { ...contents.head, epoch, lineage: grownLineage(contents.head, devices) };
    },
    backup: async (path) => {
      await writeFile(path, serialize([spaces, members, people, settings, shared, audit, locks]), {
        flag: "wx",
        mode: 0o600,
      });
    },
    check: async () => [...spaces.values()].flatMap(checkSpace),
    async removeSpace(space) {
      members.delete(space);
      forgetSpace(shared, space);
      return spaces.delete(space);
    },
    async replaceAuthor(space, userId, other) {
      const contents = spaces.get(space);
      if (contents === undefined) return 0;
      let replaced = 0;
      contents.history = contents.history.map((one) => {
        if (one.entry.userId !== userId) return one;
        replaced += 1;
        return { ...one, entry: { ...one.entry, userId: other } };
      });
      for (const [key, client] of contents.clients)
        if (client.userId === userId) contents.clients.delete(key);
      return replaced;
    },
    probe: async () => {},
    async figures() {
      const all = [...spaces.values()].flatMap(({ records }) => [...records.values()]);
      const tombstones = all.filter(({ deleted }) => deleted).length;
      return { bytes: 0, spaces: spaces.size, records: all.length - tombstones, tombstones };
    },
    load: () => ({ connections: 0, idle: 0, waiting: 0 }),
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

/** How to take back what a call has done so far, last step last. */
type Undo = (() => void)[];

function commitUnit<Result>(
  contents: SpaceContents | undefined,
  unit: CommitUnit<Result>,
  { members, undo }: { readonly members: ReadonlyMap<string, Map<string, Role>>; undo: Undo },
): Result {
  if (contents === undefined) return unit.decide(undefined).result;
  const records = new Map<string, RecordState>();
  for (const key of unit.records) {
    const text = recordKeyToText(key);
    const record = contents.records.get(text);
    if (record !== undefined) records.set(text, record);
  }
  const client = unit.client && contents.clients.get(clientKeyToText(unit.client));
  const role = unit.member === undefined ? undefined : members.get(unit.space)?.get(unit.member);
  const { writes, result } = unit.decide({ head: contents.head, records, client, role });
  if (writes !== undefined) write(contents, writes, undo);
  return result;
}

function newSpace(space: string, { epoch, createdAtMs }: NewSpace): SpaceContents {
  return {
    head: {
      space,
      epoch,
      stamp: 0,
      horizon: 0,
      clock: CLOCK_START,
      tallies: {},
      policies: {},
      createdAtMs,
      lineage: [],
    },
    records: new Map(),
    order: [],
    history: [],
    clients: new Map(),
  };
}

function write(
  contents: SpaceContents,
  { head, records, history, client }: SpaceWrites,
  undo: Undo,
): void {
  undo.push(takeBack(contents, records, client));
  contents.head = { ...contents.head, ...head };
  for (const entry of history) {
    contents.history.push({ entry, prior: contents.records.get(recordKeyToText(entry)) });
  }
  for (const record of [...records].sort((a, b) => a.stamp - b.stamp)) {
    const key = recordKeyToText(record);
    contents.records.set(key, record);
    contents.order.push({ stamp: record.stamp, key });
  }
  if (client !== undefined) contents.clients.set(clientKeyToText(client), client);
}

/** Ids hold no blank. */
function clientKeyToText({ userId, clientId }: ClientKey): string {
  return `${clientId} ${userId}`;
}

/** Remembers what a write is about to change. */
function takeBack(
  contents: SpaceContents,
  records: readonly RecordState[],
  client: ClientRow | undefined,
): () => void {
  const { head } = contents;
  const lengths = { order: contents.order.length, history: contents.history.length };
  const old = records.map(
    (record) => [recordKeyToText(record), contents.records.get(recordKeyToText(record))] as const,
  );
  const oldClient = client && contents.clients.get(clientKeyToText(client));
  return () => {
    contents.head = head;
    contents.order.length = lengths.order;
    contents.history.length = lengths.history;
    for (const [key, record] of old) {
      if (record === undefined) contents.records.delete(key);
      else contents.records.set(key, record);
    }
    if (client === undefined) return;
    if (oldClient === undefined) contents.clients.delete(clientKeyToText(client));
    else contents.clients.set(clientKeyToText(client), oldClient);
  };
}

function readPage(contents: SpaceContents, request: PageRequest): Page {
  const { head, records, order } = contents;
  const wanted = request.collections === undefined ? undefined : new Set(request.collections);
  const texts: string[] = [];
  let bytes = 0;
  let stamp = request.after;
  let more = false;
  for (let i = firstAfter(order, stamp); i < order.length; i++) {
    const entry = order[i];
    const record = entry && records.get(entry.key);
    if (entry === undefined || record?.stamp !== entry.stamp) continue;
    if (
      wanted?.has(record.collection) === false ||
      (record.deleted && record.stamp <= request.tombstonesAfter)
    )
      continue;
    const text =
      request.form === "state" ? stateText(record) : JSON.stringify(recordToWire(record));
    if (
      texts.length === request.limit ||
      (texts.length > 0 && bytes + text.length > request.maxBytes)
    ) {
      more = true;
      break;
    }
    texts.push(text);
    bytes += text.length;
    stamp = record.stamp;
  }
  const client = request.client && contents.clients.get(clientKeyToText(request.client));
  return {
    head,
    changes: texts.join(request.separator),
    count: texts.length,
    stamp: more ? stamp : Math.max(head.stamp, request.after),
    more,
    lastMutation: client?.lastMutation ?? 0,
  };
}

function stateText(record: RecordState): string {
  const { rest } = recordToText(record);
  if (rest === null && record.createdStamp === record.stamp)
    return JSON.stringify(recordToWire(record));
  return `[${record.createdStamp},${rest ?? "null"},${JSON.stringify(recordToWire(record))}]`;
}

/** The first index whose stamp is greater. */
function firstAfter(order: SpaceContents["order"], stamp: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((order[middle]?.stamp ?? 0) <= stamp) low = middle + 1;
    else high = middle;
  }
  return low;
}
