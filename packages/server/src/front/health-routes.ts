// The routes for operators: alive, ready, metrics, and where everything is.

import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { SynclineError } from "@syncline/core";
import { ErrorResponseSchema, PROTOCOL_VERSIONS } from "@syncline/core/protocol";
import Type from "typebox";
import { bearerOf } from "../auth/authenticate.ts";
import type { Metrics } from "../observability/metrics.ts";

/** Who may read the metrics: everybody, nobody, or who has a token. */
export type MetricsAccess = "open" | "off" | { readonly token: string };

export interface HealthRouteOptions {
  /** @throws {SynclineError} why nothing can be written now, or that the server shuts down */
  ready(): Promise<void>;
  readonly metrics: Metrics;
  readonly metricsAccess: MetricsAccess;
  /** Whether `/` says where everything is; something else is there otherwise. */
  readonly welcome: boolean;
  /** What the dialects add to `/health`. */
  health(): Promise<{ readonly [name: string]: unknown }>;
}

export const healthRoutes: FastifyPluginAsyncTypebox<HealthRouteOptions> = async (
  app,
  { ready, metrics, metricsAccess, welcome, health },
) => {
  const places = {
    name: "Syncline",
    protocol: PROTOCOL_VERSIONS,
    docs: "/docs",
    openapi: "/openapi.json",
    health: "/health",
    ready: "/ready",
    metrics: "/metrics",
  };
  if (welcome)
    app.get(
      "/",
      { schema: { operationId: "welcome", summary: "Where everything is", tags: ["operation"] } },
      async () => places,
    );
  app.get(
    "/health",
    {
      exposeHeadRoute: true,
      schema: {
        operationId: "health",
        summary: "Whether the process is alive",
        tags: ["operation"],
        response: {
          200: Type.Object({ status: Type.Literal("ok") }, { additionalProperties: true }),
          503: Type.Object({ status: Type.Literal("degraded") }, { additionalProperties: true }),
        },
      },
    },
    async (_request, reply) => {
      const said = await health();
      const isDegraded = said["status"] === "degraded";
      const status = isDegraded ? ("degraded" as const) : ("ok" as const);
      const members = Object.entries({ ...said, status });
      // Whoever compares texts finds the members in their order.
      members.sort(([a], [b]) => (a < b ? -1 : 1));
      return reply
        .code(isDegraded ? 503 : 200)
        .type("application/json")
        .serializer(String)
        .send(JSON.stringify(Object.fromEntries(members)) as never); // its form is that of the schema
    },
  );
  app.get(
    "/ready",
    {
      exposeHeadRoute: true,
      schema: {
        operationId: "ready",
        summary: "Whether reads and writes succeed",
        tags: ["operation"],
        response: { 200: Type.Object({ status: Type.Literal("ready") }), 503: ErrorResponseSchema },
      },
    },
    async () => {
      await ready();
      return { status: "ready" as const };
    },
  );
  app.get(
    "/metrics",
    {
      exposeHeadRoute: true,
      schema: {
        operationId: "metrics",
        summary: "Metrics for Prometheus",
        tags: ["operation"],
        ...(typeof metricsAccess === "string" ? {} : { security: [{ token: [] }] }),
      },
    },
    async (request, reply) => {
      const isOff = metricsAccess === "off";
      const token = typeof metricsAccess === "string" ? undefined : metricsAccess.token;
      if (isOff || (token !== undefined && !isSame(bearerOf(request) ?? "", token)))
        throw new SynclineError("unauthenticated", "The metrics need their token.");
      const { text, type } = await metrics.read();
      return reply.type(type).send(text);
    },
  );
};

/** Compares without telling by its duration where two texts differ. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
