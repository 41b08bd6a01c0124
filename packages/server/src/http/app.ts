// The HTTP interface: Fastify with our body parser, our errors and our routes.

import type { IncomingMessage } from "node:http";
import { constants } from "node:zlib";
import compress from "@fastify/compress";
import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { type Limits, SynclineError } from "@syncline/core";
import { PROTOCOL_HEADER, PROTOCOL_VERSIONS } from "@syncline/core/protocol";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Engine } from "../engine/contract.ts";
import type { Metrics } from "../observability/metrics.ts";
import { authenticate } from "./authenticate.ts";
import { readJsonBody } from "./body.ts";
import { sendError } from "./errors.ts";
import { healthRoutes } from "./health-routes.ts";
import { memberRoutes } from "./member-routes.ts";
import { setPrincipal } from "./principal-of.ts";
import { spaceRoutes } from "./space-routes.ts";

export interface HttpOptions {
  readonly engine: Engine;
  readonly verifyToken: TokenVerifier;
  readonly metrics: Metrics;
  readonly limits: Limits;
  ready(): Promise<boolean>;
  /** Origins whose pages may call this server; none where empty. */
  readonly corsOrigins: readonly string[];
  readonly logLevel: string;
  readonly version: string;
}

/** Levels that the request's own envelope adds around a record's fields. */
const ENVELOPE_DEPTH = 8;

export async function createHttpApp(options: HttpOptions): Promise<FastifyInstance> {
  const { engine, limits, metrics } = options;
  const app = fastify({
    logger: {
      level: options.logLevel,
      redact: ["req.headers.authorization", "req.headers.cookie"],
    },
    bodyLimit: limits.bodyBytes,
    requestTimeout: 30_000,
    keepAliveTimeout: 10_000,
    forceCloseConnections: "idle",
    return503OnClosing: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
    routerOptions: { maxParamLength: 300 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.server.headersTimeout = 15_000;
  app.server.on("connection", (socket) => {
    metrics.connected(1);
    socket.once("close", () => metrics.connected(-1));
  });

  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendError(new SynclineError("not_found", "There is nothing at this address."), request, reply),
  );
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    async (request: FastifyRequest, payload: IncomingMessage) =>
      readJsonBody(payload, request.headers["content-encoding"], {
        maxBytes: limits.bodyBytes,
        maxDepth: limits.jsonDepth + ENVELOPE_DEPTH,
      }),
  );

  app.addHook("onRequest", async (request, reply) => {
    reply.header(PROTOCOL_HEADER, PROTOCOL_VERSIONS.join(", "));
    if (!request.url.startsWith("/v1/")) return;
    reply.header("cache-control", "no-store");
    checkProtocol(request.headers[PROTOCOL_HEADER]);
    setPrincipal(request, await authenticate(request, options.verifyToken));
  });
  app.addHook("onResponse", async (request, reply) => {
    metrics.request({
      method: request.method,
      route: request.routeOptions.url ?? "none",
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
  });

  await app.register(helmet, {
    contentSecurityPolicy: false,
    crossOriginResourcePolicy: { policy: "cross-origin" },
  });
  await app.register(cors, {
    origin: options.corsOrigins.length === 0 ? false : [...options.corsOrigins],
    methods: ["GET", "POST", "PUT", "DELETE"],
    exposedHeaders: [PROTOCOL_HEADER, "retry-after"],
    maxAge: 600,
  });
  await app.register(compress, {
    globalDecompression: false,
    threshold: 1_024,
    encodings: ["br", "gzip"],
    // Text that is made once and sent once: a better ratio costs more than it saves.
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    zlibOptions: { level: 4 },
    customTypes: /json|text/,
  });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Syncline",
        version: options.version,
        description:
          'The native protocol, version 1. Every error is {"error": {code, message, path?, retryAfter?}}.',
      },
      components: {
        securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      },
      security: [{ token: [] }],
      tags: [{ name: "sync" }, { name: "members" }, { name: "operation" }],
    },
  });
  await app.register(swaggerUi, { routePrefix: "/docs" });
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  await app.register(healthRoutes, { ready: options.ready, metrics });
  await app.register(spaceRoutes, { engine, limits });
  await app.register(memberRoutes, { engine });
  return app as unknown as FastifyInstance; // without the type provider, which only routes need
}

function checkProtocol(header: string | string[] | undefined): void {
  if (header === undefined) return;
  const asked = String(header)
    .split(",")
    .map((version) => Number(version.trim()));
  if (asked.some((version) => PROTOCOL_VERSIONS.includes(version))) return;
  throw new SynclineError(
    "incompatible",
    `This server speaks version ${PROTOCOL_VERSIONS.join(", ")} of the protocol: update the client or the server.`,
  );
}
