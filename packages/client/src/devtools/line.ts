// The simulated line between device and server: how long things take, in which order they arrive, and whether at all.

import { SynclineError } from "@syncline/core";
import type { Environment } from "../index.ts";

export interface Line {
  /** Waits as long as a call takes. @throws `aborted` at once, `offline` when the network is switched off by then */
  travel(signal: AbortSignal): Promise<void>;
  /** A queue of its own: what is put into it arrives in its order, however the delay changes meanwhile. */
  queue(): Queue;
}

export interface Queue {
  deliver(run: () => void): void;
  /** What is under way is lost. */
  clear(): void;
}

export function createLine(
  system: Pick<Environment, "now" | "setTimer">,
  simulation: () => { readonly latencyMs: number; readonly offline: boolean },
): Line {
  return {
    async travel(signal) {
      const { latencyMs } = simulation();
      if (latencyMs > 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const done = () => {
            cancel();
            signal.removeEventListener("abort", done);
            resolve();
          };
          const cancel = system.setTimer(done, latencyMs);
          signal.addEventListener("abort", done);
        });
      }
      if (signal.aborted) throw new SynclineError("aborted");
      if (simulation().offline)
        throw new SynclineError("offline", "The network is switched off in the devtools.");
    },
    queue() {
      let waiting: { readonly dueMs: number; readonly run: () => void }[] = [];
      let cancel: (() => void) | undefined;
      /** One timer at a time: what is delivered while something runs comes after it, once. */
      function next(): void {
        const [first] = waiting;
        if (first === undefined || cancel !== undefined) return;
        cancel = system.setTimer(
          () => {
            cancel = undefined;
            waiting = waiting.slice(1);
            try {
              first.run();
            } finally {
              next(); // who throws does not hold up the others
            }
          },
          Math.max(0, first.dueMs - system.now()),
        );
      }
      return {
        deliver(run) {
          const { latencyMs } = simulation();
          if (latencyMs === 0 && waiting.length === 0) return run();
          waiting.push({ dueMs: system.now() + latencyMs, run });
          next();
        },
        clear() {
          waiting = [];
          cancel?.();
          cancel = undefined;
        },
      };
    },
  };
}
