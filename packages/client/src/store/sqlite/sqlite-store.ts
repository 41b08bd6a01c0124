// A local store on SQLite, for Node, Electron and the like: one file, every write on disk when it resolves.

import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import {
  asyncDispose,
  DigestSum,
  type Json,
  type Mutation,
  SynclineError,
  type WireRecord,
} from "@syncline/core";
import type { DeviceState, InboxEntry, LocalStore, OutboxEntry, SpaceState } from "../port.ts";
import {
  entriesOf,
  laterClock,
  NOTHING,
  renumbered,
  superseded,
  takeTurn,
  withoutGaps,
} from "../rules.ts";
import { createApplier, row, type SpaceColumns } from "./apply.ts";
import { createIndexes } from "./indexes.ts";
import { localError, openDatabase } from "./open.ts";

/** Records that are read before others get a turn. */
const PIECE = 1_000;

export interface SqliteStoreOptions {
  /** The database file; it is made where there is none. `:memory:` forgets everything on close. */
  readonly path: string;
  /** The most that the file may grow to; a write beyond it is refused as `storage_full`. */
  readonly maxBytes?: number;
}

interface DeviceColumns {
  readonly client_id: string;
  readonly user_id: string | null;
  readonly clock_ms: number;
  readonly clock_counter: number;
}

interface OutboxColumns {
  readonly mutation: string;
  readonly state: OutboxEntry["state"];
  readonly created_at_ms: number;
  readonly attempts: number;
}

/**
 * Opens a device's database. Several processes may have it open at the same time.
 * @throws {SynclineError} `storage_unavailable`, `database_newer`, `database_corrupt`
 */
export async function openSqliteStore({ path, maxBytes }: SqliteStoreOptions): Promise<LocalStore> {
  const db = openDatabase(path, maxBytes);
  const statements = prepare(db);
  const self = randomUUID();
  /** Space by space, the revision that this instance knows. */
  const known = new Map<string, number>();
  let led = false;
  let closed = false;

  const readSpace = (space: string): SpaceColumns => {
    const found = row<SpaceColumns>(statements.space, space);
    if (found !== undefined) return found;
    statements.newSpace.run(space, Number(statements.newGeneration.run().lastInsertRowid));
    return readSpace(space);
  };
  const applyPage = createApplier(db, readSpace);
  const indexes = createIndexes(db);

  async function read<Result>(work: () => Result): Promise<Result> {
    if (closed) throw new SynclineError("closed");
    try {
      return work();
    } catch (thrown) {
      throw localError(thrown);
    }
  }

  /** Reads several things as they are at one time, whatever another process writes meanwhile. */
  const readAtOnce = <Result>(work: () => Result): Promise<Result> =>
    read(() => {
      db.exec("BEGIN");
      try {
        return work();
      } finally {
        db.exec("COMMIT");
      }
    });

  /** Runs work in a transaction that holds the write lock from its beginning: ids are given once. */
  async function write<Result>(work: () => Result): Promise<Result> {
    return await read(() => {
      db.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        db.exec("COMMIT");
        return result;
      } catch (thrown) {
        // A full disk makes SQLite roll back by itself.
        if (db.isTransaction) db.exec("ROLLBACK");
        throw thrown;
      }
    });
  }

  /** Writes that the next durable one brings to the disk. */
  const atEase = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (closed) return await work();
    db.exec("PRAGMA synchronous = NORMAL");
    // The work is done before this comes to its end.
    const result = work();
    db.exec("PRAGMA synchronous = FULL");
    return await result;
  };

  const isCurrent = (space: string) => (known.get(space) ?? 0) === readSpace(space).revision;
  /** Counts a change; whoever knew everything before it knows it, too. */
  const changed = (space: string) => {
    const { revision } = readSpace(space);
    statements.revised.run(revision + 1, space);
    if ((known.get(space) ?? 0) === revision) known.set(space, revision + 1);
  };
  /** A write of the instance that leads. */
  const lead = <Result>(work: () => Result): Promise<Result> =>
    write(() => {
      if (led && row<{ holder: string }>(statements.holder)?.holder !== self) throw superseded();
      return work();
    });

  const readDevice = (): DeviceState | undefined => {
    const found = row<DeviceColumns>(statements.device);
    if (found === undefined) return undefined;
    const clock = { ms: found.clock_ms, counter: found.clock_counter };
    return { clientId: found.client_id, userId: found.user_id, clock };
  };
  const saveDevice = ({ clientId, userId, clock }: DeviceState) =>
    statements.saveDevice.run(clientId, userId, clock.ms, clock.counter);
  const readOutbox = (space: string): OutboxEntry[] =>
    (statements.outbox.all(space) as unknown as OutboxColumns[]).map((entry) => ({
      mutation: JSON.parse(entry.mutation) as Mutation,
      state: entry.state,
      createdAtMs: entry.created_at_ms,
      attempts: entry.attempts,
    }));
  /** Within one transaction: another process may put another generation in the place of this one. */
  const readRecords = (
    space: string,
    keys: readonly { readonly collection: string; readonly id: string }[],
  ) => {
    const generation = row<{ generation: number }>(statements.generation, space)?.generation ?? -1;
    return keys.map(({ collection, id }) => {
      const found = row<{ wire: string }>(statements.record, generation, collection, id);
      return found && (JSON.parse(found.wire) as WireRecord);
    });
  };
  const spaceNames = () =>
    (statements.spaceNames.all() as unknown as { space: string }[]).map(({ space }) => space);
  const appendOutbox = (space: string, entries: readonly OutboxEntry[]) => {
    for (const { mutation, state, createdAtMs, attempts } of entries) {
      const text = JSON.stringify(mutation);
      statements.appendOutbox.run(space, mutation.id, text, state, createdAtMs, attempts);
    }
  };
  /** @param from the next number when there are no entries */
  const replaceOutbox = (space: string, entries: readonly OutboxEntry[], from: number) => {
    statements.clearOutbox.run(space);
    appendOutbox(space, entries);
    statements.numbered.run(Math.max(entries.at(-1)?.mutation.id ?? 0, from - 1) + 1, space);
  };
  const close = async () => {
    if (closed) return;
    closed = true;
    db.close();
  };

  return {
    device: () => read(readDevice),
    initialise: (wanted) =>
      write(() => {
        const held = readDevice();
        if (held === undefined) saveDevice(wanted);
        return held ?? wanted;
      }),
    saveDevice: (change) =>
      write(() => {
        const held = readDevice();
        if (held !== undefined) saveDevice({ ...held, ...change });
      }),
    spaces: () => read(spaceNames),
    state: (space) => write(() => toState(readSpace(space))),
    isCurrent: (space) => write(() => isCurrent(space)),
    lead: () =>
      write(() => {
        led = true;
        statements.lead.run(self);
      }),
    outbox: (space) =>
      write(() => {
        known.set(space, readSpace(space).revision);
        return readOutbox(space);
      }),
    inbox: (space) =>
      read(() =>
        (statements.inbox.all(space) as unknown as { id: number; entry: string }[]).map(
          ({ id, entry }) => ({
            ...(JSON.parse(entry) as Omit<InboxEntry, "id">),
            id,
          }),
        ),
      ),
    append: (space, drafts, clock) =>
      write(() => {
        const turns = statements.turn.all(space) as unknown as { holder: string; atMs: number }[];
        const nowMs = drafts[0]?.createdAtMs ?? 0;
        const { may, turn } = takeTurn(turns[0], self, isCurrent(space), nowMs);
        if (turn !== undefined) statements.giveTurn.run(space, turn.holder, turn.atMs);
        else if (turns.length > 0) statements.endTurn.run(space);
        if (!may) return null;
        const from = readSpace(space).next_mutation;
        const entries = entriesOf(drafts, from);
        appendOutbox(space, entries);
        statements.numbered.run(from + entries.length, space);
        const later = laterClock(readDevice()?.clock ?? clock, clock);
        statements.saveClock.run(later.ms, later.counter);
        changed(space);
        return entries;
      }),
    markOutbox: (space, ids, state) =>
      lead(() => {
        for (const id of ids) statements.markOutbox.run(state, state === "sent" ? 1 : 0, space, id);
      }),
    park: (space, entries) =>
      lead(() => {
        changed(space);
        return entries.map((entry) => {
          statements.removeOutbox.run(space, entry.mutation.id);
          const id = Number(statements.park.run(space, JSON.stringify(entry)).lastInsertRowid);
          return { ...entry, id };
        });
      }),
    discard: (space, inboxId) => write(() => statements.discard.run(space, inboxId).changes > 0),
    renumber: (clientId) =>
      lead(() => {
        for (const space of spaceNames()) {
          replaceOutbox(space, renumbered(readOutbox(space)), 1);
          changed(space);
        }
        const held = readDevice();
        if (held !== undefined) saveDevice({ ...held, clientId });
      }),
    closeGaps: (space, from) =>
      lead(() => {
        const entries = withoutGaps(readOutbox(space), from);
        replaceOutbox(space, entries, from);
        changed(space);
        return entries;
      }),
    apply: (page) =>
      // What the server has can be read again: nobody waits for the disk. Whatever is written next takes it along.
      atEase(() =>
        lead(() => {
          if (page.final) changed(page.space);
          return applyPage(page);
        }),
      ),
    restart: (space, { drafts, inbox } = NOTHING) =>
      lead(() => {
        const { staged_generation: staged } = readSpace(space);
        if (staged !== null) statements.dropGeneration.run(staged);
        statements.restart.run(space);
        const from = readSpace(space).next_mutation;
        appendOutbox(space, entriesOf(drafts, from));
        for (const entry of inbox) statements.park.run(space, JSON.stringify(entry));
        statements.numbered.run(from + drafts.length, space);
        if (drafts.length + inbox.length > 0) changed(space);
      }),
    newerThan: (space, stamp) =>
      read(() =>
        (statements.newer.all(space, stamp) as unknown as { wire: string }[]).map(
          ({ wire }) => JSON.parse(wire) as WireRecord,
        ),
      ),
    get: (space, collection, id) => readAtOnce(() => readRecords(space, [{ collection, id }])[0]),
    getMany: (space, keys) => readAtOnce(() => readRecords(space, keys)),
    scan: (space, collection, after) =>
      read(() =>
        (
          statements.scan.all(
            space,
            collection,
            after ?? "",
            after === undefined ? -1 : PIECE,
          ) as unknown as { wire: string }[]
        ).map(({ wire }) => JSON.parse(wire) as WireRecord),
      ),
    index: (declared) => write(() => indexes.index(declared)),
    range: (space, collection, range) => read(() => indexes.range(space, collection, range)),
    recount: (space, collection) =>
      read(() => {
        const sum = new DigestSum();
        const rows = statements.stamps.all(space, collection) as unknown as {
          id: string;
          stamp: number;
        }[];
        for (const { id, stamp } of rows) sum.add(id, stamp);
        return String(sum);
      }),
    kept: (name) =>
      read(() => {
        const found = row<{ value: string }>(statements.kept, name);
        return found && (JSON.parse(found.value) as Json);
      }),
    keep: (name, value) => write(() => void statements.keep.run(name, JSON.stringify(value))),
    wipe: () => write(() => db.exec(WIPE)),
    close,
    [asyncDispose]: close,
  };
}

const WIPE =
  "DELETE FROM device; DELETE FROM spaces; DELETE FROM records; DELETE FROM outbox; DELETE FROM inbox; DELETE FROM lead; DELETE FROM kept; DELETE FROM turns";

function prepare(db: DatabaseSync) {
  const current = "generation = (SELECT generation FROM spaces WHERE space = ?)";
  return {
    device: db.prepare("SELECT client_id, user_id, clock_ms, clock_counter FROM device"),
    saveDevice: db.prepare(
      "INSERT OR REPLACE INTO device (one, client_id, user_id, clock_ms, clock_counter) VALUES (1, ?, ?, ?, ?)",
    ),
    kept: db.prepare("SELECT value FROM kept WHERE name = ?"),
    keep: db.prepare("INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)"),
    saveClock: db.prepare("UPDATE device SET clock_ms = ?, clock_counter = ?"),
    space: db.prepare("SELECT * FROM spaces WHERE space = ?"),
    spaceNames: db.prepare("SELECT space FROM spaces"),
    newSpace: db.prepare("INSERT INTO spaces (space, generation) VALUES (?, ?)"),
    newGeneration: db.prepare("INSERT INTO generations DEFAULT VALUES"),
    dropGeneration: db.prepare("DELETE FROM records WHERE generation = ?"),
    restart: db.prepare(
      `UPDATE spaces SET cursor = NULL, staged_generation = NULL, staged_cursor = NULL, staged_replace = 0, staged_count = 0,
         staged_gone = '[]' WHERE space = ?`,
    ),
    holder: db.prepare("SELECT holder FROM lead"),
    lead: db.prepare("INSERT OR REPLACE INTO lead (one, holder) VALUES (1, ?)"),
    turn: db.prepare("SELECT holder, at_ms AS atMs FROM turns WHERE space = ?"),
    giveTurn: db.prepare("INSERT OR REPLACE INTO turns (space, holder, at_ms) VALUES (?, ?, ?)"),
    endTurn: db.prepare("DELETE FROM turns WHERE space = ?"),
    revised: db.prepare("UPDATE spaces SET revision = ? WHERE space = ?"),
    numbered: db.prepare("UPDATE spaces SET next_mutation = ? WHERE space = ?"),
    outbox: db.prepare(
      "SELECT mutation, state, created_at_ms, attempts FROM outbox WHERE space = ? ORDER BY id",
    ),
    appendOutbox: db.prepare(
      "INSERT INTO outbox (space, id, mutation, state, created_at_ms, attempts) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    markOutbox: db.prepare(
      "UPDATE outbox SET state = ?, attempts = attempts + ? WHERE space = ? AND id = ?",
    ),
    removeOutbox: db.prepare("DELETE FROM outbox WHERE space = ? AND id = ?"),
    clearOutbox: db.prepare("DELETE FROM outbox WHERE space = ?"),
    inbox: db.prepare("SELECT id, entry FROM inbox WHERE space = ? ORDER BY id"),
    park: db.prepare("INSERT INTO inbox (space, entry) VALUES (?, ?)"),
    discard: db.prepare("DELETE FROM inbox WHERE space = ? AND id = ?"),
    generation: db.prepare("SELECT generation FROM spaces WHERE space = ?"),
    record: db.prepare(
      "SELECT wire FROM records WHERE generation = ? AND collection = ? AND id = ?",
    ),
    scan: db.prepare(
      `SELECT wire FROM records WHERE ${current} AND collection = ? AND deleted = 0 AND id > ? ORDER BY id LIMIT ?`,
    ),
    newer: db.prepare(`SELECT wire FROM records WHERE ${current} AND stamp > ?`),
    stamps: db.prepare(
      `SELECT id, stamp FROM records WHERE ${current} AND collection = ? AND deleted = 0`,
    ),
  };
}

function toState(columns: SpaceColumns): SpaceState {
  const { staged_cursor: cursor, staged_replace: replace, staged_count: count } = columns;
  return {
    space: columns.space,
    cursor: columns.cursor,
    scope: columns.scope,
    nextMutation: columns.next_mutation,
    digests: JSON.parse(columns.digests) as SpaceState["digests"],
    staged: cursor === null ? null : { cursor, replace: replace === 1, count },
  };
}
