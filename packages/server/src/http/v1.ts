// Everything under /v1: no route in here runs before the caller is known.

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { SynclineError } from "@syncline/core";
import { PROTOCOL_HEADER, PROTOCOL_VERSIONS } from "@syncline/core/protocol";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Engine } from "../engine/contract.ts";
import type { EventStreams } from "../live/event-stream.ts";
import { liveRoutes } from "../live/live-routes.ts";
import type { Throttle } from "../rate/throttle.ts";
import { authenticate } from "./authenticate.ts";
import type { HttpLimits } from "./limits.ts";
import { memberRoutes } from "./member-routes.ts";
import { principalOf, setPrincipal } from "./principal-of.ts";
import { sendBudget } from "./rate-headers.ts";
import { ruleRoutes } from "./rule-routes.ts";
import { spaceRoutes } from "./space-routes.ts";

export interface V1Options {
  readonly engine: Engine;
  readonly verifyToken: TokenVerifier;
  readonly limits: HttpLimits;
  readonly throttle: Throttle;
  readonly streams: EventStreams;
  /** What log lines call a user; undefined where they do not say. */
  nameUser(userId: string): string | undefined;
}

export const v1: FastifyPluginAsyncTypebox<V1Options> = async (
  app,
  { engine, verifyToken, limits, throttle, streams, nameUser },
) => {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    checkProtocol(request.headers[PROTOCOL_HEADER]);
    sendBudget(reply, await throttle.address(request.ip));
    const principal = await authenticate(request, verifyToken);
    setPrincipal(request, principal);
    const user = nameUser(principal.userId);
    if (user !== undefined) {
      request.log = request.log.child({ user });
      reply.log = request.log;
    }
  });
  app.addHook("preHandler", async (request, reply) => {
    sendBudget(reply, await throttle.user(principalOf(request).userId, unitsOf(request.body)));
  });
  app.addHook("onRoute", (route) => {
    route.schema = { ...route.schema, security: [{ token: [] }, { key: [] }] };
  });
  app.setNotFoundHandler(() => {
    throw new SynclineError("not_found", "There is nothing at this address.");
  });
  await app.register(spaceRoutes, { engine, limits });
  await app.register(memberRoutes, { engine, limits });
  await app.register(ruleRoutes, { engine, limits });
  await app.register(liveRoutes, { streams });
};

/** A request is one unit, a push as many as it has mutations. */
function unitsOf(body: unknown): number {
  if (typeof body !== "object" || body === null || !("mutations" in body)) return 1;
  return Array.isArray(body.mutations) ? Math.max(1, body.mutations.length) : 1;
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
