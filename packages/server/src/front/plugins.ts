// Fastify's plug-ins, as this server uses them: headers, CORS, compression, OpenAPI.

import { constants } from "node:zlib";
import compress from "@fastify/compress";
import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { PROTOCOL_HEADER } from "@syncline/core/protocol";
import type { FastifyInstance } from "fastify";
import { RATE_HEADERS } from "../http/rate-headers.ts";

export interface PluginOptions {
  /** Origins whose pages may call this server; none where empty. */
  readonly corsOrigins: readonly string[];
  /** What dialects send and read besides. */
  readonly headers: readonly {
    readonly send: readonly string[];
    readonly read: readonly string[];
  }[];
  readonly version: string;
}

const PREFLIGHT_SECONDS = 600;

export async function registerPlugins(app: FastifyInstance, options: PluginOptions): Promise<void> {
  await app.register(helmet, {
    // Answers are data: nothing in them may ever run. The page of /docs states its own policy.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: false, // for whoever terminates TLS to say: it binds neighbours too
    crossOriginResourcePolicy: { policy: "cross-origin" },
  });
  await app.register(cors, {
    origin: options.corsOrigins.length === 0 ? false : [...options.corsOrigins],
    methods: ["GET", "POST", "PUT", "DELETE"],
    allowedHeaders: [
      "authorization",
      "x-api-key",
      "content-type",
      "content-encoding",
      "idempotency-key",
      PROTOCOL_HEADER,
      ...options.headers.flatMap(({ send }) => send),
    ],
    exposedHeaders: [
      PROTOCOL_HEADER,
      "retry-after",
      "x-request-id",
      // Where a reader of simple-sync is.
      "etag",
      "syncline-place",
      "syncline-more",
      ...RATE_HEADERS,
      ...options.headers.flatMap(({ read }) => read),
    ],
    maxAge: PREFLIGHT_SECONDS,
  });
  await app.register(compress, {
    globalDecompression: false,
    threshold: 1_024,
    encodings: ["br", "gzip"],
    // For speed: on records, brotli at 1 is about seven times as fast as at 4, and its output a tenth larger.
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
    zlibOptions: { level: 4 },
    // An event that waits in a compressor would come too late.
    customTypes: /json|text\/(?!event-stream)/,
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
        securitySchemes: {
          token: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
          key: { type: "apiKey", in: "header", name: "X-API-Key" },
        },
      },
      tags: [
        { name: "sync", description: "Push and pull" },
        { name: "accounts", description: "Register and sign in, where the server keeps accounts" },
        { name: "members", description: "Who may use a space; for its owners" },
        { name: "sharing", description: "One's spaces, and invitations to them" },
        { name: "rules", description: "Who may do what to which record" },
        { name: "operation", description: "For those who run the server" },
        { name: "admin", description: "Running the server by programs; for admin keys" },
      ],
    },
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    staticCSP: true,
    // A server without TLS in front of it has nothing to upgrade to.
    transformStaticCSP: (header) => header.replace("upgrade-insecure-requests;", ""),
  });
}
