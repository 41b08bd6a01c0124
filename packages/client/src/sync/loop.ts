// The sync loop: does what the machine says.

import { isSynclineError, SynclineError } from "@syncline/core";
import type { Environment } from "../environment.ts";
import {
  initialState,
  type MachineEffect,
  type MachineEvent,
  type MachineState,
  passes,
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
  /** There is no network, says the platform. */
  lost(): void;
  /**
   * Runs until a cycle that covers everything up to now has ended. What passes by itself is waited out.
   * @throws {SynclineError} the reason that does not pass, `aborted`, or the last reason when the time is over
   */
  sync(wait?: SyncWait): Promise<void>;
  close(): Promise<void>;
}

export interface SyncWait {
  readonly signal?: AbortSignal;
  /** How long to wait at most; as long as it takes where left out. */
  readonly timeoutMs?: number;
  /** True: without a network it ends at once. */
  readonly needsNetwork?: boolean;
}

export interface SyncLoopOptions {
  readonly environment: Environment;
  readonly pollMs: number;
  /** False: syncs only when asked to. */
  auto(): boolean;
  cycle(signal: AbortSignal): Promise<void>;
  /** Whether anything was sent or received since this was asked last. */
  progressed(): boolean;
  onChange(state: MachineState): void;
}

interface Waiter {
  /** A cycle that was under way when the waiter came does not count for it. */
  skip: boolean;
  readonly needsNetwork: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createSyncLoop(options: SyncLoopOptions): SyncLoop {
  const { environment } = options;
  let state = initialState(environment.now());
  let cancelTimer = () => {};
  let running: Promise<void> | undefined;
  let abort = new AbortController();
  let waiters: Waiter[] = [];
  let lastFailure: SynclineError | undefined;

  function send(event: MachineEvent): void {
    const context = {
      now: environment.now(),
      random: environment.random(),
      pollMs: options.pollMs,
      auto: options.auto() || waiters.length > 0,
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
        begin(abort.signal);
        break;
      case "timer":
        cancelTimer();
        cancelTimer = environment.setTimer(() => send({ type: "wake" }), effect.ms, {
          awaited: waiters.length > 0,
        });
        break;
      case "cancel-timer":
        cancelTimer();
        cancelTimer = () => {};
        break;
      case "abort":
        abort.abort(new SynclineError(effect.code));
        break;
      default:
        effect satisfies never;
    }
  }

  /** One at a time: a cycle that was given up may still be about to end. */
  function begin(signal: AbortSignal): void {
    const own = running === undefined ? run(signal) : running.then(() => run(signal));
    running = own;
    const ended = () => {
      if (running === own) running = undefined;
    };
    own.then(ended, ended);
  }

  /** Tells those who do not wait for it to pass; the others stay. */
  function tell(failure: SynclineError, told: readonly Waiter[]): void {
    const stays = ({ needsNetwork }: Waiter) =>
      passes(failure.code) && !(needsNetwork && failure.code === "offline");
    for (const waiter of told) {
      // The next cycle begins after everything that it waits for.
      waiter.skip = false;
      if (stays(waiter)) waiters.push(waiter);
      else waiter.reject(failure);
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    let failure: SynclineError | undefined;
    try {
      await options.cycle(signal);
    } catch (thrown) {
      failure = isSynclineError(thrown)
        ? thrown
        : new SynclineError("internal", "The device could not sync.", { cause: thrown });
    }
    if (signal.aborted) return;
    const progressed = options.progressed();
    if (failure === undefined) {
      const [ready, later] = partition(waiters);
      waiters = later;
      for (const waiter of ready) waiter.resolve();
      send({ type: "succeeded" });
    } else {
      lastFailure = failure;
      const { code, message, retryAfter, cause } = failure;
      // A failed cycle is not followed by another at once: who waited for the next one hears of it now, too.
      const told = waiters.splice(0);
      tell(failure, told);
      send({
        type: "failed",
        code,
        message,
        progressed,
        cause,
        ...(retryAfter === undefined ? {} : { retryAfter }),
      });
    }
  }

  return {
    state: () => state,
    wake: () => send({ type: "wake" }),
    written: () => send({ type: "written" }),
    rest: () => send({ type: "rest" }),
    live: (up) => send({ type: "live", up }),
    lost() {
      if (state.phase === "closed") return;
      send({ type: "lost" });
      tell(new SynclineError("offline", "The device has no network."), waiters.splice(0));
    },
    sync({ signal, timeoutMs, needsNetwork = false } = {}) {
      if (state.phase === "closed") return Promise.reject(new SynclineError("closed"));
      if (signal?.aborted === true) return Promise.reject(new SynclineError("aborted"));
      return new Promise<void>((resolve, reject) => {
        const giveUp = (error: SynclineError) => {
          waiters = waiters.filter((other) => other !== waiter);
          waiter.reject(error);
          // Nobody waits for the next try any more.
          if (waiters.length === 0 && !options.auto()) send({ type: "rest" });
        };
        const stop = () => giveUp(new SynclineError("aborted"));
        const cancelTimeout =
          timeoutMs === undefined
            ? () => {}
            : environment.setTimer(() => giveUp(lastFailure ?? late(timeoutMs)), timeoutMs, {
                awaited: true,
              });
        const end = () => {
          cancelTimeout();
          signal?.removeEventListener("abort", stop);
        };
        const waiter: Waiter = {
          skip: state.running,
          needsNetwork,
          resolve: () => {
            end();
            resolve();
          },
          reject: (error) => {
            end();
            reject(error);
          },
        };
        lastFailure = undefined;
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

function late(timeoutMs: number): SynclineError {
  return new SynclineError("aborted", `The sync did not end within ${timeoutMs} ms.`);
}

/** Those whose cycle has ended, and those who wait for the next one. */
function partition(waiters: readonly Waiter[]): [Waiter[], Waiter[]] {
  const ready = waiters.filter(({ skip }) => !skip);
  const later = waiters.filter(({ skip }) => skip);
  for (const waiter of later) waiter.skip = false;
  return [ready, later];
}
