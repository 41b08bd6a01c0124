// The HTTP interface: Fastify with our body parser, our errors and our routes.

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { type Limits, SynclineError } from "@syncline/core";
import { PROTOCOL_HEADER, PROTOCOL_VERSIONS } from "@syncline/core/protocol";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { JWK } from "jose";
import { accountRoutes } from "../accounts/account-routes.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { CreateDialect, Dialect } from "../dialects/port.ts";
import type { Engine } from "../engine/contract.ts";
import type { KeyStore } from "../keys/index.ts";
import { createLive, type LiveLimits } from "../live/index.ts";
import { type LogSink, type LogUsers, loggerOptions, userNamer } from "../observability/log.ts";
import type { Metrics } from "../observability/metrics.ts";
import { isToldOf } from "../observability/outages.ts";
import type { Parts } from "../observability/parts.ts";
import type { RequestSpan, Tracing } from "../observability/tracing.ts";
import type { Throttle } from "../rate/throttle.ts";
import { addressReader } from "./address.ts";
import { readJsonBody } from "./body.ts";
import { answerBrokenRequest, sendError } from "./errors.ts";
import { healthRoutes } from "./health-routes.ts";
import { keyRoutes } from "./key-routes.ts";
import type { HttpLimits } from "./limits.ts";
import { registerOverload } from "./overload.ts";
import { registerPlugins } from "./plugins.ts";
import { openSite } from "./site.ts";
import { type ByteBudget, createByteBudget } from "./slots.ts";
import { v1 } from "./v1.ts";

export interface HttpOptions {
  readonly engine: Engine;
  readonly verifyToken: TokenVerifier;
  readonly keys: KeyStore;
  /** People who register here; nobody does where left out. */
  readonly accounts?: Accounts;
  /** Public keys of tokens that are signed here; nothing is published where there are none. */
  readonly publishedKeys?: readonly JWK[];
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly httpLimits: HttpLimits;
  readonly liveLimits: LiveLimits;
  readonly throttle: Throttle;
  /** Makes spans; none are made where left out. */
  readonly tracing?: Tracing;
  /** How often to look for commits that the bus did not tell of; never where left out. */
  readonly livePollMs?: number;
  /** @throws {SynclineError} why nothing can be written now */
  ready(): Promise<void>;
  /** Whether other servers are heard; undefined where there can be none. */
  busConnected(): boolean | undefined;
  parts(): Promise<Parts>;
  /** True once the server shuts down: what still arrives is told to come back. */
  closing(): boolean;
  /** Origins whose pages may call this server; none where empty. */
  readonly corsOrigins: readonly string[];
  readonly dialects?: readonly CreateDialect[];
  /** A folder of files that are served where the interface has nothing; none where left out. */
  readonly site?: string;
  /** Whose `X-Forwarded-For` is believed; nobody's where left out. */
  readonly trustProxy?: readonly string[];
  /** What `/metrics` asks for as bearer token; nothing where left out. */
  readonly metricsToken?: string;
  readonly logLevel: string;
  /** How log lines name the user of a request. */
  readonly logUsers: LogUsers;
  readonly logSink?: LogSink;
  readonly version: string;
}

/** Levels that the request's own envelope adds around a record's fields. */
const ENVELOPE_DEPTH = 8;
/** How often the time limits of requests are looked at. */
const CHECK_EVERY_MS = 2_000;
const RETRY_AFTER_SECONDS = 2;

export async function createHttpApp(options: HttpOptions): Promise<FastifyInstance> {
  const { engine, limits, httpLimits, metrics, verifyToken, keys } = options;
  const app = fastify({
    logger: loggerOptions(options.logLevel, options.logSink),
    genReqId: requestId,
    http: {
      headersTimeout: httpLimits.headersMs,
      connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, httpLimits.headersMs),
    },
    requestTimeout: httpLimits.requestMs,
    connectionTimeout: httpLimits.idleMs,
    keepAliveTimeout: 10_000,
    bodyLimit: limits.bodyBytes,
    forceCloseConnections: "idle",
    return503OnClosing: false, // the hook below does it with our error
    exposeHeadRoutes: false,
    trustProxy: options.trustProxy === undefined ? false : [...options.trustProxy],
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: sendError,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
    routerOptions: { maxParamLength: 300 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.server.maxConnections = httpLimits.connections;
  app.server.on("connection", (socket) => {
    metrics.connected(1);
    socket.once("close", () => metrics.connected(-1));
  });

  const failed = (what: string, thrown: unknown) => {
    if (!isToldOf(thrown)) app.log.error({ err: thrown }, `${what} failed`);
  };
  traceRequests(app as unknown as FastifyInstance, options.tracing);
  app.setErrorHandler(sendError);
  await serveRest(app as unknown as FastifyInstance, options.site);
  app.addHook("onRequest", async (request, reply) => {
    reply.header(PROTOCOL_HEADER, PROTOCOL_VERSIONS.join(", ")).header("x-request-id", request.id);
  });
  app.addHook("onResponse", async (request, reply) => {
    metrics.request({
      method: request.method,
      route: request.routeOptions.url ?? "none",
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
    // A connection that was busy when the shutdown began is closed as soon as it has its answer.
    if (options.closing()) setImmediate(() => app.server.closeIdleConnections());
  });
  const bodies = createByteBudget(httpLimits.bodiesBytes);
  readBodies(app, options, bodies);
  const plain = app as unknown as FastifyInstance; // without the type provider, which only routes need
  const { accounts } = options;
  const mounted: Dialect[] = [];
  for (const create of options.dialects ?? []) {
    const dialect = create({
      engine,
      verifyToken,
      keys,
      ...(accounts === undefined ? {} : { accounts }),
      limits,
      throttle: options.throttle,
      corsOrigins: options.corsOrigins,
      addressOf: addressReader(options.trustProxy),
      bodies,
      parts: options.parts,
      closing: options.closing,
      failed,
    });
    mounted.push(dialect);
  }
  await registerPlugins(plain, {
    ...options,
    headers: mounted.flatMap(({ corsHeaders }) => corsHeaders ?? []),
  });
  const overloaded = registerOverload(plain, {
    lagMs: httpLimits.lagMs,
    refused: metrics.overloaded,
  });
  app.addHook("onRequest", async (request) => {
    if (!options.closing() || request.routeOptions.url === "/health") return;
    throw new SynclineError("unavailable", "The server is shutting down.", {
      retryAfter: RETRY_AFTER_SECONDS,
    });
  });

  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  const { ready, metricsToken } = options;
  metrics.gauges(() => mounted.flatMap((dialect) => dialect.metrics?.() ?? []));
  await app.register(healthRoutes, {
    ready,
    metrics,
    welcome: options.site === undefined,
    health: async () => {
      const heard = options.busConnected();
      const bus = heard === undefined ? {} : { bus: heard ? "connected" : "unreachable" };
      return Object.assign(bus, ...(await Promise.all(mounted.map((one) => one.health?.()))));
    },
    ...(metricsToken === undefined ? {} : { metricsToken }),
  });
  const { publishedKeys = [] } = options;
  if (publishedKeys.length > 0) await app.register(keyRoutes, { keys: publishedKeys });
  const live = createLive({
    engine,
    verifyToken,
    limits: options.liveLimits,
    protocolLimits: limits,
    throttle: options.throttle,
    overloaded,
    addressOf: addressReader(options.trustProxy),
    corsOrigins: options.corsOrigins,
    ...(options.livePollMs === undefined ? {} : { pollMs: options.livePollMs }),
    closing: options.closing,
    connected: metrics.socketConnected,
    sent(followers, bytes) {
      metrics.frame(followers, bytes);
      options.tracing?.mark("live.frame", {
        "syncline.followers": followers,
        "syncline.bytes": bytes,
      });
    },
    failed,
  });
  app.server.on("upgrade", (request, socket, head) => {
    if (!mounted.some((dialect) => dialect.upgrade?.(request, socket, head) === true))
      live.upgrade(request, socket, head);
  });
  app.addHook("preClose", async () => {
    await Promise.all([live.close(), ...mounted.map((dialect) => dialect.close?.())]);
  });
  await app.register(v1, {
    prefix: "/v1",
    engine,
    verifyToken,
    limits: httpLimits,
    throttle: options.throttle,
    streams: live.streams,
    nameUser: userNamer(options.logUsers),
  });
  if (accounts !== undefined) {
    const { throttle } = options;
    await app.register(accountRoutes, { prefix: "/accounts", accounts, verifyToken, throttle });
  }
  for (const dialect of mounted) await app.register(routesOf(dialect));
  return plain;
}

/** What a proxy in front calls the request, where that can be one's name in a log; else one of our own. */
function requestId({ headers }: { readonly headers: IncomingMessage["headers"] }): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && /^[\w.:-]{8,128}$/.test(given) ? given : randomUUID();
}

/** What no route has: the site's files, where there is a site. */
async function serveRest(app: FastifyInstance, folder: string | undefined): Promise<void> {
  const firstParts = new Set<string>();
  app.addHook("onRoute", ({ url }) => {
    firstParts.add(url.split("/", 2)[1] ?? "");
  });
  const isReserved = (part: string) => firstParts.has(part);
  const site = folder === undefined ? undefined : await openSite({ folder, isReserved });
  app.setNotFoundHandler(async (request, reply) => {
    if ((await site?.serve(request, reply)) === true) return reply;
    throw new SynclineError("not_found", "There is nothing at this address.");
  });
}

/** A span for each request, around all that is done for it. */
function traceRequests(app: FastifyInstance, tracing: Tracing | undefined): void {
  if (tracing === undefined) return;
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  app.addHook("onRequest", (request, _reply, done) => {
    const route = request.routeOptions.url ?? "none";
    const { traceparent } = request.headers;
    const span = tracing.request(
      `${request.method} ${route}`,
      typeof traceparent === "string" ? traceparent : undefined,
      {
        "http.request.method": request.method,
        "http.route": route,
        "syncline.request_id": request.id,
      },
    );
    spans.set(request, span);
    span.run(done);
  });
  app.addHook("onResponse", async (request, reply) => {
    const { statusCode } = reply;
    spans.get(request)?.end({ "http.response.status_code": statusCode }, statusCode >= 500);
  });
}

function routesOf(dialect: Dialect): (scope: unknown) => Promise<void> {
  // Fastify's types know an instance by the type provider that it was made with; a dialect uses none.
  return async (scope) => dialect.routes(scope as FastifyInstance);
}

/** Bodies are JSON and nothing else, read by our own parser. What they hold is counted until the answer is out. */
function readBodies(
  app: Pick<FastifyInstance, "removeAllContentTypeParsers" | "addContentTypeParser" | "addHook">,
  { limits }: HttpOptions,
  budget: ByteBudget,
): void {
  const held = new WeakMap<FastifyRequest, number>();
  app.addHook("onRequest", async (request, reply) => {
    if (request.headers["content-type"] === undefined) return;
    reply.raw.once("close", () => budget.give(held.get(request) ?? 0));
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    (request: FastifyRequest, payload: IncomingMessage) =>
      readJsonBody(payload, request.headers, {
        maxBytes: limits.bodyBytes,
        maxDepth: limits.jsonDepth + ENVELOPE_DEPTH,
        take(bytes) {
          budget.take(bytes);
          held.set(request, (held.get(request) ?? 0) + bytes);
        },
      }),
  );
}
