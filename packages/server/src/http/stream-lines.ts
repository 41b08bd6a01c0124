// Sending lines as they are made, no faster than they are taken.

import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { Principal } from "../auth/principal.ts";
import { inTime } from "./in-time.ts";
import type { Slots } from "./slots.ts";

export const NDJSON = "application/x-ndjson";

/** Timers hold 31 bits of milliseconds; a token may be good for longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface LineOptions {
  readonly slots: Slots;
  /** How long the first piece may take. */
  readonly firstMs: number;
  /** Begins to make the lines; it stops when the signal says so. */
  open(signal: AbortSignal): AsyncIterable<string>;
}

/**
 * Sends lines until they end, the reader goes away, or its token expires. A stream that is cut has no
 * last line: its reader knows, and resumes from the last one it has.
 */
export async function sendLines(
  reply: FastifyReply,
  principal: Principal,
  { slots, firstMs, open }: LineOptions,
): Promise<FastifyReply> {
  const cut = new AbortController();
  const giveBack = slots.take(principal.userId);
  const leftMs = (principal.expiresAtMs ?? Number.POSITIVE_INFINITY) - Date.now();
  const expiry = setTimeout(() => cut.abort(), Math.min(Math.max(leftMs, 0), MAX_TIMER_MS));
  const finish = () => {
    cut.abort();
    clearTimeout(expiry);
    giveBack();
  };
  reply.raw.once("close", finish);
  // A caller who left while the token was checked: that response was closed before anybody listened.
  if (reply.raw.destroyed) finish();
  const lines = open(cut.signal)[Symbol.asyncIterator]();
  // The first piece is awaited, so that what is wrong with the request is still an error with its status.
  const first = await inTime(firstMs, lines.next());
  const body = Readable.from(continued(first, lines), { objectMode: false, highWaterMark: 1 });
  return reply.type(NDJSON).send(body);
}

async function* continued(
  first: IteratorResult<string>,
  rest: AsyncIterator<string>,
): AsyncGenerator<string> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
