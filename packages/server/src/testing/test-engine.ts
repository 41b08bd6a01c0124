// An engine for tests: a store and a bus in memory, and a clock that moves when it is told to.

import type { Limits } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import { createMemoryBus } from "../bus/memory.ts";
import type { Bus } from "../bus/port.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import type { Engine } from "../engine/contract.ts";
import { createEngine } from "../engine/create-engine.ts";
import type { EngineEvents } from "../engine/environment.ts";
import { createMemoryStore } from "../store/memory.ts";
import type { Store } from "../store/port.ts";

export interface TestEngineOptions {
  /** Any app, without definitions, where left out. */
  readonly apps?: readonly AppDefinition[] | "open";
  /** An empty one in memory where left out. The test closes it. */
  readonly store?: Store;
  readonly bus?: Bus;
  readonly limits?: Partial<Limits>;
  /** How many shared spaces a user may own. */
  readonly spacesPerUser?: number;
  /** Pushes that may wait for their commit. */
  readonly maxWaiting?: number;
  /** The clock's first reading, in milliseconds since 1970; noon of 20 November 2026 where left out. */
  readonly startMs?: number;
  /** What the epochs of new spaces begin with: two engines over copies of one store take two. */
  readonly idPrefix?: string;
  readonly events?: Partial<Omit<EngineEvents, "failed">>;
}

export interface TestEngine {
  readonly engine: Engine;
  readonly store: Store;
  readonly bus: Bus;
  /** What failed without being the caller's fault, in order. */
  readonly failures: readonly { readonly what: string; readonly thrown: unknown }[];
  now(): number;
  /** Moves the clock; back, too. */
  advance(ms: number): void;
}

const START_MS = Date.UTC(2026, 10, 20, 12);

/**
 * Makes an engine whose time stands still until the test moves it, and whose ids repeat from run to run.
 *
 * ```ts
 * import { createTestEngine } from "@syncline/server/testing";
 *
 * const { engine, advance } = createTestEngine();
 * advance(60_000);
 * const delta = await engine.pull({ userId: "alice" }, { app: "todo", name: "~" }, { cursor: null });
 * console.log(delta.count); // 0
 * ```
 */
export function createTestEngine(options: TestEngineOptions = {}): TestEngine {
  const store = options.store ?? createMemoryStore();
  const bus = options.bus ?? createMemoryBus();
  const failures: { what: string; thrown: unknown }[] = [];
  const apps = options.apps ?? "open";
  let nowMs = options.startMs ?? START_MS;
  let ids = 0;
  const engine = createEngine({
    store,
    bus,
    apps: apps === "open" ? [] : apps,
    openApps: apps === "open",
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.maxWaiting === undefined ? {} : { maxWaiting: options.maxWaiting }),
    ...(options.spacesPerUser === undefined ? {} : { spacesPerUser: options.spacesPerUser }),
    environment: {
      now: () => nowMs,
      randomId: () => `${options.idPrefix ?? "test"}${++ids}`,
      secret: () => "5e".repeat(32),
      mac: systemEngineEnvironment().mac,
      defer: (run) => void setImmediate(run),
    },
    events: { ...options.events, failed: (what, thrown) => failures.push({ what, thrown }) },
  });
  return {
    engine,
    store,
    bus,
    failures,
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
