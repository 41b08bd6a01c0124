// The push: the own events after the last one that was sent, but for those that came from the peer.

import type { PushReport, StoredEvent } from "../ports.ts";
import { advancePushed, isPassed, readPeerState, writePeerState } from "./peer-state.ts";
import { listUpTo, type SyncRun } from "./run.ts";

/** Pushes until everything that was there is sent. The next events are read while those before them are on their way. */
export async function push(run: SyncRun): Promise<void> {
  const { store, transport, setup, signal, done } = run;
  let state = await readPeerState(store, transport.peer, { signal });
  let chunk = await loadChunk(run, state.pushed);
  for (let last = chunk.at(-1); last !== undefined; last = chunk.at(-1)) {
    const seen = state;
    const events = chunk.filter(
      ({ event, version }) => !isPassed(seen, version) && setup.filter?.(event) !== false,
    );
    const sending = send(run, events);
    const loading = loadChunk(run, last.version);
    // The one that is waited for later fails for nobody until then.
    loading.catch(() => undefined);
    const report = await sending;
    done.pushed += events.length - report.rejected.length;
    for (const { id, error } of report.rejected) {
      const rejected = { direction: "push", id, error } as const;
      listUpTo(done.rejected, rejected);
      run.tell("onRejected", () => setup.hooks?.onRejected?.(rejected));
    }
    state = advancePushed(state, last.version);
    await writePeerState(store, transport.peer, state);
    chunk = await loading;
  }
}

async function send(run: SyncRun, events: readonly StoredEvent[]): Promise<PushReport> {
  if (events.length === 0) return { rejected: [] };
  return await run.call((signal) => run.transport.push(events, { signal }));
}

async function loadChunk(
  { store, setup, signal }: SyncRun,
  since: StoredEvent["version"] | null,
): Promise<StoredEvent[]> {
  const chunk: StoredEvent[] = [];
  for await (const stored of store.load(since, { limit: setup.batchSize, signal }))
    chunk.push(stored);
  return chunk;
}
