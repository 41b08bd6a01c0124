// Server-sent events: what is behind a cursor, and then what is committed, one frame for each table.

import type { Principal } from "../../auth/principal.ts";
import type { Answer } from "../../protocol/port.ts";
import type { Sink } from "../../protocol/sink.ts";
import { passGate } from "./caller.ts";
import type { ManaContext } from "./context.ts";
import { coversOf, formatSince, parseSince, type Since } from "./cursor.ts";
import type { WireChange } from "./emit.ts";
import { toJson } from "./go-json.ts";
import { clientIdOf } from "./ids.ts";
import { openPlaces, type Places } from "./places.ts";
import { aheadOf, remember } from "./push.ts";
import { readPlaces } from "./read-places.ts";

export interface StreamRequest {
  readonly appId: string;
  /** By our names. None: everything, from now on or from `since`. */
  readonly collections: readonly string[];
  readonly since: string;
  /** As the device says it; empty: nothing counts as its own. */
  readonly clientId: string;
}

/**
 * Frames until the reader leaves, its token expires, or it may sync no more.
 * @throws before anything is sent
 */
export async function stream(
  context: ManaContext,
  principal: Principal,
  request: StreamRequest,
): Promise<Answer> {
  const { mana } = context;
  const { appId } = request;
  const places = await openPlaces(context, principal, { appId, access: "read" });
  return {
    headers: {
      "cache-control": "no-cache",
      connection: "keep-alive",
      "x-accel-buffering": "no", // proxies that keep answers back until they are whole
    },
    type: "text/event-stream",
    stream: {
      // The oldest gives way: a browser that was closed may hold on to it for a while.
      places: {
        kind: "streams of mana",
        all: mana.streams,
        ofUser: mana.streamsOfUser,
        oldestGivesWay: true,
      },
      heartbeat: { text: "event: heartbeat\ndata: {}\n\n", everyMs: mana.heartbeatMs },
      still: () => passGate(principal, context),
      write: (sink) => run(context, sink, { request, principal, places }),
    },
  };
}

interface Reading {
  readonly request: StreamRequest;
  readonly principal: Principal;
  readonly places: Places;
}

async function run(
  context: ManaContext,
  sink: Sink,
  { request, principal, places: first }: Reading,
): Promise<void> {
  let places = first;
  let isStale = request.collections.length > 0;
  let isOld = false;
  let wake = () => {};
  const following = new Map<string, () => void>();
  /** Follows the spaces that the reader has now, and no others. */
  async function followAll({ own, orgs }: Places): Promise<void> {
    const wanted = new Map([own, ...orgs].map(({ admitted }) => [admitted.space, admitted]));
    for (const [space, stopFollowing] of following) {
      if (wanted.has(space)) continue;
      stopFollowing();
      following.delete(space);
    }
    for (const [space, admitted] of wanted) {
      if (following.has(space)) continue;
      const stopFollowing = await context.followers.follow(admitted, () => {
        isStale = true;
        wake();
      });
      following.set(space, stopFollowing);
    }
  }
  const looking = setInterval(() => {
    isOld = context.memberships !== undefined;
    wake();
  }, context.mana.heartbeatMs);
  sink.signal.addEventListener("abort", () => wake(), { once: true });
  try {
    await followAll(places);
    let since = await startOf(context, places, request);
    // The reader knows by this that it is connected, where there is nothing to tell yet.
    sink.send("");
    while (!sink.signal.aborted) {
      if (isOld) {
        isOld = false;
        const before = namesOf(places);
        places = await openPlaces(context, principal, { appId: request.appId, access: "read" });
        await followAll(places);
        if (namesOf(places) !== before) isStale = true;
        continue;
      }
      if (isStale) {
        isStale = false;
        since = await sendNews(context, sink, { places, principal, request, since });
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    clearInterval(looking);
    for (const stopFollowing of following.values()) stopFollowing();
  }
}

function namesOf({ own, orgs }: Places): string {
  return [own, ...orgs].map(({ admitted }) => admitted.space).join(" ");
}

/** Where a reader begins: at its cursor, or, where it names none and wants no backlog, now. */
async function startOf(
  { engine }: ManaContext,
  places: Places,
  { since, collections }: StreamRequest,
): Promise<Since> {
  const start = parseSince(since);
  if (collections.length > 0 || start.stamp > 0) return start;
  const covers = coversOf(places.orgs.map(({ tag }) => tag));
  const after = { stamp: Number.MAX_SAFE_INTEGER, fresh: false, midway: false, covers };
  const end = await readPlaces(engine, places, { since: after, clientId: undefined, limit: 1 });
  return end.since;
}

/** Sends what is new, no faster than it is taken, and gives how far it came. */
async function sendNews(
  context: ManaContext,
  sink: Sink,
  { places, principal, request, ...start }: Reading & { readonly since: Since },
): Promise<Since> {
  const clientId = clientIdOf(request.clientId, principal.userId);
  let { since } = start;
  for (let more = true; more && !sink.signal.aborted; ) {
    const news = await readPlaces(context.engine, places, {
      since,
      clientId: request.clientId === "" ? undefined : clientId,
      ...(request.collections.length === 0 ? {} : { collections: request.collections }),
      limit: context.mana.pageChanges,
      aheadMs: aheadOf(context, places, clientId),
    });
    remember(context, { news, since, places, clientId });
    for (const [table, changes] of byTable(news.changes)) {
      const data = { changes, hasMore: news.more, syncedUntil: formatSince(news.since), table };
      sink.send(`event: changes\ndata: ${toJson(data)}\n\n`);
      await sink.room();
    }
    since = news.since;
    more = news.more;
  }
  return since;
}

function byTable(
  changes: readonly { readonly change: WireChange }[],
): ReadonlyMap<string, WireChange[]> {
  return Map.groupBy(
    changes.map(({ change }) => change),
    ({ table }) => table,
  );
}
