// Streams over HTTP: each has its place, is written no faster than it is read, and ends with the right that it was opened with.

import { Readable } from "node:stream";
import { isSynclineError } from "@syncline/core";
import type { FastifyReply } from "fastify";
import type { Principal } from "../auth/principal.ts";
import { inTime } from "../protocol/in-time.ts";
import type { Answer, StreamAnswer } from "../protocol/port.ts";
import type { Ends } from "./ends.ts";

export interface StreamOptions {
  readonly ends: Ends;
  readonly address: string;
  /** Nobody's where left out. */
  readonly principal?: Principal;
  failed(what: string, thrown: unknown): void;
}

/** What may wait before whoever writes waits, too. */
const ROOM_BYTES = 64 * 1024;

/**
 * Sends a stream as the answer.
 * @throws what its writer throws before it has sent anything; {SynclineError} `rate_limited`, `unavailable`
 */
export async function sendStream(
  reply: FastifyReply,
  stream: StreamAnswer,
  answer: Pick<Answer, "status" | "type" | "headers">,
  { ends, address, principal, failed }: StreamOptions,
): Promise<FastifyReply> {
  const { raw } = reply;
  const over = new AbortController();
  const begun = Promise.withResolvers<void>();
  let hasBegun = false;
  let wake = () => {};
  const body = new Readable({ read: () => wake(), highWaterMark: ROOM_BYTES });
  // Whoever waits for events is told at once that there will be some: once the answer's headers are set.
  if (answer.type?.startsWith("text/event-stream") === true)
    body.once("resume", () => {
      if (!raw.headersSent) raw.flushHeaders();
    });
  const end = ends.open({
    address,
    places: stream.places,
    isStream: true,
    waiting: () => body.readableLength + raw.writableLength,
    cut(reason) {
      finish();
      // What waits for somebody who does not read goes with the connection.
      if (reason === "unread") raw.destroy();
    },
    ...(stream.still === undefined ? {} : { still: stream.still }),
  });

  function finish(thrown?: unknown): void {
    if (over.signal.aborted) return;
    over.abort();
    clearInterval(beating);
    end.close();
    raw.off("close", leave);
    raw.off("drain", drained);
    wake();
    if (thrown === undefined) body.push(null);
    else body.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)));
  }
  const leave = () => finish();
  const drained = () => wake();

  const beating = setInterval(
    () => {
      if (hasBegun && body.readableLength === 0) send(stream.heartbeat?.text ?? "");
    },
    stream.heartbeat?.everyMs ?? 2 ** 31 - 1,
  );

  function send(piece: string | Uint8Array): boolean {
    if (over.signal.aborted || end.isOver() || !end.fits()) return false;
    body.push(piece);
    hasBegun = true;
    begun.resolve();
    return true;
  }

  async function write(): Promise<void> {
    try {
      await stream.write({
        send,
        async room() {
          // A large piece leaves the body at once, and waits in the response.
          while (
            !over.signal.aborted &&
            (body.readableLength > ROOM_BYTES || raw.writableLength > ROOM_BYTES)
          )
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          return !over.signal.aborted;
        },
        get waiting() {
          return body.readableLength;
        },
        signal: over.signal,
      });
      finish();
      begun.resolve();
    } catch (thrown) {
      if (hasBegun && !over.signal.aborted && !isSynclineError(thrown)) failed("a stream", thrown);
      // Whoever reads sees that this is not how it should have ended.
      finish(hasBegun ? thrown : undefined);
      begun.reject(thrown);
    }
  }

  raw.once("close", leave);
  raw.on("drain", drained);
  // A caller who left while it was found out who he is: that response was closed before anybody listened.
  if (raw.destroyed) finish();
  try {
    if (principal !== undefined) end.identify(principal);
    void write();
    await (stream.firstMs === undefined ? begun.promise : inTime(stream.firstMs, begun.promise));
  } catch (thrown) {
    finish();
    throw thrown;
  }
  reply.code(answer.status ?? 200).headers(answer.headers ?? {});
  return reply.type(answer.type ?? "application/octet-stream").send(body);
}
