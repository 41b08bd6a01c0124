// Finds conflicts of what comes in with what is there, has them resolved, and gives what is to be stored.

import type { SynclineError } from "@syncline/core";
import { orAborted } from "../abort.ts";
import { readCausality, withCausality } from "../event/causality.ts";
import { eventToTexts } from "../event/check-event.ts";
import { readJson } from "../event/read-json.ts";
import type {
  Conflict,
  ConflictResolver,
  Event,
  EventStore,
  Resolution,
  StoredEvent,
} from "../ports.ts";
import { toSynclineError } from "../wire/records.ts";
import { addHead, createHeadReader, type Head, relationOfEvents } from "./heads.ts";
import { cameFromPeer, type PeerState } from "./peer-state.ts";

export interface ConflictReport {
  readonly conflict: Conflict;
  readonly resolution: Resolution | undefined;
  /** Why the resolver gave none. */
  readonly error?: SynclineError;
}

export interface Settled {
  /** Everything that came in, and after each event what its conflicts were resolved to. */
  readonly events: readonly Event[];
  readonly reports: readonly ConflictReport[];
}

export interface ConflictFinder {
  /** @param incoming events that the store does not have yet, in the peer's order */
  settle(incoming: readonly StoredEvent[], state: PeerState, signal: AbortSignal): Promise<Settled>;
}

export function createConflictFinder(
  store: EventStore,
  resolver: ConflictResolver | undefined,
): ConflictFinder {
  const reader = createHeadReader(store);
  return {
    async settle(incoming, state, signal) {
      const events: Event[] = [];
      const reports: ConflictReport[] = [];
      /** Heads as they will be when the page is stored. */
      const working = new Map<string, readonly Head[]>();
      const unsentByAggregate = new Map<string, StoredEvent | undefined>();
      for (const remote of incoming) {
        const { aggregateId } = remote.event;
        const heads = working.get(aggregateId) ?? (await reader.of(aggregateId, signal)).heads;
        const head: Head = { stored: remote, causality: readCausality(remote.event) };
        events.push(remote.event);
        let after = addHead(heads, head);
        const tells = head.causality.clock !== undefined;
        const key = `${tells} ${aggregateId}`;
        if (!unsentByAggregate.has(key))
          unsentByAggregate.set(key, await lastUnsent(store, aggregateId, state, tells, signal));
        const unsent = unsentByAggregate.get(key);
        for (const conflict of conflictsOf(heads, unsent, head)) {
          const report = await resolve(resolver, conflict, signal);
          reports.push(report);
          for (const made of newEvents(report)) {
            events.push(made);
            const stored = { event: made, version: remote.version };
            after = addHead(after, { stored, causality: readCausality(made) });
          }
        }
        working.set(aggregateId, after);
      }
      return { events, reports };
    },
  };
}

/**
 * The last event of an aggregate that the peer cannot have known, where causes are not written down on both sides:
 * it was not sent yet, so what the peer sends was written without it.
 */
async function lastUnsent(
  store: EventStore,
  aggregateId: string,
  state: PeerState,
  incomingTells: boolean,
  signal: AbortSignal,
): Promise<StoredEvent | undefined> {
  let last: StoredEvent | undefined;
  for await (const local of store.loadByAggregate(aggregateId, state.pushed, { signal })) {
    if (cameFromPeer(state, local.version)) continue;
    const tells = readCausality(local.event).clock !== undefined;
    if (!tells || !incomingTells) last = local;
  }
  return last;
}

function conflictsOf(
  heads: readonly Head[],
  unsent: StoredEvent | undefined,
  incoming: Head,
): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const head of heads) {
    const relation = relationOfEvents(head, incoming);
    if (relation === "concurrent" || relation === "unknown")
      conflicts.push(conflictOf(head.stored, incoming.stored, relation));
  }
  if (unsent !== undefined) conflicts.push(conflictOf(unsent, incoming.stored, "concurrent"));
  return conflicts;
}

/** A conflict with the facts that the original's resolvers find in it. */
export function conflictOf(
  local: StoredEvent,
  remote: StoredEvent,
  relation: Conflict["relation"],
): Conflict {
  const facts: [string, unknown][] = [
    ["local_version", local.version.toString()],
    ["remote_version", remote.version.toString()],
    ["version_comparison", 0],
    ["relation", relation],
  ];
  for (const [side, { event }] of [["local", local] as const, ["remote", remote] as const]) {
    for (const name of ["origin", "timestamp"]) {
      const value = event.metadata?.[name];
      if (value !== undefined) facts.push([`${side}_${name}`, value]);
    }
  }
  return {
    eventType: remote.event.type,
    aggregateId: remote.event.aggregateId,
    relation,
    changedFields: changedFields(local.event, remote.event),
    metadata: Object.fromEntries(facts),
    local,
    remote,
  };
}

function changedFields(local: Event, remote: Event): string[] {
  const [a, b] = [fieldsOf(local), fieldsOf(remote)];
  if (a === undefined || b === undefined)
    return eventToTexts(local).data === eventToTexts(remote).data ? [] : ["data"];
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => a.get(name) !== b.get(name)).sort();
}

/** Each field of an event's data as canonical text. */
function fieldsOf(event: Event): Map<string, string> | undefined {
  const data: unknown = readJson(eventToTexts(event).data);
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const texts = Object.entries(data).map(([name, value]) => {
    const field = { ...event, data: value as unknown };
    return [name, eventToTexts(field).data] as const;
  });
  return new Map(texts);
}

async function resolve(
  resolver: ConflictResolver | undefined,
  conflict: Conflict,
  signal: AbortSignal,
): Promise<ConflictReport> {
  if (resolver === undefined) return { conflict, resolution: undefined };
  try {
    const working = Promise.resolve(resolver.resolve(conflict, { signal }));
    const resolution = await orAborted(working, signal);
    // What it made must be fit to be stored, or the page could not be.
    for (const event of resolution.events) eventToTexts(event);
    return { conflict, resolution };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { conflict, resolution: undefined, error: toSynclineError(thrown) };
  }
}

/** Events that a resolver made, as successors of both sides: nobody takes them for concurrent with these again. */
function newEvents({ conflict, resolution }: ConflictReport): Event[] {
  const { local, remote } = conflict;
  const made = (resolution?.events ?? []).filter(
    ({ id }) => id !== local.event.id && id !== remote.event.id,
  );
  return made.map((event) => asSuccessor(event, local.event, remote.event));
}

/** An event that knows all that two others knew. One that says itself what it knows stays as it is. */
export function asSuccessor(event: Event, a: Event, b: Event): Event {
  const [left, right] = [readCausality(a), readCausality(b)];
  if (readCausality(event).clock !== undefined) return event;
  if (left.clock === undefined || right.clock === undefined) return event;
  const times = [left.time ?? "", right.time ?? ""].sort();
  const time = times[1];
  const causality = { clock: left.clock.merge(right.clock), ...(time ? { time } : {}) };
  return { ...event, metadata: withCausality(event.metadata, causality) };
}
