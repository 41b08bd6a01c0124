// The one reader of bodies: by the rule of the route that is asked, with room for them all counted until the answers are out.

import type { IncomingMessage } from "node:http";
import { type Limits, SynclineError } from "@syncline/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { BodyRule } from "../protocol/port.ts";
import { readBody } from "./body.ts";
import type { ByteBudget } from "./byte-budget.ts";
import { routeOf } from "./route-of.ts";

/** Levels that a request's own envelope adds around a record's fields. */
const ENVELOPE_DEPTH = 8;
const JSON_ONLY: BodyRule = { as: "json" };

export function registerBodies(app: FastifyInstance, limits: Limits, budget: ByteBudget): void {
  const held = new WeakMap<FastifyRequest, number>();
  app.addHook("onRequest", async (request, reply) => {
    const { "content-length": length, "transfer-encoding": pieces } = request.headers;
    if (length === undefined && pieces === undefined) return;
    reply.raw.once("close", () => budget.give(held.get(request) ?? 0));
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", async (request: FastifyRequest, payload: IncomingMessage) => {
    const rule = ruleOf(request);
    if (rule === undefined || request.is404) {
      payload.resume();
      return undefined;
    }
    if (rule.anyType !== true && !isJson(request.headers["content-type"]))
      throw new SynclineError("unsupported_media_type", "Send the body as application/json.");
    return await readBody(payload, request.headers, {
      as: rule.as,
      ...(rule.tooDeep === undefined ? {} : { tooDeep: rule.tooDeep }),
      maxBytes: rule.maxBytes ?? limits.bodyBytes,
      maxDepth: rule.maxDepth ?? limits.jsonDepth + ENVELOPE_DEPTH,
      take(bytes) {
        budget.take(bytes);
        held.set(request, (held.get(request) ?? 0) + bytes);
      },
    });
  });
}

/** What no protocol has declared is read as JSON, or not at all. */
function ruleOf(request: FastifyRequest): BodyRule | undefined {
  const route = routeOf(request);
  return route === undefined ? JSON_ONLY : route.body;
}

function isJson(type: string | undefined): boolean {
  return type?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}
