// The sync loop: does what the machine says.

import { isSynclineError, SynclineError } from "@syncline/core";
import type { Environment } from "../environment.ts";
import {
  initialState,
  type MachineEffect,
  type MachineEvent,
  type MachineState,
  transition,
} from "./machine.ts";

export interface SyncLoop {
  state(): MachineState;
  /** Something may be had, or trying again is worth while. */
  wake(): void;
  /** Something is to be sent. */
  written(): void;
  /** The live feed came up, or went down. */
  live(up: boolean): void;
  /** Sets no more timers: another tab syncs. */
  rest(): void;
  /** Runs until the cycle that covers everything up to now has ended; throws its reason if it failed. */
  sync(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface SyncLoopOptions {
  readonly environment: Environment;
  readonly pollMs: number;
  /** False: syncs only when asked to. */
  auto(): boolean;
  cycle(signal: AbortSignal): Promise<void>;
  onChange(state: MachineState): void;
}

interface Waiter {
  /** A cycle that was under way when the waiter came does not count for it. */
  skip: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createSyncLoop(options: SyncLoopOptions): SyncLoop {
  const { environment } = options;
  let state = initialState(environment.now());
  let cancelTimer = () => {};
  let running: Promise<void> = Promise.resolve();
  let abort = new AbortController();
  let waiters: Waiter[] = [];

  function send(event: MachineEvent): void {
    const context = {
      now: environment.now(),
      random: environment.random(),
      pollMs: options.pollMs,
      auto: options.auto(),
    };
    const next = transition(state, event, context);
    const changed = next.state !== state;
    state = next.state;
    for (const effect of next.effects) perform(effect);
    if (changed) options.onChange(state);
  }

  function perform(effect: MachineEffect): void {
    switch (effect.type) {
      case "run":
        abort = new AbortController();
        running = run(abort.signal);
        break;
      case "timer":
        cancelTimer();
        cancelTimer = environment.setTimer(() => send({ type: "wake" }), effect.ms);
        break;
      case "cancel-timer":
        cancelTimer();
        cancelTimer = () => {};
        break;
      case "abort":
        abort.abort(new SynclineError("closed"));
        break;
      default:
        effect satisfies never;
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    let failure: SynclineError | undefined;
    try {
      await options.cycle(signal);
    } catch (thrown) {
      failure = isSynclineError(thrown)
        ? thrown
        : new SynclineError("internal", "The device could not sync.", { cause: thrown });
    }
    if (signal.aborted) return;
    const [ready, later] = partition(waiters);
    waiters = later;
    for (const waiter of ready) {
      if (failure === undefined) waiter.resolve();
      else waiter.reject(failure);
    }
    if (failure === undefined) {
      send({ type: "succeeded" });
    } else {
      const { code, message, retryAfter } = failure;
      send({ type: "failed", code, message, ...(retryAfter === undefined ? {} : { retryAfter }) });
      // A failed cycle is not followed by another at once: who waited for the next one hears of it now.
      for (const waiter of waiters.splice(0)) waiter.reject(failure);
    }
  }

  return {
    state: () => state,
    wake: () => send({ type: "wake" }),
    written: () => send({ type: "written" }),
    rest: () => send({ type: "rest" }),
    live: (up) => send({ type: "live", up }),
    sync(signal) {
      if (state.phase === "closed") return Promise.reject(new SynclineError("closed"));
      if (signal?.aborted === true) return Promise.reject(new SynclineError("aborted"));
      return new Promise<void>((resolve, reject) => {
        const stop = () => {
          waiters = waiters.filter((other) => other !== waiter);
          reject(new SynclineError("aborted"));
        };
        const waiter: Waiter = {
          skip: state.running,
          resolve: () => {
            signal?.removeEventListener("abort", stop);
            resolve();
          },
          reject: (error) => {
            signal?.removeEventListener("abort", stop);
            reject(error);
          },
        };
        signal?.addEventListener("abort", stop, { once: true });
        waiters.push(waiter);
        send({ type: "wake" });
      });
    },
    async close() {
      send({ type: "close" });
      for (const waiter of waiters.splice(0)) waiter.reject(new SynclineError("closed"));
      await running;
    },
  };
}

/** Those whose cycle has ended, and those who wait for the next one. */
function partition(waiters: readonly Waiter[]): [Waiter[], Waiter[]] {
  const ready = waiters.filter(({ skip }) => !skip);
  const later = waiters.filter(({ skip }) => skip);
  for (const waiter of later) waiter.skip = false;
  return [ready, later];
}
