// Store, bus and engine with spans around what they do. Attributes are names and numbers, never contents or tokens.

import type { Bus } from "../bus/port.ts";
import type { Engine } from "../engine/contract.ts";
import type { Store } from "../store/port.ts";
import type { Tracing } from "./tracing.ts";

export function tracedStore(store: Store, tracing: Tracing): Store {
  return {
    ...store,
    commit: (units) =>
      tracing.span(
        "store.commit",
        {
          "syncline.units": units.length,
          "syncline.spaces": new Set(units.map(({ space }) => space)).size,
          "syncline.records": units.reduce((sum, { records }) => sum + records.length, 0),
        },
        () => store.commit(units),
      ),
    page: (request) =>
      tracing.span("store.page", { "syncline.limit": request.limit }, () => store.page(request)),
  };
}

/** Commits carry the span that made them: whoever sends them to a socket, on any node, goes on from it. */
export function tracedBus(bus: Bus, tracing: Tracing): Bus {
  return {
    ...bus,
    publish(message) {
      const trace = message.type === "commit" ? tracing.traceparent() : undefined;
      bus.publish(
        message.type === "commit" && trace !== undefined ? { ...message, trace } : message,
      );
    },
    subscribe: (space, listener) =>
      bus.subscribe(space, (message) =>
        tracing.goOn(message.type === "commit" ? message.trace : undefined, () =>
          listener(message),
        ),
      ),
  };
}

export function tracedEngine(engine: Engine, tracing: Tracing): Engine {
  return {
    ...engine,
    sync: (principal, address, request) =>
      tracing.span(
        "engine.sync",
        { "syncline.app": address.app, "syncline.mutations": request.mutations.length },
        () => engine.sync(principal, address, request),
      ),
    pull: (principal, address, request) =>
      tracing.span("engine.pull", { "syncline.app": address.app }, () =>
        engine.pull(principal, address, request),
      ),
    read: (admitted, request) =>
      tracing.span("engine.read", { "syncline.app": admitted.address.app }, () =>
        engine.read(admitted, request),
      ),
  };
}
