// The mana-sync dialect: its browser clients are served without a change to them.

import type { CreateDialect } from "../port.ts";
import { createBackupProtocol } from "./backup.ts";
import { createBells } from "./bells.ts";
import type { ManaContext } from "./context.ts";
import { createDeliveries } from "./deliveries.ts";
import { createFollowers } from "./followers.ts";
import { createServiceProtocol } from "./internal-routes.ts";
import { createKnownApps } from "./known-apps.ts";
import { createMemberships, type MembershipOptions } from "./memberships.ts";
import { DEFAULT_MANA_LIMITS, type ManaLimits, type ManaOptions } from "./options.ts";
import { createRefusedChanges } from "./refused-changes.ts";
import { createProtocol } from "./routes.ts";
import { createSockets } from "./sockets.ts";

export type { ManaLimits, ManaOptions, MembershipOptions };

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
    const { engine, failed } = dialectContext;
    const now = options.now ?? (() => Date.now());
    const context: ManaContext = {
      ...dialectContext,
      options,
      mana: { ...DEFAULT_MANA_LIMITS, ...options.limits },
      deliveries: createDeliveries(now),
      followers: createFollowers({ engine, failed }),
      bells: createBells(engine),
      knownApps: createKnownApps(),
      memberships:
        options.memberships === undefined
          ? undefined
          : createMemberships(options.memberships, { now, failed }),
      refused: createRefusedChanges(dialectContext, now),
      now,
    };
    const sockets = createSockets(context);
    const { serviceKey } = options;
    const beating = setInterval(() => {
      context.followers.poll();
      sockets.refresh();
    }, context.mana.heartbeatMs);
    beating.unref();
    return {
      name: "mana",
      protocols: [
        createProtocol(context, sockets.routes),
        createBackupProtocol(context),
        ...(serviceKey === undefined ? [] : [createServiceProtocol(context, serviceKey)]),
      ],
      health: () => ({
        ...sockets.counts(),
        service: "mana-sync",
        timestamp: new Date(now()).toISOString(),
      }),
      metrics() {
        const { connections, users } = sockets.counts();
        return [
          [
            "mana_sync_connections_total",
            "Sockets of mana-sync that are open.",
            connections,
          ] as const,
          ["mana_sync_users_connected", "Users who have such a socket.", users] as const,
          [
            "syncline_mana_refused_changes",
            "Changes that were refused since the start while the rest of their push was taken.",
            context.refused.count(),
          ] as const,
        ];
      },
      close: () => clearInterval(beating),
    };
  };
}
