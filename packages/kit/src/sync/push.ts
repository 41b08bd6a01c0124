// The push: the own events after the last one that was sent, but for those that came from the peer.

import type { PushReport, StoredEvent, Version } from "../ports.ts";
import {
  advancePushed,
  isPassed,
  type PeerState,
  readPeerState,
  writePeerState,
} from "./peer-state.ts";
import { listUpTo, type SyncRun } from "./run.ts";

/** Some of the own log. */
interface Chunk {
  /** What of it is to be sent. */
  readonly events: readonly StoredEvent[];
  /** Where it ends; undefined after the end of the log. */
  readonly last: Version | undefined;
}

/** Pushes until everything that was there is sent. The next events are made ready while those before them are on their way. */
export async function push(run: SyncRun): Promise<void> {
  const { store, transport, setup, signal, done } = run;
  let state = await readPeerState(store, transport.peer, { signal });
  let { events, last } = await loadChunk(run, state, state.pushed);
  while (last !== undefined) {
    const sending = send(run, events);
    const loading = loadNext(run, state, last);
    // The one that is waited for later fails for nobody until then.
    loading.catch(() => undefined);
    const report = await sending;
    done.pushed += events.length - report.rejected.length;
    for (const { id, error } of report.rejected) {
      const rejected = { direction: "push", id, error } as const;
      listUpTo(done.rejected, rejected);
      run.tell("onRejected", () => setup.hooks?.onRejected?.(rejected));
    }
    state = advancePushed(state, last);
    await writePeerState(store, transport.peer, state);
    ({ events, last } = await loading);
  }
}

async function send(run: SyncRun, events: readonly StoredEvent[]): Promise<PushReport> {
  if (events.length === 0) return { rejected: [] };
  return await run.call((signal) => run.transport.push(events, { signal }));
}

async function loadNext(run: SyncRun, state: PeerState, since: Version): Promise<Chunk> {
  const chunk = await loadChunk(run, state, since);
  if (chunk.events.length > 0) run.transport.prepare?.(chunk.events);
  return chunk;
}

/** @param state as it is, or as it was before events in front of these were sent: it passes the same of them */
async function loadChunk(
  { store, setup, signal }: SyncRun,
  state: PeerState,
  since: Version | null,
): Promise<Chunk> {
  const events: StoredEvent[] = [];
  let last: Version | undefined;
  for await (const stored of store.load(since, { limit: setup.batchSize, signal })) {
    last = stored.version;
    if (!isPassed(state, last) && setup.filter?.(stored.event) !== false) events.push(stored);
  }
  return { events, last };
}
