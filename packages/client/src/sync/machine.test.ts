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

const context = { now: 1_000, random: 0.5, pollMs: 30_000, auto: true };
const wake: MachineEvent = { type: "wake" };
const written: MachineEvent = { type: "written" };
const succeeded: MachineEvent = { type: "succeeded" };
const close: MachineEvent = { type: "close" };
const rest: MachineEvent = { type: "rest" };
const lost: MachineEvent = { type: "lost" };
const live: MachineEvent = { type: "live", up: true };
const failed = (code: ErrorCode): MachineEvent => ({ type: "failed", code, message: "m" });

const base = initialState(0);
const at = (phase: Phase, more: Partial<MachineState> = {}): MachineState => ({
  ...base,
  phase,
  ...more,
});

type Event = MachineEvent["type"];
type Expected = readonly [phase: Phase, running: boolean, effects: string];
type Row = { readonly [event in Event]: Expected };
const STOP: Expected = ["closed", false, "cancel-timer abort"];
const IGNORED: Expected = ["closed", false, ""];

/** What a phase does while nothing is under way: answers that nobody waits for change nothing. */
const resting = (phase: Phase, woken: Phase = phase): Row => ({
  wake: [woken, true, "cancel-timer run"],
  written: [woken, true, "cancel-timer run"],
  succeeded: [phase, false, ""],
  failed: [phase, false, ""],
  live: phase === "offline" ? [phase, true, "cancel-timer run"] : [phase, false, ""],
  rest: [phase, false, "cancel-timer"],
  lost: phase === "idle" ? [phase, false, ""] : ["offline", false, "timer"],
  close: STOP,
});
const RESTING: { readonly [from in Phase]: Row } = {
  idle: resting("idle", "connecting"),
  connecting: resting("connecting"),
  polling: { ...resting("polling"), live: ["live", false, "timer"] },
  live: { ...resting("live"), live: ["live", false, "timer"] },
  offline: resting("offline"),
  "needs-auth": resting("needs-auth"),
  blocked: resting("blocked"),
  incompatible: resting("incompatible"),
  closed: {
    wake: IGNORED,
    written: IGNORED,
    succeeded: IGNORED,
    failed: IGNORED,
    live: IGNORED,
    rest: IGNORED,
    lost: IGNORED,
    close: IGNORED,
  },
};

/** And while a cycle is under way. */
const running = (phase: Phase): Row => ({
  wake: [phase, true, ""],
  written: [phase, true, ""],
  succeeded: ["polling", false, "timer"],
  failed: ["offline", false, "timer"],
  live: [phase, true, ""],
  rest: [phase, true, "cancel-timer"],
  lost: ["offline", false, "abort timer"],
  close: STOP,
});
const RUNNING: { readonly [from in Exclude<Phase, "idle" | "closed">]: Row } = {
  connecting: running("connecting"),
  polling: running("polling"),
  live: running("live"),
  offline: running("offline"),
  "needs-auth": running("needs-auth"),
  blocked: running("blocked"),
  incompatible: running("incompatible"),
};

describe("sync machine", () => {
  const events = { wake, written, succeeded, failed: failed("offline"), live, rest, lost, close };
  const rows = [
    ...Object.entries(RESTING).map(([phase, row]) => [phase, false, row] as const),
    ...Object.entries(RUNNING).map(([phase, row]) => [phase, true, row] as const),
  ].flatMap(([phase, busy, row]) =>
    Object.entries(row).map(
      ([event, expected]) =>
        [busy ? "running" : "resting", phase as Phase, event as Event, expected] as const,
    ),
  );
  it.each(rows)("%s in %s, after %s", (mode, phase, event, [next, busy, effects]) => {
    const result = transition(at(phase, { running: mode === "running" }), events[event], context);
    expect([
      result.state.phase,
      result.state.running,
      result.effects.map(({ type }) => type).join(" "),
    ]).toEqual([next, busy, effects]);
  });

  it.each([
    ["unauthenticated", "needs-auth"],
    ["forbidden", "blocked"],
    ["payment_required", "blocked"],
    ["account_locked", "blocked"],
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
      fc.constant(written),
      fc.constant(succeeded),
      fc.constant(lost),
      fc.boolean().map((up): MachineEvent => ({ type: "live", up })),
      fc.constantFrom(...(Object.keys(ERROR_CATALOGUE) as ErrorCode[])).map(failed),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (happened) => {
        let state = base;
        let timer = false;
        for (const one of [wake, ...happened]) {
          if (["written", "succeeded", "failed"].includes(one.type) && !state.running) continue;
          const next = transition(state, one, context);
          state = next.state;
          for (const effect of next.effects)
            timer = effect.type === "timer" ? true : effect.type === "cancel-timer" ? false : timer;
          expect(state.running || timer).toBe(true);
        }
      }),
    );
  });

  it("a write hurries a server that was not reached, and not one that asked for time or refuses", () => {
    const after = (event: MachineEvent) =>
      transition(at("polling", { running: true }), event, context).state;
    const runs = (state: MachineState) =>
      transition(state, written, context).effects.some(({ type }) => type === "run");
    expect(runs(after(failed("offline")))).toBe(true);
    expect(runs(after({ ...failed("rate_limited"), retryAfter: 5 } as MachineEvent))).toBe(false);
    expect(runs(after(failed("payment_required")))).toBe(false);
    expect(runs(after(failed("unauthenticated")))).toBe(false);
    expect(transition(after(failed("forbidden")), wake, context).state.running).toBe(true);
    const recovered = transition(
      { ...after(failed("forbidden")), running: true },
      succeeded,
      context,
    ).state;
    expect(runs(recovered)).toBe(true);
  });

  it("asks a refusal again soon at first, spread over time, and seldom in the end", () => {
    const waits = (random: number) => {
      let state = at("polling", { running: true });
      return Array.from({ length: 12 }, () => {
        const next = transition(state, failed("forbidden"), { ...context, random });
        state = { ...next.state, running: true };
        return next.effects.flatMap((effect) => (effect.type === "timer" ? [effect.ms] : []))[0];
      });
    };
    expect(waits(0.5).slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(waits(0).at(-1)).toBe(150_000);
    expect(waits(0)[0]).not.toBe(waits(0.9)[0]);
  });

  it("what passes is waited for less long after something went through", () => {
    const first = transition(
      at("offline", { running: true, failures: 8 }),
      failed("rate_limited"),
      context,
    );
    expect(first.state.failures).toBe(9);
    const event = { ...failed("rate_limited"), progressed: true } as MachineEvent;
    expect(
      transition(at("offline", { running: true, failures: 8 }), event, context).state.failures,
    ).toBe(1);
  });

  it("sets no timers when it syncs only on demand", () => {
    const manual = { ...context, auto: false };
    for (const event of [succeeded, failed("unavailable"), failed("forbidden")]) {
      const { state, effects } = transition(at("polling", { running: true }), event, manual);
      expect(effects).toEqual([]);
      expect(state.nextRetryAt).toBeNull();
    }
  });

  it("is live while what others commit arrives by itself, and looks less often then", () => {
    const running = at("polling", { running: true });
    const up = transition(transition(running, live, context).state, succeeded, context);
    expect(up.state).toMatchObject({ phase: "live", live: true });
    expect(up.effects).toEqual([{ type: "timer", ms: 300_000 }]);
    const down = transition(up.state, { type: "live", up: false }, context);
    expect(down.state).toMatchObject({ phase: "polling", live: false });
    expect(down.effects).toEqual([{ type: "timer", ms: 5_000 }]);
    expect(transition(down.state, { type: "live", up: false }, context).effects).toEqual([]);
  });

  it("another tab that got in the way is no fault of the server", () => {
    const { state, effects } = transition(
      at("live", { running: true, live: true }),
      failed("superseded"),
      context,
    );
    expect(state).toMatchObject({ phase: "live", running: false });
    expect(effects).toEqual([{ type: "timer", ms: 1_000 }]);
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

  it("spreads those who failed together over the whole wait", () => {
    for (const attempt of [1, 3, 8, 50]) {
      const waits = [0, 0.25, 0.5, 0.75].map((random) => backoffMs(attempt, random));
      const [first = 0, second = 0, third = 0, fourth = 0] = waits;
      expect(first).toBe(0);
      expect(second).toBeGreaterThan(0);
      expect(third).toBeCloseTo(2 * second, -1);
      expect(fourth).toBeCloseTo(3 * second, -1);
    }
  });
});
