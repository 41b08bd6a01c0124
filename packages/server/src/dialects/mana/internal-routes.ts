// The internal addresses: for the other side's own services, which write for users without a token of theirs.

import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "../../auth/principal.ts";
import type { ManaContext } from "./context.ts";
import { type Answer, push } from "./push.ts";
import { readPush, readUserId } from "./read-push.ts";
import { Refusal } from "./refusal.ts";

/** What a service writes as, where it does not say. */
const SERVICE_CLIENT = "system:service";

interface InternalRoutesOptions {
  readonly context: ManaContext;
  readonly serviceKey: string;
  readonly route: object;
  /** Sends an answer as the other side's server writes it. */
  sendJson(reply: FastifyReply, value: unknown): FastifyReply;
}

export function addInternalRoutes(
  app: FastifyInstance,
  { context, serviceKey, route, sendJson }: InternalRoutesOptions,
): void {
  const expected = digestOf(serviceKey);
  // Before a body is read: nobody without the key is read anything of.
  app.addHook("onRequest", async (request) => {
    await context.throttle.address(request.ip);
    const given = request.headers["x-service-key"];
    if (typeof given !== "string" || !timingSafeEqual(digestOf(given), expected))
      throw new Refusal(401, "unauthorized: the service key is wrong or missing");
  });
  app.post<{ Params: { readonly appId: string } }>(
    "/internal/sync/:appId",
    route,
    async (request, reply) => {
      return sendJson(reply, await pushFor(context, request.params.appId, request));
    },
  );
}

/** The same push, with the same answer, on behalf of the user that the body names. */
async function pushFor(
  context: ManaContext,
  appId: string,
  request: FastifyRequest,
): Promise<Answer> {
  const body = typeof request.body === "string" ? request.body : "";
  const userId = readUserId(body);
  const sent = readPush(body, context.mana);
  // The key vouches for the user, whose own token, account and billing are not asked for.
  const principal: Principal = { userId, vouched: true };
  const clientId = sent.clientId === "" ? SERVICE_CLIENT : sent.clientId;
  return await push(context, principal, { appId, sent: { ...sent, clientId } });
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
