// A store that writes into every event of this node what the node knew: its number, its vector clock, and the time.

import {
  asyncDispose,
  CLOCK_START,
  type ClockState,
  formatTime,
  hash64,
  isId,
  parseTime,
  receive,
  tick,
} from "@syncline/core";
import { type KitEnvironment, systemEnvironment } from "../environment.ts";
import { readCausality, withCausality, withoutCausality } from "../event/causality.ts";
import type {
  CallOptions,
  Event,
  EventStore,
  StoredEvent,
  StoreOptions,
  Version,
  VersionManager,
} from "../ports.ts";
import { addHead, type Head } from "../sync/heads.ts";
import {
  createVectorClockManager,
  parseWireVersion,
  VectorClock,
  versionToWire,
} from "../versions/index.ts";
import { single } from "./batch.ts";

export interface VersionedStoreOptions {
  readonly store: EventStore;
  /** This node's id: no other node may have it. */
  readonly nodeId: string;
  /** Keeps the node's clock; a new one where left out. */
  readonly versions?: VersionManager<VectorClock>;
  readonly environment?: KitEnvironment;
}

export interface VersionedStore extends EventStore {
  readonly nodeId: string;
  /** What the node knows now. */
  currentClock(): Promise<VectorClock>;
  /** The events of an aggregate that no other one knows of; more than one are concurrent. */
  heads(aggregateId: string, options?: CallOptions): Promise<readonly StoredEvent[]>;
}

/** After so many events that were new to it, it notes how far it has come. */
const NOTED_EVENTS = 1_000;
/** How far ahead of this node's clock another one may be and still be followed. */
const MAX_AHEAD_MS = 60_000;

/**
 * Wraps a store, and learns what it holds. Closing it closes the store. Events that are stored without a version are this node's
 * own; those that come with one, as a sync stores them, keep what they say of themselves.
 */
export async function openVersionedStore(options: VersionedStoreOptions): Promise<VersionedStore> {
  const { store, nodeId, versions = createVectorClockManager() } = options;
  const { environment = systemEnvironment() } = options;
  // Refuses an id that no clock could have.
  new VectorClock([[nodeId, 0n]]);
  const clientId = isId(nodeId) ? nodeId : hash64(nodeId);
  let time: ClockState = CLOCK_START;
  let upTo: Version | null = null;
  const noteKey = `versioned:${nodeId}`;
  let tail: Promise<unknown> = Promise.resolve();

  /** Takes in what was stored since, by whomever. */
  const catchUp = async () => {
    let absorbed = 0;
    for await (const { event, version } of store.load(upTo)) {
      absorbed += 1;
      const causality = readCausality(event);
      if (causality.clock !== undefined) versions.updateFromVersion(causality.clock);
      if (causality.time !== undefined) {
        time = receive(time, parseTime(causality.time), environment.now(), MAX_AHEAD_MS);
      }
      upTo = version;
    }
    if (absorbed >= NOTED_EVENTS) await note();
  };
  /** So that the whole log need not be read when it is opened again. */
  const note = async () => {
    if (upTo === null) return;
    const clock = versions.currentVersion();
    const place = { upTo: versionToWire(upTo), clock: versionToWire(clock), time };
    await store.checkpoints.write(noteKey, JSON.stringify(place));
  };
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = tail.then(work);
    tail = turn.catch(() => undefined);
    return turn;
  };
  const stamp = (event: Event): Event => {
    if (readCausality(event).clock !== undefined) return event;
    time = tick(time, environment.now());
    const clock = versions.nextVersion(nodeId);
    const dot = { node: nodeId, counter: clock.get(nodeId) };
    const causality = { dot, clock, time: formatTime(time, clientId) };
    return { ...event, metadata: withCausality(event.metadata, causality) };
  };
  /** An event that is there already is taken as it was stamped then. */
  const stampAll = async (events: readonly Event[], given: CallOptions): Promise<Event[]> => {
    const ids = events.filter((event) => typeof event?.id === "string").map(({ id }) => id);
    const there = new Map(
      (await store.loadByIds(ids, given)).map(({ event }) => [event.id, event] as const),
    );
    const stamped: Event[] = [];
    for (const event of events) {
      if (typeof event !== "object" || event === null) {
        stamped.push(event);
        continue;
      }
      const known = there.get(event.id);
      const own = withoutCausality(known?.metadata ?? null);
      const alike = known !== undefined && JSON.stringify(own) === JSON.stringify(event.metadata);
      const next = alike ? { ...event, metadata: known.metadata } : stamp(event);
      there.set(event.id, next);
      stamped.push(next);
    }
    return stamped;
  };
  const storeBatch = (events: readonly Event[], given: StoreOptions = {}) =>
    inTurn(async () => {
      if (given.version !== undefined || events.length === 0)
        return await store.storeBatch(events, given);
      await catchUp();
      return await store.storeBatch(await stampAll(events, given), given);
    });

  const noted = readNote(await store.checkpoints.read(noteKey));
  if (noted !== undefined) {
    versions.updateFromVersion(noted.clock);
    ({ upTo, time } = noted);
  }
  await catchUp();
  return {
    nodeId,
    store: async (event, given) => single(await storeBatch([event], given)),
    storeBatch,
    currentClock: () =>
      inTurn(async () => {
        await catchUp();
        return versions.currentVersion();
      }),
    async heads(aggregateId, given) {
      let heads: readonly Head[] = [];
      for await (const stored of store.loadByAggregate(aggregateId, null, given))
        heads = addHead(heads, { stored, causality: readCausality(stored.event) });
      return heads.map(({ stored }) => stored);
    },
    load: (since, given) => store.load(since, given),
    loadByAggregate: (aggregateId, since, given) =>
      store.loadByAggregate(aggregateId, since, given),
    loadByIds: (ids, given) => store.loadByIds(ids, given),
    latestVersion: (given) => store.latestVersion(given),
    parseVersion: (text) => store.parseVersion(text),
    checkpoints: store.checkpoints,
    stats: (given) => store.stats(given),
    close: () => store.close(),
    [asyncDispose]: () => store.close(),
  };
}

interface Note {
  readonly upTo: Version;
  readonly clock: Version;
  readonly time: ClockState;
}

/** What was noted; nothing when it is damaged: the log says it all again. */
function readNote(text: string | undefined): Note | undefined {
  if (text === undefined) return undefined;
  try {
    const { upTo, clock, time } = JSON.parse(text) as {
      upTo: string;
      clock: string;
      time: ClockState;
    }; // our own note
    if (!Number.isSafeInteger(time.ms) || !Number.isSafeInteger(time.counter)) return undefined;
    return { upTo: parseWireVersion(upTo), clock: parseWireVersion(clock), time };
  } catch {
    return undefined;
  }
}
