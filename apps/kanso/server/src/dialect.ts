// Kanso's own REST interface, spoken on a Syncline server: the original's clients work with it unchanged.

import type { CreateDialect, Dialect, DialectContext } from "@syncline/server";
import { RateLimited } from "@syncline/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { authRoutes } from "./auth-routes.ts";
import { BadBody } from "./body.ts";
import type { KansoContext } from "./context.ts";
import { documentationOf } from "./documentation.ts";
import { entryRoutes } from "./entry-routes.ts";
import { exportRoutes } from "./export-routes.ts";
import { habitRoutes } from "./habit-routes.ts";
import { healthOf } from "./health.ts";
import { IDEMPOTENCY_HEADER } from "./once.ts";
import { RATE_HEADERS, sendBudget } from "./rate.ts";
import { Refusal, refusal, refusalOf } from "./refusal.ts";
import { statsRoutes } from "./stats-routes.ts";
import { createViews, type Views } from "./views.ts";

const PREFIX = "/api/v1";
/** The longest notes and a habit of the longest texts fit many times. */
const BODY_BYTES = 1024 * 1024;
const NOT_FOUND = "404 page not found";
/** Not on the page of the API: what only leads there. */
const HIDDEN: object = { hide: true };

export interface KansoOptions {
  /** Milliseconds since 1970; the views' clock, or the system's where left out. */
  readonly now?: () => number;
  /** Lists of habits with nothing in them are `null`, as the original has them; `[]` where left out. */
  readonly nullLists?: boolean;
  /** What is known of people between requests; its own where left out. To be shared with the streak worker. */
  readonly views?: Views;
}

/**
 * Makes the dialect: for `createServer({ apps: [kansoApp], dialects: [createKanso()], accounts: {} })`.
 * Without `accounts` it has no routes to register and sign in.
 */
export function createKanso(options: KansoOptions = {}): CreateDialect {
  const now = options.now ?? options.views?.now ?? Date.now;
  const views = options.views ?? createViews({ now });
  return (server): Dialect => {
    const context: KansoContext = {
      engine: server.engine,
      verifyToken: server.verifyToken,
      throttle: server.throttle,
      ...(server.accounts === undefined ? {} : { accounts: server.accounts }),
      views,
      nullLists: options.nullLists ?? false,
      now,
    };
    return {
      name: "kanso",
      health: async () => healthOf(await server.parts()),
      corsHeaders: { send: ["x-timezone", "x-csrf-token", IDEMPOTENCY_HEADER], read: RATE_HEADERS },
      metrics: () => [
        [
          "kanso_people_at_hand",
          "People whose habits and statistics are at hand.",
          views.people.size,
        ],
        ["kanso_people_bytes", "About how much memory they take.", views.people.bytes],
      ],
      async routes(app) {
        await app.register(async (scope) => mount(scope, context, server), { prefix: PREFIX });
        app.get("/swagger/index.html", { schema: HIDDEN }, async (_request, reply) =>
          reply.redirect("/docs"),
        );
        app.get("/swagger/doc.json", { schema: HIDDEN }, async (_request, reply) => {
          const { payload } = await app.inject("/openapi.json");
          return reply.type("application/json; charset=utf-8").send(payload);
        });
      },
    };
  };
}

function mount(app: FastifyInstance, context: KansoContext, server: DialectContext): void {
  app.addHook("onRoute", (route) => {
    route.schema = documentationOf(String(route.method), route.url.slice(PREFIX.length));
  });
  // What is documented is neither checked nor cut by the documentation.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  app.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    sendBudget(reply, await context.throttle.address(request.ip), context.now());
    const [path = "", query] = request.url.split("?", 2);
    if (!path.endsWith("/")) return;
    const target = path.replace(/\/+$/, "") + (query === undefined ? "" : `?${query}`);
    return reply.redirect(target, request.method === "GET" ? 301 : 307);
  });
  // Whatever the type says: the original does not look at it. Each route reads the text itself.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "*",
    { parseAs: "string", bodyLimit: BODY_BYTES },
    (_request, body, done) => done(null, body),
  );
  app.setErrorHandler((thrown, request, reply) => {
    const known = answerOf(thrown, request);
    if (known === undefined) server.failed("a request of kanso", thrown);
    send(reply, known ?? failure(request), thrown, context);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).type("text/plain; charset=utf-8").send(NOT_FOUND),
  );
  authRoutes(app, context);
  habitRoutes(app, context);
  entryRoutes(app, context);
  statsRoutes(app, context);
  exportRoutes(app, context);
}

function answerOf(thrown: unknown, request: FastifyRequest): Refusal | undefined {
  if (!(thrown instanceof BadBody)) return refusalOf(thrown);
  return request.url.startsWith(`${PREFIX}/entries`)
    ? new Refusal(400, { error: "invalid request body", details: thrown.message })
    : refusal(400, thrown.message);
}

/** What some routes say when something went wrong that should not. */
const FAILURES: { readonly [route: string]: string } = {
  [`DELETE ${PREFIX}/auth/user`]: "failed to delete account",
  [`GET ${PREFIX}/habits/sync`]: "sync failed",
  [`GET ${PREFIX}/stats/weekly`]: "failed to retrieve statistics",
  [`GET ${PREFIX}/stats/progress`]: "failed to retrieve statistics",
};

function failure({ method, routeOptions }: FastifyRequest): Refusal {
  const error = FAILURES[`${method} ${routeOptions.url}`] ?? "internal server error";
  return new Refusal(500, { error });
}

function send(
  reply: FastifyReply,
  { status, body, retryAfter }: Refusal,
  thrown: unknown,
  { now }: KansoContext,
): void {
  if (thrown instanceof RateLimited) sendBudget(reply, thrown.budget, now());
  if (retryAfter !== undefined) reply.header("retry-after", String(Math.ceil(retryAfter)));
  if (status === 401) reply.header("www-authenticate", "Bearer");
  void reply.code(status).send(body);
}
