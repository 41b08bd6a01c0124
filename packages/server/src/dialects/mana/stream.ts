// Server-sent events: what is behind a cursor, and then what is committed, one frame for each table.

import type { Principal } from "../../auth/principal.ts";
import type { Admitted } from "../../engine/contract.ts";
import type { Answer } from "../../protocol/port.ts";
import type { Sink } from "../../protocol/sink.ts";
import { passGate } from "./caller.ts";
import { type ManaContext, openOwnSpace } from "./context.ts";
import { formatSince, parseSince, type Since } from "./cursor.ts";
import type { WireChange } from "./emit.ts";
import { toJson } from "./go-json.ts";
import { clientIdOf } from "./ids.ts";
import { deviceOf } from "./push.ts";
import { readNews } from "./read-news.ts";

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
  const admitted = await openOwnSpace(context, principal, {
    appId: request.appId,
    access: "read",
  });
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
      write: (sink) => run(context, sink, { request, admitted }),
    },
  };
}

async function run(
  context: ManaContext,
  sink: Sink,
  { request, admitted }: { readonly request: StreamRequest; readonly admitted: Admitted },
): Promise<void> {
  let isStale = request.collections.length > 0;
  let wake = () => {};
  const stopFollowing = await context.followers.follow(admitted, () => {
    isStale = true;
    wake();
  });
  sink.signal.addEventListener("abort", () => wake(), { once: true });
  try {
    let since = await startOf(context, admitted, request);
    // The reader knows by this that it is connected, where there is nothing to tell yet.
    sink.send("");
    while (!sink.signal.aborted) {
      if (isStale) {
        isStale = false;
        since = await sendNews(context, sink, { admitted, request, since });
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stopFollowing();
  }
}

/** Where a reader begins: at its cursor, or, where it names none and wants no backlog, now. */
async function startOf(
  { engine }: ManaContext,
  admitted: Admitted,
  { since, collections }: StreamRequest,
): Promise<Since> {
  const start = parseSince(since);
  if (collections.length > 0 || start.stamp > 0) return start;
  const end = await engine.records(admitted, {
    after: Number.MAX_SAFE_INTEGER,
    limit: 1,
    maxBytes: 1,
  });
  return { stamp: end.head, fresh: false };
}

/** Sends what is new, no faster than it is taken, and gives how far it came. */
async function sendNews(
  context: ManaContext,
  sink: Sink,
  {
    admitted,
    request,
    ...start
  }: {
    readonly admitted: Admitted;
    readonly request: StreamRequest;
    readonly since: Since;
  },
): Promise<Since> {
  const clientId = clientIdOf(request.clientId, admitted.userId);
  const device = deviceOf(admitted, clientId);
  let { since } = start;
  for (let more = true; more && !sink.signal.aborted; ) {
    const news = await readNews(context.engine, admitted, {
      since,
      clientId: request.clientId === "" ? undefined : clientId,
      ...(request.collections.length === 0 ? {} : { collections: request.collections }),
      limit: context.mana.pageChanges,
    });
    const next = { stamp: news.stamp, fresh: since.fresh && news.more };
    if (news.changes.length > 0) context.deliveries.delivered(device, since.stamp, news.stamp);
    for (const [table, changes] of byTable(news.changes)) {
      const data = { changes, hasMore: news.more, syncedUntil: formatSince(next), table };
      sink.send(`event: changes\ndata: ${toJson(data)}\n\n`);
      await sink.room();
    }
    since = next;
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
