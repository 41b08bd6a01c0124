// The routes for operators: alive, ready, metrics, and where everything is.

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { PROTOCOL_VERSIONS } from "@syncline/core/protocol";
import Type from "typebox";
import type { Metrics } from "../observability/metrics.ts";

export interface HealthRouteOptions {
  /** Whether the database answers and the server is not shutting down. */
  ready(): Promise<boolean>;
  readonly metrics: Metrics;
}

export const healthRoutes: FastifyPluginAsyncTypebox<HealthRouteOptions> = async (
  app,
  { ready, metrics },
) => {
  app.get("/", { schema: { summary: "Where everything is", tags: ["operation"] } }, async () => ({
    name: "Syncline",
    protocol: PROTOCOL_VERSIONS,
    docs: "/docs",
    openapi: "/openapi.json",
    health: "/health",
  }));
  app.get(
    "/health",
    {
      schema: {
        summary: "Whether the process is alive",
        tags: ["operation"],
        response: { 200: Type.Object({ status: Type.Literal("ok") }) },
      },
    },
    async () => ({ status: "ok" as const }),
  );
  app.get(
    "/ready",
    {
      schema: {
        summary: "Whether requests are answered",
        tags: ["operation"],
        response: {
          200: Type.Object({ status: Type.Literal("ready") }),
          503: Type.Object({ status: Type.Literal("not ready") }),
        },
      },
    },
    async (_request, reply) =>
      (await ready())
        ? { status: "ready" as const }
        : reply.code(503).send({ status: "not ready" as const }),
  );
  app.get(
    "/metrics",
    { schema: { summary: "Metrics for Prometheus", tags: ["operation"] } },
    async (_request, reply) => {
      const { text, type } = await metrics.read();
      return reply.type(type).send(text);
    },
  );
};
