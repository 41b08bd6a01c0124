// Kanso's own REST interface, spoken on a Syncline server: the original's clients work with it unchanged.

import { withoutEnd } from "@syncline/core";
import type {
  CreateDialect,
  Dialect,
  Protocol,
  ProtocolAnswer,
  ProtocolCall,
} from "@syncline/server";
import { RateLimited } from "@syncline/server";
import { authRoutes } from "./auth-routes.ts";
import { BadBody } from "./body.ts";
import { DAY_HEADER, type KansoContext, PREFIX, tokenOf, ZONE_HEADER } from "./context.ts";
import { entryRoutes } from "./entry-routes.ts";
import { exportRoutes } from "./export-routes.ts";
import { habitRoutes } from "./habit-routes.ts";
import { healthOf } from "./health.ts";
import { IDEMPOTENCY_HEADER } from "./once.ts";
import { budgetHeaders, RATE_HEADERS } from "./rate.ts";
import { Refusal, refusal, refusalOf } from "./refusal.ts";
import { statsRoutes } from "./stats-routes.ts";
import { swaggerDocument } from "./swagger.ts";
import { createViews, type Views } from "./views.ts";

const NOT_FOUND = "404 page not found";

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
      ...(server.accounts === undefined ? {} : { accounts: server.accounts }),
      views,
      nullLists: options.nullLists ?? false,
      now,
    };
    return {
      name: "kanso",
      health: async () => healthOf(await server.parts()),
      corsHeaders: {
        send: [ZONE_HEADER, "x-csrf-token", IDEMPOTENCY_HEADER],
        read: [...RATE_HEADERS, ZONE_HEADER, DAY_HEADER],
      },
      metrics: () => [
        [
          "kanso_people_at_hand",
          "People whose habits and statistics are at hand.",
          views.people.size,
        ],
        ["kanso_people_bytes", "About how much memory they take.", views.people.bytes],
      ],
      protocols: [apiOf(context, server.failed), documentationPages()],
    };
  };
}

function apiOf(context: KansoContext, failed: (what: string, thrown: unknown) => void): Protocol {
  return {
    name: "kanso",
    prefix: PREFIX,
    routes: [
      ...authRoutes(context),
      ...habitRoutes(context),
      ...entryRoutes(context),
      ...statsRoutes(context),
      ...exportRoutes(context),
    ],
    begin(call) {
      const headers = { "cache-control": "no-store" };
      const answer = redirectOf(call);
      return answer === undefined ? { headers } : { headers, answer };
    },
    identify: async (call) => await context.verifyToken(tokenOf(call)),
    budget: (budget) => budgetHeaders(budget, context.now()),
    refuse(thrown, call) {
      const known = answerOf(thrown, call);
      if (known === undefined) failed("a request of kanso", thrown);
      return toAnswer(known ?? failure(call), thrown, context);
    },
    notFound: () => ({ status: 404, type: "text/plain; charset=utf-8", body: NOT_FOUND }),
  };
}

/** An address with slashes at its end is that without them. */
function redirectOf({ method, path, search }: ProtocolCall): ProtocolAnswer | undefined {
  if (!path.endsWith("/")) return undefined;
  const query = search.size === 0 ? "" : `?${search}`;
  return {
    status: method === "GET" ? 301 : 307,
    headers: { location: withoutEnd(path, "/") + query },
  };
}

/** Where the original had its documentation. */
function documentationPages(): Protocol {
  const document = JSON.stringify(swaggerDocument(PREFIX));
  return {
    name: "kanso documentation",
    unlimited: true,
    routes: [
      {
        method: "GET",
        path: "/swagger/index.html",
        open: true,
        handle: () => ({ status: 302, headers: { location: "/docs" } }),
      },
      {
        method: "GET",
        path: "/swagger/doc.json",
        open: true,
        handle: () => ({ body: document }),
      },
    ],
    identify: async () => {
      throw refusal(401, "authorization header required");
    },
    refuse: (thrown, call) =>
      toAnswer(refusalOf(thrown) ?? failure(call), thrown, { now: Date.now }),
  };
}

function answerOf(thrown: unknown, request: ProtocolCall): Refusal | undefined {
  if (!(thrown instanceof BadBody)) return refusalOf(thrown);
  return request.path.startsWith(`${PREFIX}/entries`)
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

function failure({ method, route }: ProtocolCall): Refusal {
  const error = FAILURES[`${method} ${route}`] ?? "internal server error";
  return new Refusal(500, { error });
}

function toAnswer(
  { status, body, retryAfter }: Refusal,
  thrown: unknown,
  { now }: Pick<KansoContext, "now">,
): ProtocolAnswer {
  return {
    status,
    headers: {
      ...(thrown instanceof RateLimited ? budgetHeaders(thrown.budget, now()) : {}),
      ...(retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(retryAfter)) }),
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    },
    body: JSON.stringify(body),
  };
}
