// What the engine takes from the system: time, randomness and turns of the event loop.

import { createHmac, randomBytes } from "node:crypto";
import type { EngineEnvironment } from "./engine/environment.ts";

/** The engine's environment in production. */
export function systemEngineEnvironment(): EngineEnvironment {
  return {
    now: () => Date.now(),
    randomId: () => randomBytes(12).toString("hex"),
    secret: () => randomBytes(32).toString("hex"),
    mac(key, text) {
      const bytes = createHmac("sha256", key).update(text).digest();
      return [bytes.readUIntBE(0, 6), bytes.readUIntBE(6, 6)];
    },
    defer: (run) => void setImmediate(run),
  };
}
