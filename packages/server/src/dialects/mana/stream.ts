// Server-sent events: what is behind a cursor, and then what is committed, one frame for each table.

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import type { Principal } from "../../auth/principal.ts";
import { passGate } from "./caller.ts";
import type { ManaContext } from "./context.ts";
import { formatSince, parseSince, type Since } from "./cursor.ts";
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

export interface Streams {
  /**
   * Sends frames until the reader leaves, its token expires, or it may sync no more.
   * @throws before anything is sent
   */
  open(reply: FastifyReply, principal: Principal, request: StreamRequest): Promise<void>;
  /** Shows every reader that the stream is alive. */
  beat(): void;
  close(): void;
}

interface Open {
  readonly raw: ServerResponse;
  readonly principal: Principal;
  /** Looks which spaces the reader has now. */
  refresh: () => void;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

export function createStreams(context: ManaContext): Streams {
  const open = new Set<Open>();

  async function run(one: Open, request: StreamRequest, first: Places): Promise<void> {
    const { raw, principal } = one;
    const over = new AbortController();
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
    one.refresh = () => {
      isOld = true;
      wake();
    };
    const leftMs = (principal.expiresAtMs ?? Number.POSITIVE_INFINITY) - context.now();
    const expiry = setTimeout(() => raw.end(), Math.min(Math.max(leftMs, 0), MAX_TIMER_MS));
    raw.once("close", () => {
      over.abort();
      wake();
    });
    if (raw.destroyed) over.abort();
    try {
      await followAll(places);
      let since = await startOf(context, places, request);
      while (!over.signal.aborted && !raw.writableEnded) {
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
          const { signal } = over;
          since = await sendNews(context, raw, { places, request, since, principal, signal });
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      clearTimeout(expiry);
      for (const stopFollowing of following.values()) stopFollowing();
      raw.end();
    }
  }

  return {
    async open(reply, principal, request) {
      const own = [...open].filter((other) => other.principal.userId === principal.userId);
      const { appId } = request;
      const places = await openPlaces(context, principal, { appId, access: "read" });
      // The oldest gives way: a browser that was closed may hold on to it for a while.
      if (own.length >= context.mana.streamsOfUser) own[0]?.raw.end();
      const { raw } = reply;
      reply.hijack();
      raw.writeHead(200, {
        ...headersOf(reply),
        "content-type": "text/event-stream",
        "cache-control": "no-cache",
        connection: "keep-alive",
        "x-accel-buffering": "no", // proxies that keep answers back until they are whole
      });
      raw.flushHeaders();
      const one: Open = { raw, principal, refresh: () => {} };
      open.add(one);
      try {
        await run(one, request, places);
      } catch (thrown) {
        context.failed("a stream", thrown);
        raw.destroy();
      } finally {
        open.delete(one);
      }
    },
    beat() {
      for (const { raw, principal, refresh } of open) {
        if (raw.writableLength === 0) raw.write("event: heartbeat\ndata: {}\n\n");
        if (context.memberships !== undefined) refresh();
        passGate(principal, context).catch(() => raw.end());
      }
    },
    close() {
      for (const { raw } of open) raw.end();
    },
  };
}

/** Where a reader begins: at its cursor, or, where it names none and wants no backlog, now. */
async function startOf(
  { engine }: ManaContext,
  places: Places,
  { since, collections }: StreamRequest,
): Promise<Since> {
  const start = parseSince(since);
  if (collections.length > 0 || start.stamp > 0) return start;
  const covers = places.orgs.flatMap(({ tag }) => tag ?? []);
  const after = { stamp: Number.MAX_SAFE_INTEGER, fresh: false, covers };
  const { since: end } = await readPlaces(engine, places, {
    since: after,
    clientId: undefined,
    limit: 1,
  });
  return end;
}

function namesOf({ own, orgs }: Places): string {
  return [own, ...orgs].map(({ admitted }) => admitted.space).join(" ");
}

/** Sends what is new, no faster than it is taken, and gives how far it came. */
async function sendNews(
  context: ManaContext,
  raw: ServerResponse,
  {
    places,
    request,
    principal,
    signal,
    ...start
  }: {
    readonly places: Places;
    readonly request: StreamRequest;
    readonly principal: Principal;
    readonly since: Since;
    readonly signal: AbortSignal;
  },
): Promise<Since> {
  const clientId = clientIdOf(request.clientId, principal.userId);
  let { since } = start;
  for (let more = true; more && !signal.aborted; ) {
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
      await taken(raw, `event: changes\ndata: ${toJson(data)}\n\n`, signal);
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

/** Writes, and waits while the reader does not read: so little is ever held for one that has stopped. */
async function taken(raw: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || raw.writableEnded || raw.write(text)) return;
  await once(raw, "drain", { signal }).catch(() => undefined); // it left: whoever asks next sees that
}

function headersOf(reply: FastifyReply): { [name: string]: string | string[] } {
  const headers: { [name: string]: string | string[] } = {};
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) headers[name] = typeof value === "number" ? String(value) : value;
  return headers;
}
