// The kit's endpoints on spaces of the engine: its clients, Go programs that speak the same, and native clients share them.

import { type SpaceAddress, SynclineError } from "@syncline/core";
import { observeStore } from "@syncline/kit";
import { createSyncHandler, toNodeListener } from "@syncline/kit/http";
import { createEventStreamHandler } from "@syncline/kit/sse";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AppDefinition } from "../../apps/app.ts";
import { defineApp } from "../../apps/define-app.ts";
import type { Principal } from "../../auth/principal.ts";
import { authenticate } from "../../http/authenticate.ts";
import type { CreateDialect, DialectContext } from "../port.ts";
import { createEngineStore } from "./engine-store.ts";
import { EVENTS, problemOf } from "./events.ts";

export interface KitDialectOptions {
  /** The app's name on the native protocol; `kit` where left out. */
  readonly app?: string;
  /** Who calls without a token: programs of the original send none. Nobody is let in without one where left out. */
  readonly anonymous?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const PREFIX = "/kit";

/**
 * Serves `/kit/{space}/push`, `/pull`, `/latest-version`, `/pull-cursor` and `/sse`, which is what clients of
 * `@syncline/kit` and of the Go Sync Kit ask of a server: their base address is `https://…/kit/{space}`.
 *
 * ```ts
 * import { createMemoryStore, createServer, kitDialect } from "@syncline/server";
 *
 * const server = await createServer({
 *   store: createMemoryStore(),
 *   apps: [],
 *   auth: { secret: "a secret of 32 bytes or more, for HS256" },
 *   dialects: [kitDialect()],
 * });
 * ```
 */
export function kitDialect(options: KitDialectOptions = {}): CreateDialect {
  const app = options.app ?? "kit";
  const create: CreateDialect = (context) => ({
    name: "kit",
    routes(fastify: FastifyInstance) {
      // Bodies are read by the kit: compressed, bounded, and in its words.
      fastify.removeAllContentTypeParsers();
      fastify.addContentTypeParser("*", (_request, _payload, done) => done(null));
      fastify.setErrorHandler(sendError);
      fastify.route<{ Params: { space: string } }>({
        // All of them: what a method is not for, the kit says in its words.
        method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
        url: `${PREFIX}/:space/*`,
        schema: { hide: true },
        handler: async (request, reply) => {
          const principal = await identify(request, context, options.anonymous);
          await context.throttle.user(principal.userId, 1);
          await answer(request, reply, {
            context,
            principal,
            address: { app, name: request.params.space },
            now: options.now ?? (() => Date.now()),
          });
          return reply;
        },
      });
    },
  });
  return Object.assign(create, { apps: [kitApp(app)] });
}

/** Events are written once, by whoever writes them, and look like events also when they come another way. */
function kitApp(name: string): AppDefinition {
  return defineApp({
    name,
    collections: { [EVENTS]: { policy: "log" } },
    createSpaces: "anyone",
    validate: ({ id, fields }) => problemOf(id, fields),
  });
}

async function identify(
  request: FastifyRequest,
  { throttle, verifyToken }: DialectContext,
  anonymous: string | undefined,
): Promise<Principal> {
  await throttle.address(request.ip);
  const { authorization, "x-api-key": key } = request.headers;
  if (anonymous !== undefined && authorization === undefined && key === undefined)
    return { userId: anonymous, vouched: true };
  return await authenticate(request, verifyToken);
}

interface Asked {
  readonly context: DialectContext;
  readonly principal: Principal;
  readonly address: SpaceAddress;
  now(): number;
}

/** Gives the request to the kit's own handler, on a store that its caller may use. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { context: { engine, limits, failed }, principal, address, now }: Asked,
): Promise<void> {
  // Who has no right hears so here, whatever is asked.
  await engine.admit(principal, address, "read");
  const store = observeStore(createEngineStore({ engine, principal, address, limits, now }));
  const handler = createSyncHandler({
    store,
    maxRequestBytes: limits.bodyBytes,
    maxInflatedBytes: limits.bodyBytes * 2,
    stream: createEventStreamHandler({ store }),
    failed: (thrown) => failed("a request of the kit", thrown),
  });
  const { raw } = request;
  raw.url = (raw.url ?? "").replace(new RegExp(`^${PREFIX}/[^/?]*`), "");
  // What was said so far, to browsers of other origins above all, stands: the kit adds to it.
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value);
  reply.hijack();
  toNodeListener(handler)(raw, reply.raw);
}

function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = thrown instanceof SynclineError ? thrown : new SynclineError("internal");
  if (error.status >= 500) request.log.error({ err: thrown }, "request failed");
  if (error.retryAfter !== undefined)
    reply.header("retry-after", String(Math.ceil(error.retryAfter)));
  reply
    .code(error.status)
    .type("application/json")
    .serializer(String)
    .send(JSON.stringify({ error: error.message }));
}
