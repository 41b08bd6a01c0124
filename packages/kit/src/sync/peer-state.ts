// How far a store has come with one peer: a cursor into the peer's log, a place in the own one, and which events between
// that place and the end came from the peer, and need not go back. Kept in the store's checkpoints.

import { isSynclineError } from "@syncline/core";
import type { CallOptions, EventStore, Version } from "../ports.ts";
import { IntegerVersion, parseWireVersion, versionToWire } from "../versions/index.ts";

/** A stretch of the own log, both ends included. */
type Range = readonly [from: Version, to: Version];

export interface PeerState {
  /** The last of the peer's events that was read. */
  readonly pulled: Version | null;
  /** The last of the own events that was sent. */
  readonly pushed: Version | null;
  /** Sorted; all after `pushed`. */
  readonly fromPeer: readonly Range[];
}

export const NEW_PEER: PeerState = { pulled: null, pushed: null, fromPeer: [] };

/** Beyond this, events go back to where they came from: which does no harm. */
const MAX_RANGES = 256;

/** Marks events of the own log as come from the peer. @param versions ascending */
export function addFromPeer(state: PeerState, versions: readonly Version[]): PeerState {
  const ranges = [...state.fromPeer];
  for (const version of versions) {
    const last = ranges.at(-1);
    if (last !== undefined && isNext(last[1], version))
      ranges[ranges.length - 1] = [last[0], version];
    else ranges.push([version, version]);
  }
  return trimmed({ ...state, fromPeer: ranges.slice(-MAX_RANGES) });
}

/** Notes that everything up to a version was sent. What was passed already stays passed. */
export function advancePushed(state: PeerState, pushed: Version): PeerState {
  if (state.pushed !== null && pushed.compare(state.pushed) <= 0) return state;
  return trimmed({ ...state, pushed });
}

/** Tells whether an event of the own log came from the peer. */
export function cameFromPeer(state: PeerState, version: Version): boolean {
  return state.fromPeer.some(
    ([from, to]) => version.compare(from) >= 0 && version.compare(to) <= 0,
  );
}

/** Tells whether an event of the own log need not be sent: it was, or came from the peer. */
export function isPassed(state: PeerState, version: Version): boolean {
  const { pushed } = state;
  return (pushed !== null && version.compare(pushed) <= 0) || cameFromPeer(state, version);
}

/** Drops stretches that were passed, and passes those that come next. */
function trimmed(state: PeerState): PeerState {
  let { pushed } = state;
  const ranges = [...state.fromPeer];
  for (let [first] = ranges; first !== undefined; [first] = ranges) {
    const [from, to] = first;
    const follows = pushed === null ? isNext(new IntegerVersion(0n), from) : isNext(pushed, from);
    if (follows) pushed = to;
    else if (pushed === null || to.compare(pushed) > 0) break;
    ranges.shift();
  }
  return { ...state, pushed, fromPeer: ranges };
}

/** Versions of other kinds have no neighbours that can be told from afar. */
function isNext(version: Version, next: Version): boolean {
  if (!(version instanceof IntegerVersion) || !(next instanceof IntegerVersion)) return false;
  return next.seq === version.seq + 1n;
}

const keyOf = (peer: string) => `peer:${peer}`;

/** What the store remembers of a peer; of one that it does not know, or whose note is damaged, it begins anew. */
export async function readPeerState(
  store: EventStore,
  peer: string,
  options: CallOptions,
): Promise<PeerState> {
  const text = await store.checkpoints.read(keyOf(peer), options);
  if (text === undefined) return NEW_PEER;
  try {
    return parseState(JSON.parse(text));
  } catch (thrown) {
    // Beginning anew costs time and loses nothing.
    if (isSynclineError(thrown) || thrown instanceof SyntaxError) return NEW_PEER;
    throw thrown;
  }
}

export async function writePeerState(
  store: EventStore,
  peer: string,
  state: PeerState,
): Promise<void> {
  const { pulled, pushed, fromPeer } = state;
  const text = JSON.stringify({
    pulled: pulled && versionToWire(pulled),
    pushed: pushed && versionToWire(pushed),
    fromPeer: fromPeer.map((range) => range.map((version) => versionToWire(version))),
  });
  await store.checkpoints.write(keyOf(peer), text);
}

function parseState(value: unknown): PeerState {
  if (typeof value !== "object" || value === null) return NEW_PEER;
  const version = (text: unknown) => (typeof text === "string" ? parseWireVersion(text) : null);
  const ranges: unknown = Reflect.get(value, "fromPeer");
  const fromPeer = (Array.isArray(ranges) ? ranges : []).flatMap((range: unknown) => {
    if (!Array.isArray(range)) return [];
    const [from, to] = range.map(version);
    return from && to ? [[from, to] as const] : [];
  });
  return {
    pulled: version(Reflect.get(value, "pulled")),
    pushed: version(Reflect.get(value, "pushed")),
    fromPeer,
  };
}
