// An event store on LevelDB: embedded, one process at a time, every event on disk when it was acknowledged.

import { asyncDispose, isSynclineError, SynclineError } from "@syncline/core";
import { ClassicLevel } from "classic-level";
import { throwIfAborted } from "../../abort.ts";
import { type EventTexts, textsToEvent } from "../../event/check-event.ts";
import type {
  Event,
  EventStore,
  LoadOptions,
  StoredEvent,
  StoreOptions,
  StoreOutcome,
  Version,
} from "../../ports.ts";
import {
  INTEGER_ZERO,
  IntegerVersion,
  parseIntegerVersion,
  toPosition,
} from "../../versions/integer.ts";
import {
  checkBatch,
  type EventStoreLimits,
  outcomeOfKnown,
  single,
  storeClosed,
} from "../batch.ts";

export interface LevelStoreOptions extends EventStoreLimits {
  /** The folder; it is made where there is none. */
  readonly path: string;
}

/** Keys: `e` events by position, `i` positions by id, `a` positions by aggregate, `c` checkpoints. */
const eventKey = (seq: bigint) => `e${hex(seq)}`;
const idKey = (id: string) => `i${id}`;
/** The length keeps one aggregate's keys apart from those of another one whose id begins alike. */
const aggregateKey = (id: string, seq: bigint) => `a${id.length}:${id}:${hex(seq)}`;
const checkpointKey = (key: string) => `c${key}`;
const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * Opens an event store in a folder, on LevelDB; one process at a time.
 * @throws {SynclineError} `storage_unavailable`, also while another process has it open
 */
export async function openLevelStore(options: LevelStoreOptions): Promise<EventStore> {
  const db = new ClassicLevel<string, string>(options.path);
  await translated(db.open());
  let latest = await lastPosition(db);
  let tail: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const begin = (signal: AbortSignal | undefined) => {
    if (closing !== undefined) throw storeClosed();
    throwIfAborted(signal);
  };
  /** Writers one after the other: positions are given once. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = tail.then(work);
    tail = turn.catch(() => undefined);
    return turn;
  };
  const insert = async (batch: ReturnType<typeof checkBatch>): Promise<StoreOutcome[]> => {
    const known = new Map<string, { readonly texts: EventTexts; readonly seq: bigint }>();
    const writes: { type: "put"; key: string; value: string }[] = [];
    const outcomes: StoreOutcome[] = [];
    let last = latest;
    for (const checked of batch) {
      if (checked instanceof SynclineError) {
        outcomes.push({ status: "rejected", error: checked });
        continue;
      }
      const held = known.get(checked.id) ?? (await find(db, checked.id));
      if (held !== undefined) {
        outcomes.push(outcomeOfKnown(checked, held.texts, held.seq));
        continue;
      }
      last += 1n;
      known.set(checked.id, { texts: checked, seq: last });
      const put = (key: string, value: string) => writes.push({ type: "put", key, value });
      put(eventKey(last), JSON.stringify(checked));
      put(idKey(checked.id), hex(last));
      put(aggregateKey(checked.aggregateId, last), "");
      outcomes.push({ status: "stored", version: new IntegerVersion(last) });
    }
    if (writes.length > 0) await db.batch(writes, { sync: true });
    latest = last;
    return outcomes;
  };
  const storeBatch = async (events: readonly Event[], { signal }: StoreOptions = {}) => {
    begin(signal);
    const batch = checkBatch(events, options.limits);
    return await inTurn(async () => {
      begin(signal);
      return batch.length === 0 ? [] : await translated(insert(batch));
    });
  };
  async function* walk(
    { limit, signal }: LoadOptions,
    keys: AsyncIterable<string>,
  ): AsyncGenerator<StoredEvent> {
    let left = limit ?? Number.POSITIVE_INFINITY;
    begin(signal);
    if (left <= 0) return;
    for await (const key of keys) {
      begin(signal);
      const seq = BigInt(`0x${key.slice(-16)}`);
      const texts = await read(db, seq);
      if (texts !== undefined) yield toStored(texts, seq);
      if (--left <= 0) return;
    }
  }
  async function* load(since: Version | null, given: LoadOptions): AsyncGenerator<StoredEvent> {
    begin(given.signal);
    const gt = eventKey(toPosition(since));
    yield* walk(given, db.keys({ gt, lte: eventKey(MAX_UINT64) }));
  }
  async function* loadByAggregate(
    id: string,
    since: Version | null,
    given: LoadOptions,
  ): AsyncGenerator<StoredEvent> {
    begin(given.signal);
    const gt = aggregateKey(id, toPosition(since));
    yield* walk(given, db.keys({ gt, lte: aggregateKey(id, MAX_UINT64) }));
  }
  const close = () => {
    closing ??= tail.then(() => translated(db.close()));
    return closing;
  };
  return {
    store: async (event, given) => single(await storeBatch([event], given)),
    storeBatch,
    load: (since, given = {}) => load(since, given),
    loadByAggregate: (id, since, given = {}) => loadByAggregate(id, since, given),
    async loadByIds(ids, { signal } = {}) {
      begin(signal);
      const found = await Promise.all([...new Set(ids)].map((id) => translated(find(db, id))));
      const there = found.filter((one) => one !== undefined);
      there.sort((a, b) => (a.seq < b.seq ? -1 : 1));
      return there.map(({ texts, seq }) => toStored(texts, seq));
    },
    async latestVersion({ signal } = {}) {
      begin(signal);
      return latest === 0n ? INTEGER_ZERO : new IntegerVersion(latest);
    },
    async stats({ signal } = {}) {
      begin(signal);
      // Positions have no gaps here, and nobody else writes.
      return { events: Number(latest) };
    },
    parseVersion: parseIntegerVersion,
    checkpoints: {
      async read(key, { signal } = {}) {
        begin(signal);
        return await translated(db.get(checkpointKey(key)));
      },
      async write(key, text, { signal } = {}) {
        begin(signal);
        const options = { sync: true };
        if (text === null) await translated(db.del(checkpointKey(key), options));
        else await translated(db.put(checkpointKey(key), text, options));
      },
    },
    close,
    [asyncDispose]: close,
  };
}

type Database = ClassicLevel<string, string>;

async function read(db: Database, seq: bigint): Promise<EventTexts | undefined> {
  const text = await db.get(eventKey(seq));
  return text === undefined ? undefined : (JSON.parse(text) as EventTexts); // written by insert
}

async function find(db: Database, id: string) {
  const position = await db.get(idKey(id));
  if (position === undefined) return undefined;
  const seq = BigInt(`0x${position}`);
  const texts = await read(db, seq);
  return texts === undefined ? undefined : { texts, seq };
}

async function lastPosition(db: Database): Promise<bigint> {
  for await (const key of db.keys({ gte: "e", lt: "f", reverse: true, limit: 1 }))
    return BigInt(`0x${key.slice(-16)}`);
  return 0n;
}

function toStored(texts: EventTexts, seq: bigint): StoredEvent {
  return { event: textsToEvent(texts), version: new IntegerVersion(seq) };
}

/** Sixteen digits, so that keys sort as positions do. */
function hex(seq: bigint): string {
  return seq.toString(16).padStart(16, "0");
}

async function translated<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (thrown) {
    if (isSynclineError(thrown)) throw thrown;
    throw new SynclineError("storage_unavailable", undefined, { cause: thrown });
  }
}
