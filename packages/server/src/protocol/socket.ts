// WebSockets as a protocol sees them: messages in, frames out.

import type { SynclineError } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import type { Places } from "./port.ts";

/** Why the front ends a stream or a socket. */
export type EndReason =
  /** Nobody said in time who he is. */
  | "late"
  /** The token or key has expired. */
  | "expired"
  /** Signed out, or the account, the key or the right is gone. */
  | "signed-out"
  /** Too much waits for a reader that does not read. */
  | "unread"
  /** Its address sends more messages than it may, and goes on when it is not read from. */
  | "flood"
  /** A newer one of the same user took its place. */
  | "replaced"
  /** It gives no sign of life. */
  | "silent"
  | "binary"
  | "closing";

export interface SocketRoute {
  /** `/v1/live`, `/ws/:appId`. */
  readonly path: string;
  readonly places: Places;
  readonly subprotocol?: string;
  /** True: pages of any origin may open it. */
  readonly anyOrigin?: true;
  /** True: binary messages are taken like others. Else they end the socket. */
  readonly anyFrames?: true;
  readonly messageBytes: number;
  /** How long it may be open before it says whose it is. */
  readonly authenticateMs: number;
  readonly heartbeatMs: number;
  /** What may wait for its reader before nothing more is read from it. */
  readonly bufferedBytes: number;
  /** Refuses an address's query: tokens must not be in addresses. */
  readonly noQuery?: true;
  /** The body of a refused upgrade. */
  refuse(error: SynclineError): { readonly type: string; readonly body: string };
  /** Code and reason of a close. */
  closing(reason: EndReason): readonly [code: number, reason: string];
  open(socket: OpenSocket, call: SocketCall): SocketListener;
}

export interface SocketCall {
  readonly params: { readonly [name: string]: string };
}

export interface OpenSocket {
  /** Whether it was taken. False: the socket is over. */
  send(message: string | Uint8Array): boolean;
  /** Bytes that the other side has not taken. */
  readonly waiting: number;
  close(code: number, reason: string): void;
  /**
   * Says whose it is from now on: it takes a place of this user, and ends when its token does.
   * @throws {SynclineError} `rate_limited`, `unavailable`
   */
  identify(principal: Principal): void;
}

export interface SocketListener {
  /** Takes a message; where there is more to do, the next one comes after it has resolved. Must not throw. */
  message(bytes: Uint8Array): Promise<void> | undefined;
  /** Takes a message ahead of those that wait; false: it waits for its turn like any. */
  urgent?(bytes: Uint8Array): boolean;
  /** Called every second or so. */
  tick?(): void;
  /** What it says before the front closes it. */
  ending?(reason: EndReason): void;
  closed(): void;
}
