// The pull: page after page of the peer's events, each stored before the cursor moves.

import { isSynclineError, SynclineError } from "@syncline/core";
import { throwIfAborted } from "../abort.ts";
import type { Event, PullPage, StoredEvent, StoreOutcome, Version } from "../ports.ts";
import { toSynclineError } from "../wire/records.ts";
import type { ConflictReport } from "./conflicts.ts";
import {
  addFromPeer,
  NEW_PEER,
  type PeerState,
  readPeerState,
  writePeerState,
} from "./peer-state.ts";
import { listUpTo, type SyncRun } from "./run.ts";

/** Pulls until the peer has no more. The next page is on its way while one is stored. */
export async function pull(run: SyncRun): Promise<void> {
  const { store, transport, signal } = run;
  let state = await readPeerState(store, transport.peer, { signal });
  let checked = false;
  let coming = ask(run, state.pulled);
  try {
    for (;;) {
      const page = await coming;
      if (page.events.length === 0) {
        const since = state.pulled;
        if (checked || since === null || !(await peerLostIts(run, since))) return;
        // What both sides have is told apart by its id: reading and sending all of it again is safe.
        checked = true;
        state = NEW_PEER;
        await writePeerState(store, transport.peer, state);
        coming = ask(run, null);
        continue;
      }
      const next = page.more ? ask(run, page.next ?? state.pulled) : undefined;
      coming = next ?? coming;
      state = await takePage(run, state, page.events, page.next);
      if (next === undefined) return;
    }
  } finally {
    // A page that was asked for and is not taken any more.
    coming.catch(() => undefined);
  }
}

function ask(run: SyncRun, since: Version | null): Promise<PullPage> {
  const limit = run.setup.pageSize;
  const page = run.call((signal) => run.transport.pull(since, { limit, signal }));
  // It is looked at when the page before it is stored; until then its failure is nobody's.
  page.catch(() => undefined);
  return page;
}

/** Stores a page, and then the cursor behind it. */
async function takePage(
  run: SyncRun,
  state: PeerState,
  page: readonly StoredEvent[],
  next: Version | null,
): Promise<PeerState> {
  const { store, transport, signal, done, setup } = run;
  const { fresh, known } = await sort(run, page);
  const settled =
    setup.finder === undefined
      ? { events: fresh.map(({ event }) => event), reports: [] }
      : await setup.finder.settle(fresh, state, signal);
  const events = [...known, ...settled.events];
  throwIfAborted(signal);
  const version = next ?? page.at(-1)?.version;
  const outcomes = await store.storeBatch(events, {
    signal,
    ...(version === undefined ? {} : { version }),
  });
  const ids = new Set(page.map(({ event }) => event.id));
  noteOutcomes(run, events, outcomes, ids);
  for (const report of settled.reports) await noteConflict(run, report);
  const fromPeer = outcomes.flatMap((outcome, index) =>
    outcome.status === "stored" && ids.has(events[index]?.id ?? "") ? [outcome.version] : [],
  );
  const after = addFromPeer({ ...state, pulled: next ?? state.pulled }, fromPeer);
  await writePeerState(store, transport.peer, after);
  done.remoteVersion = next ?? done.remoteVersion;
  return after;
}

/** What of a page is new, and what is there already; what the filter or the app refuses is in neither. */
async function sort(
  { store, setup, signal, done, tell }: SyncRun,
  page: readonly StoredEvent[],
): Promise<{ readonly fresh: readonly StoredEvent[]; readonly known: readonly Event[] }> {
  const fresh: StoredEvent[] = [];
  const known: Event[] = [];
  // Only conflicts are looked for among what is new; storing tells by itself what is there already.
  const there =
    setup.finder === undefined
      ? []
      : await store.loadByIds(
          page.map(({ event }) => event.id),
          { signal },
        );
  const ids = new Set(there.map(({ event }) => event.id));
  for (const stored of page) {
    const { event } = stored;
    if (setup.filter?.(event) === false) continue;
    try {
      setup.validate?.(event);
    } catch (thrown) {
      const error = isSynclineError(thrown)
        ? thrown
        : new SynclineError("invalid", "The app refused the event.", { cause: thrown });
      const rejected = { direction: "pull", id: event.id, error } as const;
      listUpTo(done.rejected, rejected);
      tell("onRejected", () => setup.hooks?.onRejected?.(rejected));
      continue;
    }
    if (ids.has(event.id)) known.push(event);
    else {
      ids.add(event.id);
      fresh.push(stored);
    }
  }
  return { fresh, known };
}

function noteOutcomes(
  { setup, done, tell }: SyncRun,
  events: readonly Event[],
  outcomes: readonly StoreOutcome[],
  fromPage: ReadonlySet<string>,
): void {
  for (const [index, outcome] of outcomes.entries()) {
    const id = events[index]?.id ?? "";
    if (outcome.status === "stored" && fromPage.has(id)) done.pulled++;
    if (outcome.status !== "rejected") continue;
    const rejected = { direction: "pull", id, error: outcome.error } as const;
    listUpTo(done.rejected, rejected);
    tell("onRejected", () => setup.hooks?.onRejected?.(rejected));
  }
}

async function noteConflict(run: SyncRun, report: ConflictReport): Promise<void> {
  const { setup, done } = run;
  const { conflict, resolution, error } = report;
  listUpTo(done.conflicts, { conflict, resolution });
  run.tell("onConflict", () => setup.hooks?.onConflict?.(conflict));
  if (error !== undefined) {
    done.errors.push(error);
    run.tell("metrics", () => setup.metrics?.recordSyncErrors("conflict_resolution", error.code));
  }
  const waits =
    resolution === undefined ? error !== undefined : resolution.decision === "manual_review";
  if (waits) await setup.reviews?.add(conflict, resolution?.reasons ?? []);
  if (resolution === undefined) return;
  if (!waits) done.resolved++;
  run.tell("onResolution", () => setup.hooks?.onResolution?.(conflict, resolution));
}

/** A peer whose log ends before our cursor has been replaced by an older copy, or begun anew. */
async function peerLostIts({ transport, call }: SyncRun, since: Version): Promise<boolean> {
  try {
    const latest = await call((signal) => transport.latestVersion({ signal }));
    return latest.kind === since.kind && latest.compare(since) < 0;
  } catch (thrown) {
    const error = toSynclineError(thrown);
    // Peers of the first generation cannot say.
    if (error.code === "not_found") return false;
    throw thrown;
  }
}
