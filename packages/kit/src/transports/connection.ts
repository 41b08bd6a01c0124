// The status of a subscription's connection: whether it is there, since when it is not, and how often it was tried.

import type { SynclineError } from "@syncline/core";
import type { KitEnvironment } from "../environment.ts";
import type { ConnectionStatus } from "../ports.ts";
import { toSynclineError } from "../wire/records.ts";

/** Before anything was tried, and after it was given up. */
export const DISCONNECTED: ConnectionStatus = {
  connected: false,
  lastConnected: null,
  attempts: 0,
  error: null,
};

export interface Connection {
  readonly status: ConnectionStatus;
  /** The peer answered. */
  up(): void;
  /** It did not. */
  down(thrown: unknown): void;
}

/** @param told of every change: answers one after the other are none */
export function trackConnection(
  { now }: KitEnvironment,
  told: (status: ConnectionStatus) => void = () => undefined,
): Connection {
  let status = DISCONNECTED;
  let last: Date | null = null;
  const change = (connected: boolean, attempts: number, error: SynclineError | null) => {
    status = { connected, lastConnected: last, attempts, error };
    told(status);
  };
  return {
    get status() {
      return status;
    },
    up() {
      last = new Date(now());
      if (!status.connected) change(true, 0, null);
    },
    down: (thrown) => change(false, status.attempts + 1, toSynclineError(thrown)),
  };
}
