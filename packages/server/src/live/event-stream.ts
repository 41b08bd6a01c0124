// Server-sent events: a space as a stream of deltas, for those who cannot open a socket.

import { Readable } from "node:stream";
import type { SynclineError } from "@syncline/core";
import type { FastifyReply } from "fastify";
import type { Principal } from "../auth/principal.ts";
import type { Engine } from "../engine/contract.ts";
import type { Slots } from "../http/slots.ts";
import { changesFrame, errorFrame, type Frame } from "./frame.ts";
import type { Following, FollowRequest, Hub, Sink } from "./hub.ts";
import type { LiveLimits } from "./limits.ts";

export interface EventStreamOptions {
  readonly engine: Engine;
  readonly hub: Hub;
  readonly limits: LiveLimits;
  readonly slots: Slots;
  failed(what: string, thrown: unknown): void;
}

export interface EventStreams {
  /**
   * Sends what is new after the cursor and then everything that is committed, until the reader leaves, its
   * token expires, or its right is withdrawn. A reader that is slow is sent less often, never more than fits.
   * @throws {SynclineError} before anything is sent: `forbidden`, `reset`, `rate_limited`…
   */
  open(reply: FastifyReply, principal: Principal, request: FollowRequest): Promise<FastifyReply>;
  close(): void;
}

const MAX_TIMER_MS = 2 ** 31 - 1;
const NOBODY: ReadonlyMap<string, number> = new Map();

export function createEventStreams(options: EventStreamOptions): EventStreams {
  const { engine, hub, limits } = options;
  const open = new Set<Readable>();

  return {
    async open(reply, principal, request) {
      const giveBack = options.slots.take(principal.userId);
      let wake = () => {};
      const stream = new Readable({ read: () => wake(), highWaterMark: 64 * 1024 });
      let cursor = request.cursor;
      let following: Following | undefined;
      let over = false;

      const write = (frame: Frame) => {
        if (over) return;
        if (frame.cursor !== undefined) cursor = frame.cursor;
        stream.push(eventText(frame));
      };
      const finish = () => {
        if (over) return;
        over = true;
        following?.stop();
        clearInterval(beating);
        clearTimeout(expiry);
        open.delete(stream);
        giveBack();
        wake();
        stream.push(null);
      };
      const fail = (thrown: unknown) => {
        if (over) return;
        options.failed("an event stream", thrown);
        finish();
      };
      const sink: Sink = {
        principal,
        send(frame) {
          if (stream.readableLength > limits.bufferedBytes) return false;
          write(frame);
          return true;
        },
        behind() {
          following = undefined;
          follow().catch(fail);
        },
        end(error: SynclineError) {
          write(errorFrame(error));
          finish();
        },
      };

      /** Sends pages no faster than they are taken, and follows from there. */
      async function follow(): Promise<void> {
        for (;;) {
          await taken();
          if (over) return;
          const delta = await engine.pull(principal, request.address, { ...request, cursor });
          if (!delta.more) break;
          write(changesFrame(request.name, cursor, delta, NOBODY));
        }
        const followed = await hub.follow({ ...request, cursor }, sink);
        if (over) followed?.stop();
        else following = followed;
      }

      /** Waits until the reader has taken most of what waits for it. */
      async function taken(): Promise<void> {
        while (!over && stream.readableLength > limits.bufferedBytes / 2)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }

      const beating = setInterval(() => {
        if (stream.readableLength === 0) stream.push(":\n\n");
      }, limits.heartbeatMs);
      const leftMs = (principal.expiresAtMs ?? Number.POSITIVE_INFINITY) - Date.now();
      const expiry = setTimeout(finish, Math.min(Math.max(leftMs, 0), MAX_TIMER_MS));
      reply.raw.once("close", finish);
      open.add(stream);
      // The first byte, so that the reader knows at once that it is connected.
      stream.push(":\n\n");
      try {
        if (reply.raw.destroyed) finish();
        else await follow();
      } catch (thrown) {
        finish();
        throw thrown;
      }
      return reply
        .header("x-accel-buffering", "no") // proxies that keep answers back until they are whole
        .type("text/event-stream; charset=utf-8")
        .send(stream);
    },
    close() {
      for (const stream of open) stream.push(null);
    },
  };
}

/** JSON text has no line breaks of its own. */
function eventText({ event, cursor, json }: Frame): string {
  return `event: ${event}\n${cursor === undefined ? "" : `id: ${cursor}\n`}data: ${json}\n\n`;
}
