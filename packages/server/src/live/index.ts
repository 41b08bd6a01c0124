// Live: what is committed reaches those who follow, over sockets and event streams.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Limits, SynclineError } from "@syncline/core";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Engine } from "../engine/contract.ts";
import { createSlots } from "../http/slots.ts";
import type { Throttle } from "../rate/throttle.ts";
import { createEventStreams, type EventStreams } from "./event-stream.ts";
import { createHub } from "./hub.ts";
import type { LiveLimits } from "./limits.ts";
import { createSockets } from "./sockets.ts";

export { DEFAULT_LIVE_LIMITS, type LiveLimits } from "./limits.ts";

export interface LiveOptions {
  readonly engine: Engine;
  readonly verifyToken: TokenVerifier;
  readonly limits: LiveLimits;
  readonly protocolLimits: Limits;
  readonly throttle: Throttle;
  /** Why nothing more can be taken now. */
  overloaded?(): SynclineError | undefined;
  addressOf(request: IncomingMessage): string;
  readonly corsOrigins: readonly string[];
  /** How often to look for commits that the bus did not tell of; never where left out. */
  readonly pollMs?: number;
  closing(): boolean;
  /** Sockets come and go. */
  connected(change: 1 | -1): void;
  /** A frame went to so many. */
  sent(followers: number, bytes: number): void;
  failed(what: string, thrown: unknown): void;
}

export interface Live {
  readonly streams: EventStreams;
  /** Takes the upgrade of a socket, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

export function createLive(options: LiveOptions): Live {
  const { limits } = options;
  const hub = createHub({
    ...options,
    now: () => Date.now(),
    setTimer(run, ms) {
      const timer = setTimeout(run, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
  });
  const polling = options.pollMs === undefined ? undefined : setInterval(hub.poll, options.pollMs);
  polling?.unref();
  const sockets = createSockets({ ...options, hub });
  const slots = createSlots({ all: limits.sockets, ofUser: limits.socketsOfUser });
  const streams = createEventStreams({ ...options, hub, slots });
  return {
    streams,
    upgrade: sockets.upgrade,
    async close() {
      clearInterval(polling);
      streams.close();
      await sockets.close();
    },
  };
}
