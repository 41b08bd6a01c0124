// The simple-sync dialect: an authoritative history that clients push to and read, guarded by rules.

import { ROOT_USER } from "@syncline/core";
import type { CreateDialect } from "../port.ts";
import { simpleApp } from "./app.ts";
import type { LegacyUser, SimpleContext, SimpleOptions } from "./context.ts";
import { createProtocols } from "./routes.ts";
import { createTimeline } from "./timeline.ts";

export type { LegacyUser, SimpleOptions };

/**
 * Speaks simple-sync on the engine: the history is the log of one space, rules are the space's access rules, and its
 * users and keys are the server's.
 *
 * ```ts
 * import { createMemoryStore, createServer, simpleDialect } from "@syncline/server";
 *
 * const server = await createServer({
 *   store: createMemoryStore(),
 *   apps: [],
 *   auth: { secret: "a secret of 32 bytes or more, for HS256" },
 *   dialects: [simpleDialect({ onRootKey: (key) => console.log(`the key of .root, shown once: ${key}`) })],
 * });
 * ```
 */
export function simpleDialect(options: SimpleOptions = {}): CreateDialect {
  const name = options.app ?? "simple";
  const address = { app: name, name: options.space ?? "main" };
  let isUser = async (_userId: string) => false;
  const create: CreateDialect = (dialectContext) => {
    const { engine, keys } = dialectContext;
    isUser = keys.hasUser;
    const context: SimpleContext = {
      ...dialectContext,
      options,
      address,
      timeline: createTimeline(engine),
      now: options.now ?? (() => Date.now()),
      admit: (principal, access) => engine.admit(principal, address, access),
    };
    return {
      name: "simple",
      protocols: createProtocols(context),
      async start() {
        // Of several servers that meet an empty database at once, one makes the user.
        if (await keys.createUser(ROOT_USER)) {
          const { key } = await keys.createKey(ROOT_USER, {
            description: "made at the first start",
          });
          options.onRootKey?.(key);
        }
      },
    };
  };
  return Object.assign(create, {
    apps: [
      simpleApp({
        name,
        older: options.legacy !== undefined,
        isUser: (userId) => isUser(userId),
        now: options.now ?? (() => Date.now()),
      }),
    ],
  });
}
