// A device's store that dies with the device: after a crash, nothing of it takes effect or answers any more.

import { SynclineError } from "@syncline/core";
import type { LocalStore } from "../store/port.ts";

export interface Guard {
  readonly alive: () => boolean;
  /** Called before and after every step; the device may crash in it. */
  readonly step: (name: string, when: "before" | "after") => void;
  /** Waits while the device is frozen. */
  readonly awake: () => Promise<void>;
  /** True: the medium is full, and writes fail. */
  readonly full: () => boolean;
}

const READS: ReadonlySet<string> = new Set([
  "device",
  "spaces",
  "state",
  "isCurrent",
  "health",
  "outbox",
  "inbox",
  "get",
  "getMany",
  "scan",
  "range",
  "recount",
  "kept",
]);
const UNGUARDED: ReadonlySet<string | symbol> = new Set(["close", Symbol.asyncDispose]);

/** Wraps a store for one life of a device. Closing it leaves the store open for the next life. */
export function guardStore<Store extends LocalStore>(store: Store, guard: Guard): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (UNGUARDED.has(name)) return async () => undefined;
      if (typeof member !== "function" || typeof name !== "string") return member;
      return (...args: unknown[]): unknown => {
        if (!guard.alive()) return new Promise(() => undefined);
        if (guard.full() && !READS.has(name))
          return Promise.reject(new SynclineError("storage_full"));
        if (!READS.has(name)) guard.step(name, "before");
        if (!guard.alive()) return new Promise(() => undefined);
        const result: unknown = member.apply(target, args);
        if (!READS.has(name)) guard.step(name, "after");
        if (!(result instanceof Promise)) return result;
        const settled = async () => {
          await guard.awake();
          if (!guard.alive()) await new Promise(() => undefined);
        };
        return result.then(
          (value: unknown) => settled().then(() => value),
          (thrown: unknown) =>
            settled().then(() => {
              throw thrown;
            }),
        );
      };
    },
  });
}
