// The sync loop as a value: what it does next is decided here, and done in loop.ts.

import { ERROR_CATALOGUE, type ErrorCode } from "@syncline/core";
import { askedMs, backoffMs } from "./backoff.ts";

/** How the device and the server stand to each other. */
export type Phase =
  /** Not asked to sync yet. */
  | "idle"
  /** The first cycle is under way. */
  | "connecting"
  /** The last cycle succeeded, and what others commit arrives by itself. */
  | "live"
  /** The last cycle succeeded; the device looks for changes from time to time. */
  | "polling"
  /** The server was not reached, or asked to come later. */
  | "offline"
  /** The server does not accept the token. */
  | "needs-auth"
  /** The server refuses: no right, no payment, or a request that it does not take. */
  | "blocked"
  /** The server does not speak with this version of the app. */
  | "incompatible"
  | "closed";

export interface MachineState {
  readonly phase: Phase;
  /** A cycle is under way. */
  readonly running: boolean;
  /** Something happened during the cycle that it may have missed. */
  readonly again: boolean;
  /** What others commit arrives by itself. */
  readonly live: boolean;
  /** Cycles that failed since the last that did not. */
  readonly failures: number;
  readonly reason: {
    readonly code: ErrorCode;
    readonly message: string;
    /** What was thrown beneath, for example by the app's own token function. */
    readonly cause?: unknown;
  } | null;
  /** When the phase began, in milliseconds since 1970. */
  readonly since: number;
  readonly nextRetryAt: number | null;
  /** Writes wait for the next try: the server asked for time, or a write changes nothing about its refusal. */
  readonly patient: boolean;
}

export type MachineEvent =
  /** Sync now: started, asked for, the network is back, a timer ran out. */
  | { readonly type: "wake" }
  /** Something is there to be sent. */
  | { readonly type: "written" }
  /** The live feed came up, or went down. */
  | { readonly type: "live"; readonly up: boolean }
  /** Another tab syncs now. */
  | { readonly type: "rest" }
  /** The platform says that there is no network. It is believed at once, and checked soon. */
  | { readonly type: "lost" }
  | { readonly type: "succeeded" }
  | {
      readonly type: "failed";
      readonly code: ErrorCode;
      readonly message: string;
      /** Seconds. */
      readonly retryAfter?: number;
      /** The server took something, or gave something, before. */
      readonly progressed?: boolean;
      readonly cause?: unknown;
    }
  | { readonly type: "close" };

export type MachineEffect =
  | { readonly type: "run" }
  /** Replaces the timer that is set. */
  | { readonly type: "timer"; readonly ms: number }
  | { readonly type: "cancel-timer" }
  | { readonly type: "abort"; readonly code: "closed" | "offline" };

export interface MachineContext {
  readonly now: number;
  /** A number in [0, 1). */
  readonly random: number;
  readonly pollMs: number;
  /** False: syncs only when asked to, and sets no timers. */
  readonly auto: boolean;
}

export interface Transition {
  readonly state: MachineState;
  readonly effects: readonly MachineEffect[];
}

/** How long a device that may not sync waits before it looks whether that has changed: soon at first, then seldom. */
const BLOCKED_MS = 5 * 60_000;
const BLOCKED_FIRST_MS = 2_000;
/** About so long after the network is said to be gone, the device looks whether that is so. */
const CHECK_MS = 2_000;

/** How many times longer a device waits between polls while it is live. */
const LIVE_POLLS = 10;
/** Within this, devices whose live feed went down look for the server. */
const DROPPED_MS = 10_000;

/** Within this, a tab that another one got in the way of tries again. */
const SUPERSEDED_MS = 2_000;

export function initialState(now: number): MachineState {
  return {
    phase: "idle",
    running: false,
    again: false,
    live: false,
    failures: 0,
    reason: null,
    since: now,
    nextRetryAt: null,
    patient: false,
  };
}

/** The next state, and what is to be done. Total: every event has an answer in every state. */
export function transition(
  state: MachineState,
  event: MachineEvent,
  context: MachineContext,
): Transition {
  if (state.phase === "closed") return stay(state);
  switch (event.type) {
    case "wake":
      return wake(state, context);
    case "written":
      return state.patient && !state.running ? stay(state) : wake(state, context);
    case "live":
      return live(state, event.up, context);
    case "rest":
      return {
        state: { ...state, again: false, nextRetryAt: null },
        effects: [{ type: "cancel-timer" }],
      };
    case "lost":
      return lost(state, context);
    case "succeeded":
      return state.running ? succeeded(state, context) : stay(state);
    case "failed":
      return state.running ? failed(state, event, context) : stay(state);
    case "close":
      return {
        state: enter(state, "closed", context, { running: false, again: false, nextRetryAt: null }),
        effects: [{ type: "cancel-timer" }, { type: "abort", code: "closed" }],
      };
    default:
      return event satisfies never;
  }
}

function stay(state: MachineState): Transition {
  return { state, effects: [] };
}

function wake(state: MachineState, context: MachineContext): Transition {
  if (state.running) return stay(state.again ? state : { ...state, again: true });
  const phase = state.phase === "idle" ? "connecting" : state.phase;
  return {
    state: enter(state, phase, context, { running: true, nextRetryAt: null }),
    effects: [{ type: "cancel-timer" }, { type: "run" }],
  };
}

function succeeded(state: MachineState, context: MachineContext): Transition {
  const next = enter(state, state.live ? "live" : "polling", context, {
    running: state.again,
    again: false,
    failures: 0,
    reason: null,
    nextRetryAt: null,
    patient: false,
  });
  if (state.again) return { state: next, effects: [{ type: "run" }] };
  return { state: next, effects: nextPoll(next, context) };
}

/** Polls of many devices spread by themselves when each waits a little differently. */
function nextPoll(
  { live }: MachineState,
  { auto, pollMs, random }: MachineContext,
): MachineEffect[] {
  if (!auto) return [];
  // While changes arrive by themselves, looking for them only guards against what nobody has thought of.
  const ms = Math.ceil(pollMs * (live ? LIVE_POLLS : 1) * (0.9 + 0.2 * random));
  return [{ type: "timer", ms }];
}

function live(state: MachineState, up: boolean, context: MachineContext): Transition {
  if (state.live === up) return stay(state);
  const next = { ...state, live: up };
  // The server can be reached again.
  if (up && state.phase === "offline" && !state.patient && !state.running)
    return wake(next, context);
  // A failure that is waited out goes on: its timer holds, and the next cycle says how things are.
  if (state.running || (state.phase !== "polling" && state.phase !== "live"))
    return { state: next, effects: [] };
  const settled = enter(next, up ? "live" : "polling", context, {});
  if (up || !context.auto) return { state: settled, effects: nextPoll(settled, context) };
  // What became of the server is found out soon, but not by everybody at once.
  const ms = Math.ceil(Math.min(context.pollMs, DROPPED_MS) * context.random);
  return { state: settled, effects: [{ type: "timer", ms }] };
}

function lost(state: MachineState, context: MachineContext): Transition {
  if (state.phase === "idle") return stay(state);
  const ms = Math.ceil(CHECK_MS * (0.5 + context.random));
  const next = enter(state, "offline", context, {
    running: false,
    again: false,
    reason: { code: "offline", message: "The device has no network." },
    nextRetryAt: context.auto ? context.now + ms : null,
    patient: false,
  });
  const timer: MachineEffect[] = context.auto ? [{ type: "timer", ms }] : [];
  // What waits for an answer ends now.
  return {
    state: next,
    effects: state.running ? [{ type: "abort", code: "offline" }, ...timer] : timer,
  };
}

function failed(
  state: MachineState,
  {
    code,
    message,
    retryAfter,
    progressed = false,
    cause,
  }: Extract<MachineEvent, { type: "failed" }>,
  context: MachineContext,
): Transition {
  const failures = progressed ? 1 : state.failures + 1;
  const phase = phaseOf(state, code);
  const ms =
    code === "superseded"
      ? Math.ceil(SUPERSEDED_MS * context.random)
      : waitMs(phase, failures, retryAfter, context);
  const next = enter(state, phase, context, {
    running: false,
    again: false,
    failures,
    reason: { code, message, ...(cause === undefined ? {} : { cause }) },
    nextRetryAt: context.auto ? context.now + ms : null,
    patient: (phase !== "offline" && code !== "superseded") || retryAfter !== undefined,
  });
  return { state: next, effects: context.auto ? [{ type: "timer", ms }] : [] };
}

function waitMs(
  phase: Phase,
  failures: number,
  retryAfter: number | undefined,
  { random }: MachineContext,
): number {
  if (phase === "offline" || phase === "needs-auth") return backoffMs(failures, random, retryAfter);
  const ms = Math.min(BLOCKED_MS, BLOCKED_FIRST_MS * 2 ** Math.min(failures - 1, 30));
  return Math.ceil(Math.max(ms * (0.5 + random), askedMs(retryAfter)));
}

function enter(
  state: MachineState,
  phase: Phase,
  context: MachineContext,
  change: Partial<MachineState>,
): MachineState {
  return { ...state, ...change, phase, since: phase === state.phase ? state.since : context.now };
}

/** Where an error leaves the device, seen from the phase that it was in. */
function phaseOf(state: MachineState, code: ErrorCode): Phase {
  // The server has nothing to do with it.
  return code === "superseded" ? state.phase : phaseAfter(code);
}

/** Whether an error passes by itself, so that it is worth while to wait for it. */
export function passes(code: ErrorCode): boolean {
  return (
    code === "offline" || code === "unavailable" || code === "rate_limited" || code === "superseded"
  );
}

/** Where an error leaves the device: everything that may pass is tried again by itself. */
function phaseAfter(code: ErrorCode): Phase {
  if (code === "incompatible") return "incompatible";
  const { retry } = ERROR_CATALOGUE[code];
  if (retry === "after-login") return "needs-auth";
  if (code === "payment_required" || code === "account_locked") return "blocked";
  return retry === "never" && code !== "aborted" ? "blocked" : "offline";
}
