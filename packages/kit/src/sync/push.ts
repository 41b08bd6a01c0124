// The push: the own events after the last one that was sent, but for those that came from the peer.

import type { StoredEvent } from "../ports.ts";
import { advancePushed, cameFromPeer, readPeerState, writePeerState } from "./peer-state.ts";
import { listUpTo, type SyncRun } from "./run.ts";

/** Pushes until everything that was there is sent. */
export async function push(run: SyncRun): Promise<void> {
  const { store, transport, setup, signal, done } = run;
  let state = await readPeerState(store, transport.peer, { signal });
  for (;;) {
    const chunk = await loadChunk(run, state.pushed);
    const last = chunk.at(-1);
    if (last === undefined) return;
    const seen = state;
    const events = chunk.filter(
      ({ event, version }) => !cameFromPeer(seen, version) && setup.filter?.(event) !== false,
    );
    if (events.length > 0) {
      const report = await run.call((given) => transport.push(events, { signal: given }));
      done.pushed += events.length - report.rejected.length;
      for (const { id, error } of report.rejected) {
        const rejected = { direction: "push", id, error } as const;
        listUpTo(done.rejected, rejected);
        run.tell("onRejected", () => setup.hooks?.onRejected?.(rejected));
      }
    }
    state = advancePushed(state, last.version);
    await writePeerState(store, transport.peer, state);
  }
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
