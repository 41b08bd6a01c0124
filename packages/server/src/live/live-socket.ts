// The socket of the native protocol: a session on each.

import { type Limits, SynclineError } from "@syncline/core";
import { LIVE_CLOSE, LIVE_SUBPROTOCOL } from "@syncline/core/protocol";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Engine } from "../engine/contract.ts";
import { errorText } from "../http/error-answer.ts";
import type { EndReason, SocketRoute } from "../protocol/socket.ts";
import type { Throttle } from "../rate/throttle.ts";
import { errorFrame } from "./frame.ts";
import type { Hub } from "./hub.ts";
import type { LiveLimits } from "./limits.ts";
import { createSession } from "./session.ts";

export interface LiveSocketOptions {
  readonly engine: Engine;
  readonly hub: Hub;
  readonly verifyToken: TokenVerifier;
  readonly limits: LiveLimits;
  readonly protocolLimits: Limits;
  readonly throttle: Throttle;
  overloaded?(): SynclineError | undefined;
  failed(what: string, thrown: unknown): void;
}

/** How a socket is closed, by why. */
const CLOSING: { readonly [reason in EndReason]: readonly [code: number, reason: string] } = {
  late: [LIVE_CLOSE.unauthenticated, "no token in time"],
  expired: [LIVE_CLOSE.unauthenticated, "token expired"],
  "signed-out": [LIVE_CLOSE.unauthenticated, "signed out"],
  unread: [LIVE_CLOSE.rateLimited, "not read"],
  flood: [LIVE_CLOSE.rateLimited, "too many messages"],
  replaced: [LIVE_CLOSE.rateLimited, "too many sockets"],
  silent: [LIVE_CLOSE.rateLimited, "no sign of life"],
  binary: [LIVE_CLOSE.invalid, "binary"],
  closing: [LIVE_CLOSE.restart, "the server restarts"],
};

export function liveSocket(options: LiveSocketOptions): SocketRoute {
  const { limits } = options;
  return {
    path: "/v1/live",
    subprotocol: LIVE_SUBPROTOCOL,
    places: { kind: "sockets", all: limits.sockets, ofUser: limits.socketsOfUser },
    messageBytes: limits.messageBytes,
    authenticateMs: limits.authenticateMs,
    heartbeatMs: limits.heartbeatMs,
    bufferedBytes: limits.bufferedBytes,
    noQuery: true,
    refuse: (error) => ({ type: "application/json; charset=utf-8", body: errorText(error) }),
    closing: (reason) => CLOSING[reason],
    open(socket) {
      const session = createSession({
        ...options,
        now: () => Date.now(),
        identify: socket.identify,
        socket: {
          send: (frame) => socket.send(frame.bytes()),
          buffered: () => socket.waiting,
          close: socket.close,
        },
      });
      return {
        message: session.message,
        urgent: session.urgent,
        tick: session.tick,
        closed: session.closed,
        ending(reason) {
          const error = SAID[reason];
          if (error !== undefined) socket.send(errorFrame(error).bytes());
        },
      };
    },
  };
}

const SAID: { readonly [reason in EndReason]?: SynclineError } = {
  binary: new SynclineError("invalid", "Messages are text, not binary."),
};
