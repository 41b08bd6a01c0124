// A local store in a browser: IndexedDB, shared by all tabs of the origin.

import { asyncDispose, DigestSum, isSynclineError, type WireRecord } from "@syncline/core";
import { type Environment, systemEnvironment } from "../../environment.ts";
import type { LocalStore, OutboxEntry } from "../port.ts";
import {
  entriesOf,
  laterClock,
  NOTHING,
  newSpaceState,
  renumbered,
  superseded,
  withoutGaps,
} from "../rules.ts";
import { applyPage, drop } from "./apply.ts";
import type { Work } from "./finish.ts";
import { countAppended, createJournal, forgetPages, lastOf } from "./journal.ts";
import { answeredInTime, createConnection } from "./open.ts";
import { clearOutbox, outboxOf, putOutbox } from "./outbox.ts";
import {
  buildIndexes,
  declareIndexes,
  eachRecord,
  generationOf,
  hasIndexes,
  rangeOf,
  readRange,
  recordsAt,
  recordsOf,
} from "./records.ts";
import { type SpaceRow, STORES, type Transaction } from "./schema.ts";
import { changeDevice, inTurn, stateOf } from "./state.ts";
import { createTransactions } from "./transactions.ts";

export interface IndexedDbStoreOptions {
  /** The database's name; `syncline` where left out. Another user's data needs another one. */
  readonly name?: string;
  /** A newer version of the app was opened in another tab, and this one has let go of the database: reload. */
  onOutdated?(): void;
  /**
   * What to use where the browser allows no database; `openMemoryStore` keeps what is written as long as the
   * page is open, and says so in its health. Without it, opening fails there.
   */
  readonly fallback?: () => Promise<LocalStore>;
  readonly environment?: Partial<Environment>;
}

/**
 * Opens a device's database in the browser.
 * @throws {SynclineError} `storage_unavailable` where the browser allows none, `database_newer`
 */
export async function openIndexedDbStore(options: IndexedDbStoreOptions = {}): Promise<LocalStore> {
  try {
    return await openStore(options);
  } catch (thrown) {
    if (options.fallback === undefined || !isSynclineError(thrown, "storage_unavailable"))
      throw thrown;
    return await options.fallback();
  }
}

async function openStore(options: IndexedDbStoreOptions): Promise<LocalStore> {
  const name = options.name ?? "syncline";
  const environment: Environment = { ...systemEnvironment(), ...options.environment };
  const storage = environment.storage?.();
  const mark = `syncline ${name}`;
  let tellRemoved = () => {};
  let isRemoved = false;
  const connection = createConnection(name, environment, {
    onOutdated: () => options.onOutdated?.(),
    onRemoved() {
      // It is told now, and not once more at the next opening.
      storage?.forget(mark);
      isRemoved = true;
      tellRemoved();
    },
  });
  const self = environment.randomId();
  /** Space by space, the revision that this instance knows. */
  const known = new Map<string, number>();
  const { read, write } = createTransactions(connection);
  let led = false;
  let asked = false;

  /** Browsers clear what nobody asked them to keep. Asked once there is something to keep; nobody waits for it. */
  function askToPersist(): void {
    if (asked || storage === undefined) return;
    asked = true;
    storage.remember(mark);
    storage.persist().catch(() => undefined);
  }

  /** A write of the instance that leads. */
  const lead = <Result>(
    work: Work<Result>,
    durability: IDBTransactionDurability = "strict",
  ): Promise<Result> =>
    write(async (tx) => {
      if (led && (await tx.of("lead").get("holder")) !== self) throw superseded();
      return await work(tx);
    }, durability);

  async function rowOf(tx: Transaction, space: string): Promise<SpaceRow> {
    const held = await tx.of("spaces").get(space);
    if (held !== undefined) return held;
    const generation = await tx.of("generations").add({ dropped: false });
    const row: SpaceRow = { ...newSpaceState(space), staged: null, revision: 0, generation };
    await save(tx, row);
    return row;
  }

  const save = (tx: Transaction, row: SpaceRow) => tx.of("spaces").put(row, row.space);
  const isCurrent = ({ space, revision }: SpaceRow) => (known.get(space) ?? 0) === revision;

  /** Saves a row with a change counted; who knew everything before it knows it once it is committed. */
  async function saveChanged(tx: Transaction, row: SpaceRow): Promise<void> {
    const { space, revision } = row;
    if (isCurrent(row)) {
      tx.done.then(
        () => known.set(space, revision + 1),
        () => undefined,
      );
    }
    await save(tx, { ...row, revision: revision + 1 });
  }

  /** @param from the next number when there are no entries */
  async function replaceOutbox(
    tx: Transaction,
    row: SpaceRow,
    entries: readonly OutboxEntry[],
    from: number,
  ): Promise<void> {
    await clearOutbox(tx, row.space);
    await putOutbox(tx, row.space, entries);
    const nextMutation = Math.max(entries.at(-1)?.mutation.id ?? 0, from - 1) + 1;
    await saveChanged(tx, { ...row, nextMutation });
  }

  /** Removes the records of generations that nobody needs; nobody waits for it. */
  function sweep(): void {
    write(async (tx) => {
      const generations = tx.of("generations");
      for (const generation of await generations.getAllKeys()) {
        if ((await generations.get(generation))?.dropped !== true) continue;
        await tx.of("records").delete(rangeOf(generation));
        await generations.delete(generation);
      }
    }, "relaxed").catch(() => undefined); // the next one to open the database tries again
  }

  /** Fills indexes over what is there already; until then, whoever asks them reads everything. */
  async function build(collections: Iterable<string>): Promise<void> {
    try {
      for (const collection of collections)
        await buildIndexes(collection, (work) => write(work, "relaxed"));
    } catch {
      // The next one to open the database goes on.
    }
  }

  // A browser that allows no database says so now.
  const [first, made, generations] = await answeredInTime(
    read((tx) =>
      Promise.all([
        tx.of("device").get("device"),
        tx.of("lead").get("made"),
        tx.of("generations").getAll(),
      ]),
    ),
    environment,
  ).catch((thrown: unknown) => {
    connection.close();
    throw thrown;
  });
  const evicted = first === undefined && storage?.remembers(mark) === true;
  if (first !== undefined) connection.expectData(made);
  if (generations.some(({ dropped }) => dropped)) sweep();

  const journal =
    storage &&
    createJournal(name, self, storage, environment, ({ page, n }) =>
      read(async (tx) => n <= (await lastOf(tx, page))),
    );
  const close = async () => {
    journal?.close();
    connection.close();
  };
  return {
    journal,
    name: `indexeddb ${name}`,
    device: () => read((tx) => tx.of("device").get("device")),
    async initialise(wanted) {
      const [device, name] = await write(async (tx) => {
        const held = await tx.of("device").get("device");
        if (held !== undefined) return [held, await tx.of("lead").get("made")] as const;
        await tx.of("device").put(wanted, "device");
        await tx.of("lead").put(self, "made");
        return [wanted, self] as const;
      });
      connection.expectData(name);
      return device;
    },
    onRemoved(listener) {
      tellRemoved = listener;
      if (isRemoved) listener();
    },
    async health() {
      // Where the browser does not say, that is no reason to fail.
      const { usage = null, quota = null } = (await storage?.estimate().catch(() => null)) ?? {};
      const persisted = (await storage?.persisted().catch(() => null)) ?? null;
      return { volatile: false, persisted, usageBytes: usage, quotaBytes: quota, evicted };
    },
    saveDevice: (change) => write((tx) => changeDevice(tx, (held) => ({ ...held, ...change }))),
    spaces: () => read((tx) => tx.of("spaces").getAllKeys()),
    state: (space) => read(async (tx) => stateOf(space, await tx.of("spaces").get(space))),
    outbox: (space) =>
      read(async (tx) => {
        const entries = await outboxOf(tx, space);
        known.set(space, (await tx.of("spaces").get(space))?.revision ?? 0);
        return entries;
      }),
    inbox: (space) =>
      read(async (tx) => {
        const [ids, rows] = await tx.of("inbox").byIndex("space", space);
        return rows.map(({ entry }, i) => ({ ...entry, id: ids[i] ?? 0 }));
      }),
    isCurrent: (space) =>
      read(async (tx) => {
        const row = await tx.of("spaces").get(space);
        return row === undefined || isCurrent(row);
      }),
    lead: () =>
      write(async (tx) => {
        led = true;
        await tx.of("lead").put(self, "holder");
      }, "relaxed"),
    append(space, drafts, clock) {
      askToPersist();
      const keys = drafts.flatMap(({ key }) => key ?? []);
      const nowMs = drafts[0]?.createdAtMs ?? 0;
      return write(async (tx) => {
        const row = await rowOf(tx, space);
        if (!(await inTurn(tx, space, { self, isCurrent: isCurrent(row), nowMs }))) return null;
        if (!(await countAppended(tx, keys, nowMs))) return null;
        if (keys[0]?.n === 1 && keys[0].page === self) await forgetPages(tx, nowMs);
        const entries = entriesOf(drafts, row.nextMutation);
        await putOutbox(tx, space, entries);
        await saveChanged(tx, { ...row, nextMutation: row.nextMutation + entries.length });
        await changeDevice(tx, (held) => ({ ...held, clock: laterClock(held.clock, clock) }));
        return entries;
      });
    },
    markOutbox: (space, ids, state) =>
      lead(async (tx) => {
        const outbox = tx.of("outbox");
        const wanted = new Set(ids);
        const sent = state === "sent" ? 1 : 0;
        for (const entry of await outboxOf(tx, space)) {
          const { id } = entry.mutation;
          if (!wanted.has(id)) continue;
          await outbox.put({ ...entry, state, attempts: entry.attempts + sent }, [space, id]);
        }
      }, "relaxed"),
    park: (space, entries) =>
      lead(async (tx) => {
        const parked = [];
        for (const entry of entries) {
          await tx.of("outbox").delete([space, entry.mutation.id]);
          const id = await tx.of("inbox").add({ space, entry });
          parked.push({ ...entry, id });
        }
        await saveChanged(tx, await rowOf(tx, space));
        return parked;
      }),
    discard: (space, inboxId) =>
      write(async (tx) => {
        const inbox = tx.of("inbox");
        const held = await inbox.get(inboxId);
        if (held?.space !== space) return false;
        await inbox.delete(inboxId);
        return true;
      }),
    renumber: (clientId) =>
      lead(async (tx) => {
        for (const space of await tx.of("spaces").getAllKeys()) {
          const entries = renumbered(await outboxOf(tx, space));
          await replaceOutbox(tx, await rowOf(tx, space), entries, 1);
        }
        await changeDevice(tx, (held) => ({ ...held, clientId }));
      }),
    closeGaps: (space, from) =>
      lead(async (tx) => {
        const entries = withoutGaps(await outboxOf(tx, space), from);
        await replaceOutbox(tx, await rowOf(tx, space), entries, from);
        return entries;
      }),
    apply: async (page) => {
      const applied = await lead(async (tx) => {
        const { row, applied } = await applyPage(tx, await rowOf(tx, page.space), page);
        await (page.final ? saveChanged(tx, row) : save(tx, row));
        return applied;
      }, "relaxed");
      if (page.final && page.replace) sweep();
      return applied;
    },
    restart: (space, { drafts, inbox } = NOTHING) =>
      lead(async (tx) => {
        const row = await rowOf(tx, space);
        if (row.staged !== null) await drop(tx, row.staged.generation);
        await putOutbox(tx, space, entriesOf(drafts, row.nextMutation));
        for (const entry of inbox) await tx.of("inbox").add({ space, entry });
        const next = {
          ...row,
          cursor: null,
          staged: null,
          nextMutation: row.nextMutation + drafts.length,
        };
        await (drafts.length + inbox.length > 0 ? saveChanged(tx, next) : save(tx, next));
      }),
    newerThan: (space, stamp) =>
      read(async (tx) => {
        const found: WireRecord[] = [];
        const range = rangeOf(await generationOf(tx, space));
        await eachRecord(recordsOf(tx), range, (piece) => {
          for (const record of piece) if (record.stamp > stamp) found.push(record);
          return false;
        });
        return found;
      }),
    get: (space, collection, id) =>
      read(async (tx) => (await recordsAt(tx, space, [{ collection, id }]))[0]),
    getMany: (space, keys) => read((tx) => recordsAt(tx, space, keys)),
    scan: (space, collection, after) =>
      read(async (tx) => {
        const found: WireRecord[] = [];
        const range = rangeOf(await generationOf(tx, space), collection, after);
        await eachRecord(recordsOf(tx), range, (piece) => {
          for (const record of piece) if (record.deleted !== true) found.push(record);
          return after !== undefined && found.length > 0;
        });
        return found;
      }),
    async index(declared) {
      // Mostly they are there, and opening writes nothing.
      if (await read((tx) => hasIndexes(tx, declared))) return;
      const mark = environment.randomId();
      const unbuilt = await write((tx) => declareIndexes(tx, declared, mark), "relaxed");
      void build(unbuilt);
    },
    range: (space, collection, range) => read((tx) => readRange(tx, space, collection, range)),
    recount: (space, collection) =>
      read(async (tx) => {
        const sum = new DigestSum();
        const range = rangeOf(await generationOf(tx, space), collection);
        await eachRecord(recordsOf(tx), range, (piece) => {
          for (const { id, stamp, deleted } of piece) if (deleted !== true) sum.add(id, stamp);
        });
        return String(sum);
      }),
    kept: (name) => read((tx) => tx.of("kept").get(name)),
    keep: (name, value) =>
      write(async (tx) => {
        await tx.of("kept").put(value, name);
      }),
    async wipe() {
      await write(async (tx) => {
        for (const store of STORES) await tx.of(store).clear();
        known.clear();
      });
      // Nobody else cleared it: whoever opens it next is told nothing.
      storage?.forget(mark);
      journal?.clear();
      asked = false;
    },
    close,
    [asyncDispose]: close,
  };
}
