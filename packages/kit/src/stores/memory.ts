// An event store in memory: for tests, for programs that need no more, and as the model of all others.

import { asyncDispose } from "@syncline/core";
import { throwIfAborted } from "../abort.ts";
import { type EventTexts, textsToEvent } from "../event/check-event.ts";
import type {
  Checkpoints,
  Event,
  EventStore,
  LoadOptions,
  StoredEvent,
  StoreOptions,
  StoreOutcome,
  Version,
} from "../ports.ts";
import {
  INTEGER_ZERO,
  IntegerVersion,
  parseIntegerVersion,
  toPosition,
} from "../versions/integer.ts";
import {
  checkBatch,
  type EventStoreLimits,
  outcomeOfKnown,
  outcomesOf,
  single,
  storeClosed,
} from "./batch.ts";

/** Opens an empty store. What it holds is gone with it. */
export function createMemoryStore(options: EventStoreLimits = {}): EventStore {
  /** Position n is at n - 1. */
  const log: EventTexts[] = [];
  const positions = new Map<string, number>();
  const aggregates = new Map<string, number[]>();
  const checkpoints = new Map<string, string>();
  let closed = false;

  const begin = (signal: AbortSignal | undefined) => {
    if (closed) throw storeClosed();
    throwIfAborted(signal);
  };
  const put = (texts: EventTexts): StoreOutcome => {
    const known = positions.get(texts.id);
    const there = known === undefined ? undefined : log[known - 1];
    if (known !== undefined && there !== undefined)
      return outcomeOfKnown(texts, there, BigInt(known));
    const position = log.push(texts);
    positions.set(texts.id, position);
    const aggregate = aggregates.get(texts.aggregateId);
    if (aggregate === undefined) aggregates.set(texts.aggregateId, [position]);
    else aggregate.push(position);
    return { status: "stored", version: new IntegerVersion(BigInt(position)) };
  };
  const read = (position: number): StoredEvent | undefined => {
    const texts = log[position - 1];
    if (texts === undefined) return undefined;
    return { event: textsToEvent(texts), version: new IntegerVersion(BigInt(position)) };
  };
  async function* walk(
    since: Version | null,
    { limit = Number.POSITIVE_INFINITY, signal }: LoadOptions,
    /** The position of the n-th event that is looked at. */
    position: (index: number) => number | undefined,
  ): AsyncGenerator<StoredEvent> {
    begin(signal);
    const after = toPosition(since);
    let given = 0;
    for (let index = 0; given < limit; index++) {
      const at = position(index);
      if (at === undefined) return;
      if (BigInt(at) <= after) continue;
      begin(signal);
      const found = read(at);
      if (found === undefined) return;
      given++;
      yield found;
    }
  }

  const storeBatch = async (events: readonly Event[], { signal }: StoreOptions = {}) => {
    begin(signal);
    return outcomesOf(checkBatch(events, options.limits), put);
  };
  const close = async () => {
    closed = true;
    log.length = 0;
    positions.clear();
    aggregates.clear();
  };
  return {
    store: async (event, given) => single(await storeBatch([event], given)),
    storeBatch,
    load(since, given = {}) {
      // Positions have no gaps here: it begins where it has to.
      const from = Number(clampToLog(since, log.length));
      return walk(since, given, (index) =>
        from + index < log.length ? from + index + 1 : undefined,
      );
    },
    loadByAggregate: (aggregateId, since, given = {}) =>
      walk(since, given, (index) => aggregates.get(aggregateId)?.[index]),
    async loadByIds(ids, { signal } = {}) {
      begin(signal);
      const found = new Set(ids.map((id) => positions.get(id)).filter((at) => at !== undefined));
      return [...found]
        .sort((a, b) => a - b)
        .map(read)
        .filter((event) => event !== undefined);
    },
    async latestVersion({ signal } = {}) {
      begin(signal);
      return log.length === 0 ? INTEGER_ZERO : new IntegerVersion(BigInt(log.length));
    },
    parseVersion: parseIntegerVersion,
    checkpoints: memoryCheckpoints(checkpoints, begin),
    async stats({ signal } = {}) {
      begin(signal);
      return { events: log.length };
    },
    close,
    [asyncDispose]: close,
  };
}

/** Checkpoints in memory, for stores that have no better place: a sync then begins at the start after a restart. */
export function createMemoryCheckpoints(): Checkpoints {
  return memoryCheckpoints(new Map(), throwIfAborted);
}

function memoryCheckpoints(
  texts: Map<string, string>,
  begin: (signal: AbortSignal | undefined) => void,
): Checkpoints {
  return {
    async read(key, { signal } = {}) {
      begin(signal);
      return texts.get(key);
    },
    async write(key, text, { signal } = {}) {
      begin(signal);
      if (text === null) texts.delete(key);
      else texts.set(key, text);
    },
  };
}

function clampToLog(since: Version | null, length: number): bigint {
  if (since === null || !(since instanceof IntegerVersion)) return 0n;
  return since.seq > BigInt(length) ? BigInt(length) : since.seq;
}
