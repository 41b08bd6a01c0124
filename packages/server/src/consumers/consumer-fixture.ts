// Consumers for tests: on a store, by a clock that hurries, with what they tell of failures.

import { createMemoryBus } from "../bus/memory.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import type { Engine } from "../engine/contract.ts";
import { createEngine } from "../engine/create-engine.ts";
import type { Store } from "../store/port.ts";
import type { ConsumerDefinition } from "./consumer.ts";
import { type Consumers, createConsumers } from "./consumers.ts";
import type { ConsumerEnvironment } from "./environment.ts";

/** Time runs a hundred times as fast: back-offs of seconds pass in the blink of an eye. */
export const hurriedEnvironment: ConsumerEnvironment = {
  now: () => Date.now(),
  random: () => 0,
  setTimer(run, ms) {
    const timer = setTimeout(run, ms / 100);
    return () => clearTimeout(timer);
  },
};

export function engineOn(store: Store): Engine {
  return createEngine({
    store,
    bus: createMemoryBus(),
    apps: [],
    openApps: true,
    environment: systemEngineEnvironment(),
  });
}

export interface StartedConsumers extends Consumers {
  readonly failures: { readonly last: boolean; readonly message: string }[];
}

/** Starts one consumer as a node of its own would. */
export function startConsumers(
  definition: Partial<ConsumerDefinition>,
  store: Store,
): StartedConsumers {
  const failures: { last: boolean; message: string }[] = [];
  const consumers = createConsumers({
    store,
    definitions: [{ name: "mails", startAt: "beginning", handle: () => undefined, ...definition }],
    environment: hurriedEnvironment,
    engine: () => engineOn(store),
    events: {
      handled: () => undefined,
      failed: (_name, thrown, last) =>
        void failures.push({ last, message: thrown instanceof Error ? thrown.message : "" }),
      stalled: () => undefined,
    },
  });
  consumers.start();
  return { ...consumers, failures };
}
