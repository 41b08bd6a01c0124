// The routes of this dialect, with the original's statuses, headers and texts.

import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "../../auth/principal.ts";
import { identify } from "./caller.ts";
import type { ManaContext } from "./context.ts";
import { answerCors, originCheck } from "./cors.ts";
import { toJson } from "./go-json.ts";
import { encodeName } from "./ids.ts";
import { addInternalRoutes } from "./internal-routes.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import { readBody } from "./read-body.ts";
import { readPush } from "./read-push.ts";
import { Refusal, toRefusal } from "./refusal.ts";
import type { Streams } from "./stream.ts";

const MAX_COLLECTIONS = 256;

interface Params {
  readonly appId: string;
}

const SYNC = "/sync/:appId";
/** Our own CORS is kept out: this dialect answers as the original does. Its types are known only where it is imported. */
const CONFIG = { cors: false } as FastifyContextConfig;
const ROUTE = { config: CONFIG, schema: { hide: true } };
const READING = { ...ROUTE, exposeHeadRoute: true };

export async function addRoutes(
  app: FastifyInstance,
  context: ManaContext,
  streams: Streams,
): Promise<void> {
  const isAllowed = originCheck(context.options.corsOrigins ?? context.corsOrigins);
  app.removeAllContentTypeParsers();
  const held = new WeakMap<FastifyRequest, number>();
  app.addContentTypeParser("*", (request: FastifyRequest, payload: NodeJS.ReadableStream) =>
    readBody(payload, {
      maxBytes: context.mana.bodyBytes,
      take(bytes) {
        context.bodies.take(bytes);
        held.set(request, (held.get(request) ?? 0) + bytes);
      },
    }),
  );
  app.setErrorHandler((thrown, request, reply) => sendRefusal(thrown, request, reply));
  app.addHook("onRequest", async (request, reply) => {
    reply.raw.once("close", () => context.bodies.give(held.get(request) ?? 0));
    if (answerCors(request, reply, isAllowed)) return reply.code(204).send();
    const { appId } = request.params as Partial<Params>; // what the address names, if anything
    if (appId === "") throw new Refusal(404, "404 page not found");
    return undefined;
  });
  refuseOthers(app, SYNC, ["POST"]);
  refuseOthers(app, `${SYNC}/pull`, ["GET", "HEAD"]);
  refuseOthers(app, `${SYNC}/stream`, ["GET"]);
  for (const url of ["/ws", "/ws/:appId"]) {
    app.get(url, ROUTE, async (_request, reply) => {
      reply.header("upgrade", "websocket");
      throw new Refusal(426, "WebSocket protocol violation: this is no upgrade to a WebSocket");
    });
  }
  for (const url of ["/sync/*", "/ws/*", "/backup/*", "/internal/*"]) app.all(url, ROUTE, notFound);
  const { serviceKey } = context.options;
  if (serviceKey !== undefined) {
    await app.register((internal, _options, done) => {
      addInternalRoutes(internal, { context, serviceKey, route: ROUTE, sendJson });
      done();
    });
  }
  await app.register((guarded, _options, done) => {
    addGuardedRoutes(guarded, context, streams);
    done();
  });
}

/** What nobody gets at without a token and past the gate: that is asked before a body is read. */
function addGuardedRoutes(app: FastifyInstance, context: ManaContext, streams: Streams): void {
  const principals = new WeakMap<FastifyRequest, Principal>();
  app.addHook("onRequest", async (request) => {
    principals.set(request, await identify(request, context));
  });
  const principalOf = (request: FastifyRequest): Principal => {
    const principal = principals.get(request);
    if (principal === undefined) throw new Refusal(401, "unauthorized: no authorization header");
    return principal;
  };

  app.post<{ Params: Params }>(SYNC, ROUTE, async (request, reply) => {
    const body = typeof request.body === "string" ? request.body : "";
    const sent = readPush(body, context.mana);
    const header = headerOf(request, "x-client-id");
    const clientId = header === "" ? sent.clientId : header;
    const answer = await push(context, principalOf(request), {
      appId: request.params.appId,
      sent: { ...sent, clientId },
    });
    return sendJson(reply, answer);
  });

  app.get<{ Params: Params }>(`${SYNC}/pull`, READING, async (request, reply) => {
    const query = queryOf(request);
    const collection = query.get("collection") ?? "";
    const since = query.get("since") ?? "";
    if (collection === "" || since === "") {
      throw new Refusal(400, "missing collection or since parameter");
    }
    const { appId } = request.params;
    const clientId = headerOf(request, "x-client-id");
    const asked = { appId, collection, since, clientId };
    return sendJson(reply, await pull(context, principalOf(request), asked));
  });

  app.get<{ Params: Params }>(`${SYNC}/stream`, ROUTE, async (request, reply) => {
    const query = queryOf(request);
    const names = (query.get("collections") ?? "").split(",").map((name) => name.trim());
    const collections = [...new Set(names.filter((name) => name !== ""))];
    if (collections.length > MAX_COLLECTIONS) {
      throw new Refusal(
        400,
        `too many collections: ${collections.length} (max ${MAX_COLLECTIONS})`,
      );
    }
    await streams.open(reply, principalOf(request), {
      appId: request.params.appId,
      collections: collections.map(encodeName),
      since: query.get("since") ?? "",
      clientId: headerOf(request, "x-client-id"),
    });
    return reply;
  });
}

async function notFound(): Promise<never> {
  throw new Refusal(404, "404 page not found");
}

/** A known address with another method. */
function refuseOthers(app: FastifyInstance, url: string, allowed: readonly string[]): void {
  const all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
  app.route({
    method: all.filter((method) => !allowed.includes(method)),
    url,
    ...ROUTE,
    handler: async (_request, reply) => {
      reply.header("allow", allowed.join(", "));
      throw new Refusal(405, "Method Not Allowed");
    },
  });
}

export function sendRefusal(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = toRefusal(thrown);
  if (refusal.status >= 500) request.log.error({ err: thrown }, "request failed");
  if (refusal.retryAfter !== undefined)
    reply.header("retry-after", String(Math.ceil(refusal.retryAfter)));
  reply.removeHeader("connection");
  reply
    .code(refusal.status)
    .header("x-content-type-options", "nosniff")
    .type(refusal.json ? "application/json" : "text/plain; charset=utf-8")
    .serializer(String)
    .send(`${refusal.message}\n`);
}

function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply
    .type("application/json")
    .serializer(String)
    .send(`${toJson(value)}\n`);
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams(request.url.split("?", 2)[1] ?? "");
}

function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return Array.isArray(value) ? (value[0] ?? "") : (value ?? "");
}
