// The front: everything that is true of every request, stream and socket, whatever protocol it speaks.

import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { fileURLToPath } from "node:url";
import { type Limits, SynclineError } from "@syncline/core";
import { PROTOCOL_HEADER, PROTOCOL_VERSIONS } from "@syncline/core/protocol";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { JWK } from "jose";
import type { Principal } from "../auth/principal.ts";
import { type LogSink, type LogUsers, loggerOptions, userNamer } from "../observability/log.ts";
import type { Metrics } from "../observability/metrics.ts";
import { isToldOf } from "../observability/outages.ts";
import type { RequestSpan, Tracing } from "../observability/tracing.ts";
import type { Protocol } from "../protocol/port.ts";
import type { Throttle } from "../rate/throttle.ts";
import { addressReader } from "./address.ts";
import { registerBodies } from "./bodies.ts";
import { createByteBudget } from "./byte-budget.ts";
import { limitConnections } from "./connections.ts";
import { createEnds, type Ends } from "./ends.ts";
import { answerBrokenRequest, sendError } from "./errors.ts";
import { cutHalfSent } from "./half-sent.ts";
import { healthRoutes, type MetricsAccess } from "./health-routes.ts";
import { keyRoutes } from "./key-routes.ts";
import type { HttpLimits } from "./limits.ts";
import { mount } from "./mount.ts";
import { refuseOverload, watchOverload } from "./overload.ts";
import { createPace } from "./pace.ts";
import { registerPlugins } from "./plugins.ts";
import { consolePolicy, openSite, type Site, sitePolicy } from "./site.ts";
import { createSockets } from "./sockets.ts";
import { lateValidators } from "./validators.ts";

/** What a server speaks, and says of itself. */
export interface Surface {
  readonly protocols: readonly Protocol[];
  /** Headers that pages of other origins may send and read. */
  readonly corsHeaders: readonly {
    readonly send: readonly string[];
    readonly read: readonly string[];
  }[];
  /** What `/health` says besides. */
  health(): Promise<{ readonly [name: string]: unknown }>;
  /** Ends what goes on by itself, once no stream and no socket is open. */
  close(): void;
}

/** What the front lends to whoever speaks. */
export interface FrontContext {
  /** Why nothing more can be taken now. */
  overloaded(): SynclineError | undefined;
  openapi(): object;
  failed(what: string, thrown: unknown): void;
  declined(what: string, reason: string): void;
}

export interface FrontOptions {
  /** Made once the server's own parts are there. */
  speak(context: FrontContext): Surface | Promise<Surface>;
  /** Which of those who are connected may still be: asked of the store. */
  areGood(principals: readonly Principal[]): Promise<ReadonlySet<Principal>>;
  /** Public keys of tokens that are signed here; nothing is published where there are none. */
  readonly publishedKeys?: readonly JWK[];
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly httpLimits: HttpLimits;
  readonly throttle: Throttle;
  /** Makes spans; none are made where left out. */
  readonly tracing?: Tracing;
  /** @throws {SynclineError} why nothing can be written now, or that the server shuts down */
  ready(): Promise<void>;
  /** True once the server shuts down: what still arrives is told to come back. */
  closing(): boolean;
  /** Origins whose pages may call this server; none where empty. */
  readonly corsOrigins: readonly string[];
  /** A folder of files that are served where the interface has nothing; none where left out. */
  readonly site?: string | undefined;
  /** Whether the console is served at `/console`. */
  readonly console: boolean;
  /** Whose `X-Forwarded-For` is believed; nobody's where left out. */
  readonly trustProxy?: readonly string[];
  readonly metricsAccess: MetricsAccess;
  readonly logLevel: string;
  /** How log lines name the user of a request. */
  readonly logUsers: LogUsers;
  readonly logSink?: LogSink;
  readonly version: string;
}

export interface Front {
  readonly app: FastifyInstance;
  readonly ends: Pick<Ends, "look">;
  /** All routes as `METHOD /path`, and all sockets as `SOCKET /path`. */
  readonly routes: readonly string[];
}

/** How often the time limits of requests are looked at. */
const CHECK_EVERY_MS = 2_000;
const RETRY_AFTER_SECONDS = 2;

export async function createFront(options: FrontOptions): Promise<Front> {
  const { limits, httpLimits, metrics } = options;
  const trusted = addressReader(options.trustProxy);
  const app: FastifyInstance = fastify({
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
    schemaController: { compilersFactory: { buildValidator: lateValidators() } },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
    routerOptions: { maxParamLength: 300 },
  });
  const failed = (what: string, thrown: unknown) => {
    if (!isToldOf(thrown)) app.log.error({ err: thrown }, `${what} failed`);
  };
  const declined = (what: string, reason: string) =>
    app.log.warn({ reason }, `${what} was refused`);
  limitConnections(app.server, httpLimits, {
    trusts: trusted.trusts,
    connected: metrics.connected,
  });
  const ends = createEnds({
    limits: {
      ofAddress: httpLimits.streamsOfAddress,
      unreadBytes: httpLimits.unreadBytes,
      unreadBytesOfAll: httpLimits.unreadBytesOfAll,
    },
    areGood: options.areGood,
    failed,
  });
  const routes: string[] = [];
  app.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat()) routes.push(`${one} ${url}`);
  });

  traceRequests(app, options.tracing);
  app.setErrorHandler(sendError);
  await serveRest(app, options);
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
  cutHalfSent(app, httpLimits.halfSentMs);
  registerBodies(app, limits, createByteBudget(httpLimits.bodiesBytes));
  const overloaded = watchOverload(app, {
    lagMs: httpLimits.lagMs,
    refused: metrics.overloaded,
  });
  const surface = await options.speak({
    overloaded,
    openapi: () => app.swagger(),
    failed,
    declined,
  });
  await registerPlugins(app, { ...options, headers: surface.corsHeaders });
  refuseOverload(app, overloaded);
  app.addHook("onRequest", async (request) => {
    if (!options.closing() || request.routeOptions.url === "/health") return;
    throw new SynclineError("unavailable", "The server is shutting down.", {
      retryAfter: RETRY_AFTER_SECONDS,
    });
  });

  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  const { ready, metricsAccess, throttle } = options;
  await app.register(healthRoutes, {
    ready,
    metrics,
    welcome: options.site === undefined,
    health: surface.health,
    metricsAccess,
  });
  const { publishedKeys = [] } = options;
  if (publishedKeys.length > 0) await app.register(keyRoutes, { keys: publishedKeys });
  const socketRoutes = surface.protocols.flatMap(({ sockets = [] }) => sockets);
  const sockets = createSockets({
    routes: socketRoutes,
    ends,
    throttle,
    pace: createPace({
      perSecond: httpLimits.messagesOfAddress,
      now: () => performance.now(),
    }),
    overloaded,
    addressOf: trusted.addressOf,
    corsOrigins: options.corsOrigins,
    closing: options.closing,
    connected: metrics.socketConnected,
    failed,
  });
  for (const { path } of socketRoutes) routes.push(`SOCKET ${path}`);
  metrics.gauges(() => [
    ["syncline_unread_bytes", "Bytes that wait for readers of streams and sockets.", ends.unread()],
  ]);
  app.server.on("upgrade", sockets.upgrade);
  app.addHook("preClose", async () => {
    ends.endStreams();
    await sockets.close();
    ends.close();
    surface.close();
  });
  const nameUser = userNamer(options.logUsers);
  for (const protocol of surface.protocols) {
    const { prefix } = protocol;
    await app.register(
      (scope, _options, done) => {
        mount(scope, protocol, { throttle, ends, failed, nameUser });
        done();
      },
      prefix === undefined ? {} : { prefix },
    );
  }
  return { app, ends, routes };
}

/** What a proxy in front calls the request, where that can be one's name in a log; else one of our own. */
function requestId({ headers }: { readonly headers: IncomingHttpHeaders }): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && /^[\w.:-]{8,128}$/.test(given) ? given : randomUUID();
}

/** The console's first part, and the folder of this package that it is built into. */
const CONSOLE = "console";
const CONSOLE_FOLDER = fileURLToPath(new URL("../../console/", import.meta.url));

/** What no route has: files of the console and of the site, where they are served. */
async function serveRest(app: FastifyInstance, options: FrontOptions): Promise<void> {
  const firstParts = new Set<string>();
  app.addHook("onRoute", ({ url }) => {
    firstParts.add(url.split("/", 2)[1] ?? "");
  });
  const isReserved = (part: string) => firstParts.has(part);
  const sites: Site[] = [];
  if (options.console) {
    firstParts.add(CONSOLE);
    // In a checkout where nobody has built it there is none.
    if (existsSync(CONSOLE_FOLDER))
      sites.push(
        await openSite({
          folder: CONSOLE_FOLDER,
          under: CONSOLE,
          packed: true,
          isReserved: () => false,
          policy: consolePolicy,
        }),
      );
  }
  if (options.site !== undefined)
    sites.push(await openSite({ folder: options.site, isReserved, policy: sitePolicy }));
  app.setNotFoundHandler(async (request, reply) => {
    for (const site of sites) if (await site.serve(request, reply)) return reply;
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
