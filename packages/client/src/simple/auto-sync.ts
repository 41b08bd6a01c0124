// Syncing without a button: now and then, soon after a change, and less often while it fails.

import { isSynclineError } from "@syncline/core";
import type { Environment } from "../environment.ts";
import { backoffMs } from "../sync/backoff.ts";

export interface AutoSyncOptions {
  readonly environment: Pick<Environment, "random" | "setTimer" | "onWake">;
  readonly pollMs: number;
  /** Rejects with what kept it from being done. */
  sync(): Promise<void>;
}

export interface AutoSync {
  /** There is something to send. */
  nudge(): void;
  stop(): void;
}

export function startAutoSync({ environment, pollMs, sync }: AutoSyncOptions): AutoSync {
  let cancel = () => {};
  let failures = 0;
  let running = false;
  let again = false;
  let stopped = false;

  function schedule(ms: number): void {
    cancel();
    if (!stopped) cancel = environment.setTimer(run, ms);
  }

  function run(): void {
    if (running) {
      again = true;
      return;
    }
    running = true;
    again = false;
    sync().then(
      () => {
        failures = 0;
        ended(pollMs);
      },
      (thrown: unknown) => {
        failures += 1;
        const retryAfter = isSynclineError(thrown) ? thrown.retryAfter : undefined;
        ended(backoffMs(failures, environment.random(), retryAfter));
      },
    );
  }

  function ended(ms: number): void {
    running = false;
    schedule(again && failures === 0 ? 0 : ms);
  }

  function wake(): void {
    failures = 0;
    soon();
  }

  function soon(): void {
    if (running) again = true;
    else schedule(0);
  }

  const forget = environment.onWake(wake);
  soon();
  return {
    nudge() {
      // While it fails, the next try comes when it comes.
      if (failures === 0) soon();
    },
    stop() {
      stopped = true;
      cancel();
      forget();
    },
  };
}
