// Live: what is committed reaches those who follow, over sockets and event streams.

import type { Limits, SynclineError } from "@syncline/core";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Engine } from "../engine/contract.ts";
import type { Route } from "../protocol/port.ts";
import type { SocketRoute } from "../protocol/socket.ts";
import type { Throttle } from "../rate/throttle.ts";
import { createHub } from "./hub.ts";
import type { LiveLimits } from "./limits.ts";
import { liveRoute } from "./live-routes.ts";
import { liveSocket } from "./live-socket.ts";

export { DEFAULT_LIVE_LIMITS, type LiveLimits } from "./limits.ts";

export interface LiveOptions {
  readonly engine: Engine;
  readonly verifyToken: TokenVerifier;
  readonly limits: LiveLimits;
  readonly protocolLimits: Limits;
  readonly throttle: Throttle;
  /** Why nothing more can be taken now. */
  overloaded?(): SynclineError | undefined;
  /** Whether commits may be missed without a word: then it looks for them. */
  readonly remote: boolean;
  /** A frame went to so many. */
  sent(followers: number, bytes: number): void;
  failed(what: string, thrown: unknown): void;
}

export interface Live {
  readonly routes: readonly Route[];
  readonly sockets: readonly SocketRoute[];
  close(): void;
}

/** What a message that the bus lost costs at most. */
const LOST_HINT_MS = 2_000;
/** How long a membership that ended without a word is still used. */
const LOOK_MS = 1_500;
const PRESENCE_MS = 1_000;

export function createLive(options: LiveOptions): Live {
  const hub = createHub({
    ...options,
    now: () => Date.now(),
    setTimer(run, ms) {
      const timer = setTimeout(run, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
  });
  const timers = [
    setInterval(hub.presences.tick, PRESENCE_MS),
    setInterval(hub.look, LOOK_MS),
    ...(options.remote ? [setInterval(hub.poll, LOST_HINT_MS)] : []),
  ];
  for (const timer of timers) timer.unref();
  return {
    routes: [liveRoute({ ...options, hub })],
    sockets: [liveSocket({ ...options, hub })],
    close() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
