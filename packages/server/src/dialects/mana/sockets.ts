// WebSockets: tell a user's devices that there is something to pull.

import type { EndReason, SocketRoute } from "../../protocol/socket.ts";
import type { ManaContext } from "./context.ts";
import { createSession, type SocketSession } from "./socket-session.ts";

export interface Sockets {
  readonly routes: readonly SocketRoute[];
  /** Looks which organisations their users belong to now. */
  refresh(): void;
  /** How many sockets there are, and how many users have one. */
  counts(): { readonly connections: number; readonly users: number };
}

/** As the protocol of sockets has it: going away, and what breaks a rule. */
const GOING_AWAY = 1001;
export const POLICY = 1008;

const REASONS: { readonly [reason in EndReason]: string } = {
  late: "auth timeout",
  expired: "token expired",
  "signed-out": "signed out",
  unread: "not read",
  flood: "too many messages",
  replaced: "too many sockets",
  silent: "no sign of life",
  binary: "binary",
  closing: "closing",
};

export function createSockets(context: ManaContext): Sockets {
  const { mana } = context;
  const sessions = new Set<SocketSession>();
  const routes = ["/ws", "/ws/:appId"].map(
    (path): SocketRoute => ({
      path,
      places: { kind: "sockets of mana", all: mana.sockets, ofUser: mana.socketsOfUser },
      anyFrames: true,
      anyOrigin: true, // they say nothing to who has no token
      messageBytes: mana.messageBytes,
      authenticateMs: mana.authMs,
      heartbeatMs: mana.heartbeatMs,
      bufferedBytes: mana.bufferedBytes,
      refuse: ({ message }) => ({ type: "text/plain; charset=utf-8", body: `${message}\n` }),
      closing: (reason) => [reason === "closing" ? GOING_AWAY : POLICY, REASONS[reason]],
      open(socket, { params: { appId } }) {
        const session = createSession(context, {
          ...(appId === undefined ? {} : { appId }),
          send: (message) => void socket.send(JSON.stringify(message)),
          close: (reason) => socket.close(POLICY, reason),
          identify: socket.identify,
        });
        sessions.add(session);
        return {
          message: session.message,
          closed() {
            sessions.delete(session);
            session.closed();
          },
        };
      },
    }),
  );
  return {
    routes,
    refresh() {
      for (const session of sessions) session.refresh();
    },
    counts() {
      const users = new Set([...sessions].map((session) => session.userId()));
      users.delete(undefined);
      return { connections: sessions.size, users: users.size };
    },
  };
}
