// The machine's table: every event in every phase has an answer, and none of them stops for ever.

import { ERROR_CATALOGUE, type ErrorCode } from "@syncline/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";
import {
  initialState,
  type MachineEvent,
  type MachineState,
  type Phase,
  transition,
} from "./machine.ts";

const context = { now: 1_000, random: 0.5, pollMs: 30_000 };
const wake: MachineEvent = { type: "wake" };
const succeeded: MachineEvent = { type: "succeeded" };
const close: MachineEvent = { type: "close" };
const failed = (code: ErrorCode): MachineEvent => ({ type: "failed", code, message: "m" });

const base = initialState(0);
const at = (phase: Phase, more: Partial<MachineState> = {}): MachineState => ({
  ...base,
  phase,
  ...more,
});

type Expected = readonly [phase: Phase, running: boolean, effects: string];
const TABLE: { readonly [from in Phase]: { readonly [event in MachineEvent["type"]]: Expected } } =
  {
    idle: {
      wake: ["connecting", true, "cancel-timer run"],
      succeeded: ["polling", false, "timer"],
      failed: ["offline", false, "timer"],
      close: ["closed", false, "cancel-timer abort"],
    },
    connecting: {
      wake: ["connecting", true, "cancel-timer run"],
      succeeded: ["polling", false, "timer"],
      failed: ["offline", false, "timer"],
      close: ["closed", false, "cancel-timer abort"],
    },
    polling: {
      wake: ["polling", true, "cancel-timer run"],
      succeeded: ["polling", false, "timer"],
      failed: ["offline", false, "timer"],
      close: ["closed", false, "cancel-timer abort"],
    },
    offline: {
      wake: ["offline", true, "cancel-timer run"],
      succeeded: ["polling", false, "timer"],
      failed: ["offline", false, "timer"],
      close: ["closed", false, "cancel-timer abort"],
    },
    "needs-auth": {
      wake: ["needs-auth", true, "cancel-timer run"],
      succeeded: ["polling", false, "timer"],
      failed: ["offline", false, "timer"],
      close: ["closed", false, "cancel-timer abort"],
    },
    blocked: {
      wake: ["blocked", true, "cancel-timer run"],
      succeeded: ["polling", false, "timer"],
      failed: ["offline", false, "timer"],
      close: ["closed", false, "cancel-timer abort"],
    },
    incompatible: {
      wake: ["incompatible", true, "cancel-timer run"],
      succeeded: ["polling", false, "timer"],
      failed: ["offline", false, "timer"],
      close: ["closed", false, "cancel-timer abort"],
    },
    closed: {
      wake: ["closed", false, ""],
      succeeded: ["closed", false, ""],
      failed: ["closed", false, ""],
      close: ["closed", false, ""],
    },
  };

describe("sync machine", () => {
  const events = { wake, succeeded, failed: failed("offline"), close };
  const rows = Object.entries(TABLE).flatMap(([phase, row]) =>
    Object.entries(row).map(
      ([event, expected]) => [phase as Phase, event as MachineEvent["type"], expected] as const,
    ),
  );
  it.each(rows)("in %s, after %s", (phase, event, [next, running, effects]) => {
    const result = transition(at(phase), events[event], context);
    expect([
      result.state.phase,
      result.state.running,
      result.effects.map(({ type }) => type).join(" "),
    ]).toEqual([next, running, effects]);
  });

  it.each([
    ["unauthenticated", "needs-auth"],
    ["forbidden", "blocked"],
    ["payment_required", "blocked"],
    ["incompatible", "incompatible"],
    ["unavailable", "offline"],
    ["rate_limited", "offline"],
    ["internal", "offline"],
    ["storage_full", "offline"],
    ["reset", "offline"],
  ] as const)("after %s it is %s, says why, and tries again by itself", (code, phase) => {
    const { state, effects } = transition(at("polling", { running: true }), failed(code), context);
    expect(state).toMatchObject({ phase, reason: { code }, running: false });
    expect(effects).toMatchObject([{ type: "timer" }]);
    expect(state.nextRetryAt).toBeGreaterThan(context.now);
  });

  it("[G9] never sleeps for ever: as long as it is open it runs, or has a timer set", () => {
    const event = fc.oneof(
      fc.constant(wake),
      fc.constant(succeeded),
      fc.constantFrom(...(Object.keys(ERROR_CATALOGUE) as ErrorCode[])).map(failed),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (happened) => {
        let state = base;
        let timer = false;
        for (const one of [wake, ...happened]) {
          if (one.type !== "wake" && !state.running) continue;
          const next = transition(state, one, context);
          state = next.state;
          for (const effect of next.effects)
            timer = effect.type === "timer" ? true : effect.type === "cancel-timer" ? false : timer;
          expect(state.running || timer).toBe(true);
        }
      }),
    );
  });

  it("does what came during a cycle in another one", () => {
    const running = transition(at("polling", { running: true }), wake, context).state;
    expect(running).toMatchObject({ running: true, again: true });
    expect(transition(running, succeeded, context)).toMatchObject({
      state: { running: true, again: false },
      effects: [{ type: "run" }],
    });
  });
});

describe("backoff", () => {
  it("is jittered, capped, and never shorter than the server asked for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 0, max: 100 }),
        (attempt, random, retryAfter) => {
          const ms = backoffMs(attempt, random, retryAfter);
          expect(ms).toBeGreaterThanOrEqual(retryAfter * 1_000);
          expect(ms).toBeLessThanOrEqual(retryAfter * 1_000 + 60_001);
        },
      ),
    );
  });
});
