// Everything under /v1: no route in here runs before the caller is known.

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { SynclineError } from "@syncline/core";
import { PROTOCOL_HEADER, PROTOCOL_VERSIONS } from "@syncline/core/protocol";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Engine } from "../engine/contract.ts";
import type { EventStreams } from "../live/event-stream.ts";
import { liveRoutes } from "../live/live-routes.ts";
import { authenticate } from "./authenticate.ts";
import type { HttpLimits } from "./limits.ts";
import { memberRoutes } from "./member-routes.ts";
import { setPrincipal } from "./principal-of.ts";
import { spaceRoutes } from "./space-routes.ts";

export interface V1Options {
  readonly engine: Engine;
  readonly verifyToken: TokenVerifier;
  readonly limits: HttpLimits;
  readonly streams: EventStreams;
}

export const v1: FastifyPluginAsyncTypebox<V1Options> = async (
  app,
  { engine, verifyToken, limits, streams },
) => {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    checkProtocol(request.headers[PROTOCOL_HEADER]);
    setPrincipal(request, await authenticate(request, verifyToken));
  });
  app.addHook("onRoute", (route) => {
    route.schema = { ...route.schema, security: [{ token: [] }] };
  });
  app.setNotFoundHandler(() => {
    throw new SynclineError("not_found", "There is nothing at this address.");
  });
  await app.register(spaceRoutes, { engine, limits });
  await app.register(memberRoutes, { engine, limits });
  await app.register(liveRoutes, { streams });
};

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
