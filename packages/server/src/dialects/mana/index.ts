// The mana-sync dialect: its browser clients are served without a change to them.

import type { CreateDialect } from "../port.ts";
import type { ManaContext } from "./context.ts";
import { createDeliveries } from "./deliveries.ts";
import { DEFAULT_MANA_LIMITS, type ManaLimits, type ManaOptions } from "./options.ts";
import { addRoutes } from "./routes.ts";

export type { ManaLimits, ManaOptions };

/**
 * Speaks mana-sync on the engine: its apps are our apps, each user's records lie in the personal space of the app, and
 * native clients of the same space see the same records.
 *
 * ```ts
 * import { createMemoryStore, createServer, manaDialect } from "@syncline/server";
 *
 * const server = await createServer({
 *   store: createMemoryStore(),
 *   apps: "open",
 *   auth: { jwksUrl: "http://localhost:3001/api/auth/jwks" },
 *   dialects: [manaDialect({ corsOrigins: ["https://*.example.com"] })],
 * });
 * ```
 */
export function manaDialect(options: ManaOptions = {}): CreateDialect {
  return (dialectContext) => {
    const now = options.now ?? (() => Date.now());
    const context: ManaContext = {
      ...dialectContext,
      options,
      mana: { ...DEFAULT_MANA_LIMITS, ...options.limits },
      deliveries: createDeliveries(now),
      now,
    };
    return {
      name: "mana",
      routes: (app) => addRoutes(app, context),
    };
  };
}
