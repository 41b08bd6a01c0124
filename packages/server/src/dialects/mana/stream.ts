// Server-sent events: what is behind a cursor, and then what is committed, one frame for each table.

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import type { Principal } from "../../auth/principal.ts";
import type { Admitted } from "../../engine/contract.ts";
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
}

const MAX_TIMER_MS = 2 ** 31 - 1;

export function createStreams(context: ManaContext): Streams {
  const open = new Set<Open>();

  async function run(
    raw: ServerResponse,
    principal: Principal,
    { request, admitted }: { readonly request: StreamRequest; readonly admitted: Admitted },
  ): Promise<void> {
    const over = new AbortController();
    let isStale = request.collections.length > 0;
    let wake = () => {};
    const stopFollowing = await context.followers.follow(admitted, () => {
      isStale = true;
      wake();
    });
    const leftMs = (principal.expiresAtMs ?? Number.POSITIVE_INFINITY) - context.now();
    const expiry = setTimeout(() => raw.end(), Math.min(Math.max(leftMs, 0), MAX_TIMER_MS));
    raw.once("close", () => {
      over.abort();
      wake();
    });
    if (raw.destroyed) over.abort();
    try {
      let since = await startOf(context, admitted, request);
      while (!over.signal.aborted && !raw.writableEnded) {
        if (isStale) {
          isStale = false;
          since = await sendNews(context, raw, {
            admitted,
            request,
            since,
            principal,
            signal: over.signal,
          });
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      clearTimeout(expiry);
      stopFollowing();
      raw.end();
    }
  }

  return {
    async open(reply, principal, request) {
      const own = [...open].filter((other) => other.principal.userId === principal.userId);
      const admitted = await openOwnSpace(context, principal, {
        appId: request.appId,
        access: "read",
      });
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
      const one = { raw, principal };
      open.add(one);
      try {
        await run(raw, principal, { request, admitted });
      } catch (thrown) {
        context.failed("a stream", thrown);
        raw.destroy();
      } finally {
        open.delete(one);
      }
    },
    beat() {
      for (const { raw, principal } of open) {
        if (raw.writableLength === 0) raw.write("event: heartbeat\ndata: {}\n\n");
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
  raw: ServerResponse,
  {
    admitted,
    request,
    principal,
    signal,
    ...start
  }: {
    readonly admitted: Admitted;
    readonly request: StreamRequest;
    readonly principal: Principal;
    readonly since: Since;
    readonly signal: AbortSignal;
  },
): Promise<Since> {
  const clientId = clientIdOf(request.clientId, principal.userId);
  const device = deviceOf(admitted, clientId);
  let { since } = start;
  for (let more = true; more && !signal.aborted; ) {
    const news = await readNews(context.engine, admitted, {
      since,
      clientId: request.clientId === "" ? undefined : clientId,
      ...(request.collections.length === 0 ? {} : { collections: request.collections }),
      limit: context.mana.pageChanges,
      aheadMs: context.deliveries.aheadBy(device),
    });
    const next = { stamp: news.stamp, fresh: since.fresh && news.more };
    if (news.changes.length > 0) context.deliveries.delivered(device, since.stamp, news.stamp);
    for (const [table, changes] of byTable(news.changes)) {
      const data = { changes, hasMore: news.more, syncedUntil: formatSince(next), table };
      await taken(raw, `event: changes\ndata: ${toJson(data)}\n\n`, signal);
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
