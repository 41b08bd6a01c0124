// The sync loop as a value: what it does next is decided here, and done in loop.ts.

import { ERROR_CATALOGUE, type ErrorCode } from "@syncline/core";
import { backoffMs } from "./backoff.ts";

/** How the device and the server stand to each other. */
export type Phase =
  | "idle"
  | "connecting"
  | "polling"
  | "offline"
  | "needs-auth"
  | "blocked"
  | "incompatible"
  | "closed";

export interface MachineState {
  readonly phase: Phase;
  /** A cycle is under way. */
  readonly running: boolean;
  /** Something happened during the cycle that it may have missed. */
  readonly again: boolean;
  /** Cycles that failed since the last that did not. */
  readonly failures: number;
  readonly reason: { readonly code: ErrorCode; readonly message: string } | null;
  /** When the phase began, in milliseconds since 1970. */
  readonly since: number;
  readonly nextRetryAt: number | null;
}

export type MachineEvent =
  /** Sync now: started, asked for, a write was made, the network is back, a timer ran out. */
  | { readonly type: "wake" }
  | { readonly type: "succeeded" }
  | {
      readonly type: "failed";
      readonly code: ErrorCode;
      readonly message: string;
      readonly retryAfter?: number;
    }
  | { readonly type: "close" };

export type MachineEffect =
  | { readonly type: "run" }
  /** Replaces the timer that is set. */
  | { readonly type: "timer"; readonly ms: number }
  | { readonly type: "cancel-timer" }
  | { readonly type: "abort" };

export interface MachineContext {
  readonly now: number;
  /** A number in [0, 1). */
  readonly random: number;
  readonly pollMs: number;
}

export interface Transition {
  readonly state: MachineState;
  readonly effects: readonly MachineEffect[];
}

/** How long a device that may not sync waits before it looks whether that has changed. */
const BLOCKED_MS = 5 * 60_000;

export function initialState(now: number): MachineState {
  return {
    phase: "idle",
    running: false,
    again: false,
    failures: 0,
    reason: null,
    since: now,
    nextRetryAt: null,
  };
}

/** The next state, and what is to be done. Total: every event has an answer in every state. */
export function transition(
  state: MachineState,
  event: MachineEvent,
  context: MachineContext,
): Transition {
  if (state.phase === "closed") return { state, effects: [] };
  switch (event.type) {
    case "wake":
      if (state.running) return { state: { ...state, again: true }, effects: [] };
      return {
        state: enter(state, state.phase === "idle" ? "connecting" : state.phase, context, {
          running: true,
          nextRetryAt: null,
        }),
        effects: [{ type: "cancel-timer" }, { type: "run" }],
      };
    case "succeeded": {
      const next = enter(state, "polling", context, {
        running: state.again,
        again: false,
        failures: 0,
        reason: null,
        nextRetryAt: null,
      });
      // Polls of many devices spread by themselves when each waits a little differently.
      const ms = Math.ceil(context.pollMs * (0.9 + 0.2 * context.random));
      return { state: next, effects: state.again ? [{ type: "run" }] : [{ type: "timer", ms }] };
    }
    case "failed": {
      const failures = state.failures + 1;
      const phase = phaseAfter(event.code);
      const ms =
        phase === "offline" || phase === "needs-auth"
          ? backoffMs(failures, context.random, event.retryAfter)
          : Math.ceil(
              Math.max(BLOCKED_MS * (0.5 + context.random), (event.retryAfter ?? 0) * 1000),
            );
      const next = enter(state, phase, context, {
        running: false,
        again: false,
        failures,
        reason: { code: event.code, message: event.message },
        nextRetryAt: context.now + ms,
      });
      return { state: next, effects: [{ type: "timer", ms }] };
    }
    case "close":
      return {
        state: enter(state, "closed", context, { running: false, again: false, nextRetryAt: null }),
        effects: [{ type: "cancel-timer" }, { type: "abort" }],
      };
    default:
      return event satisfies never;
  }
}

function enter(
  state: MachineState,
  phase: Phase,
  context: MachineContext,
  change: Partial<MachineState>,
): MachineState {
  return { ...state, ...change, phase, since: phase === state.phase ? state.since : context.now };
}

/** Where an error leaves the device: everything that may pass is tried again by itself. */
function phaseAfter(code: ErrorCode): Phase {
  if (code === "incompatible") return "incompatible";
  const { retry } = ERROR_CATALOGUE[code];
  if (retry === "after-login") return "needs-auth";
  if (code === "payment_required") return "blocked";
  return retry === "never" && code !== "aborted" ? "blocked" : "offline";
}
