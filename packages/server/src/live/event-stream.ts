// Server-sent events: a space as a stream of deltas, for those who cannot open a socket.

import type { SynclineError } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import type { Engine } from "../engine/contract.ts";
import type { StreamAnswer } from "../protocol/port.ts";
import type { Sink as Out } from "../protocol/sink.ts";
import { changesFrame, errorFrame, type Frame } from "./frame.ts";
import type { Following, FollowRequest, Hub, Sink } from "./hub.ts";
import type { LiveLimits } from "./limits.ts";

export interface EventStreamOptions {
  readonly engine: Engine;
  readonly hub: Hub;
  readonly limits: LiveLimits;
}

const NOBODY: ReadonlyMap<string, number> = new Map();
/** A comment: it says that the connection is there. */
const SIGN_OF_LIFE = ":\n\n";

/**
 * Sends what is new after the cursor and then everything that is committed, until the reader leaves, its token
 * expires, or its right is withdrawn. A reader that is slow is sent less often, never more than fits.
 */
export function eventStream(
  { engine, hub, limits }: EventStreamOptions,
  principal: Principal,
  request: FollowRequest,
): StreamAnswer {
  async function run(out: Out): Promise<void> {
    let { cursor } = request;
    let following: Following | undefined;
    const over = Promise.withResolvers<void>();

    const send = (frame: Frame) => {
      if (!out.send(eventText(frame))) return;
      if (frame.cursor !== undefined) cursor = frame.cursor;
    };
    const sink: Sink = {
      principal,
      send(frame) {
        if (out.waiting > limits.bufferedBytes) return false;
        send(frame);
        return true;
      },
      behind() {
        following = undefined;
        follow().catch(over.reject);
      },
      end(error: SynclineError) {
        send(errorFrame(error));
        over.resolve();
      },
    };

    /** Sends pages no faster than they are taken, and follows from there. */
    async function follow(): Promise<void> {
      while (await out.room()) {
        const delta = await engine.pull(principal, request.address, { ...request, cursor });
        if (!delta.more) break;
        send(changesFrame(request.name, cursor, delta, NOBODY));
      }
      if (out.signal.aborted) return;
      const followed = await hub.follow({ ...request, cursor }, sink);
      if (out.signal.aborted) followed?.stop();
      else following = followed;
    }

    over.promise.catch(() => undefined); // whoever waits for it below is told
    out.signal.addEventListener("abort", () => over.resolve(), { once: true });
    if (out.signal.aborted) return;
    try {
      await follow();
      // Where nothing was sent yet, the reader knows by this that it is connected.
      out.send(SIGN_OF_LIFE);
      await over.promise;
    } finally {
      following?.stop();
    }
  }

  return {
    places: { kind: "event streams", all: limits.sockets, ofUser: limits.socketsOfUser },
    heartbeat: { text: SIGN_OF_LIFE, everyMs: limits.heartbeatMs },
    write: run,
  };
}

/** JSON text has no line breaks of its own. */
function eventText({ event, cursor, json }: Frame): string {
  return `event: ${event}\n${cursor === undefined ? "" : `id: ${cursor}\n`}data: ${json}\n\n`;
}
