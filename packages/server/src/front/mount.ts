// Mounts a protocol: all that is done for each of its requests, in the order in which it is done.

import { SynclineError } from "@syncline/core";
import type {
  FastifyContextConfig,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteOptions,
} from "fastify";
import type { Principal } from "../auth/principal.ts";
import { isToldOf } from "../observability/outages.ts";
import type { Answer, Call, Protocol, Route } from "../protocol/port.ts";
import type { Throttle } from "../rate/throttle.ts";
import type { Ends } from "./ends.ts";
import { fromFastify } from "./errors.ts";
import { type RouteConfig, routeOf } from "./route-of.ts";
import { sendStream } from "./streams.ts";

export interface MountOptions {
  readonly throttle: Throttle;
  readonly ends: Ends;
  failed(what: string, thrown: unknown): void;
  /** What log lines call a user; undefined where they do not say. */
  nameUser(userId: string): string | undefined;
}

const JSON_TYPE = "application/json; charset=utf-8";

/** Address → first words → who → his budget → body → handler → answer: no route gets around any of it. */
export function mount(app: FastifyInstance, protocol: Protocol, options: MountOptions): void {
  const { throttle } = options;
  const calls = new WeakMap<FastifyRequest, OwnCall>();
  const callOf = (request: FastifyRequest): OwnCall => {
    const call = calls.get(request) ?? createCall(request);
    calls.set(request, call);
    return call;
  };
  const send = (reply: FastifyReply, answer: Answer, call: OwnCall) =>
    answer.stream === undefined
      ? sendAnswer(reply, answer)
      : sendStream(reply, answer.stream, answer, {
          ...options,
          address: call.address,
          ...(call.who === undefined ? {} : { principal: call.who }),
        });

  app.setErrorHandler((thrown, request, reply) => {
    const call = callOf(request);
    const answer = protocol.refuse(fromFastify(thrown), call);
    if ((answer.status ?? 200) >= 500 && !isToldOf(thrown))
      request.log.error({ err: thrown }, "request failed");
    // Fastify would cut the connection under a body that is still being sent, and the sender would see that instead
    // of the answer. The rest of the body is read and thrown away; the request's time limit ends it.
    reply.removeHeader("connection");
    void sendAnswer(reply, answer);
  });
  app.addHook("onRequest", async (request, reply) => {
    const call = callOf(request);
    const { answer, headers } = protocol.begin?.(call) ?? {};
    if (headers !== undefined) reply.headers(headers);
    if (protocol.unlimited !== true) await takeOfAddress(call, reply);
    if (answer !== undefined) return sendAnswer(reply, answer);
    const route = routeOf(request);
    if (route === undefined || route.open === true) return undefined;
    call.who = await identify(call, reply);
    const user = options.nameUser(call.who.userId);
    if (user !== undefined) {
      request.log = request.log.child({ user });
      reply.log = request.log;
    }
    if (route.units === undefined) await takeOfUser(call, reply, 1);
    return undefined;
  });
  app.addHook("preHandler", async (request, reply) => {
    const call = callOf(request);
    const units = routeOf(request)?.units;
    if (units !== undefined && call.who !== undefined)
      await takeOfUser(call, reply, units(request.body));
  });
  const { notFound } = protocol;
  if (notFound !== undefined)
    app.setNotFoundHandler((request, reply) => sendAnswer(reply, notFound(callOf(request))));
  for (const route of protocol.routes) app.route(toFastify(route));

  async function takeOfAddress({ address }: OwnCall, reply: FastifyReply): Promise<void> {
    const budget = await throttle.address(address);
    if (budget !== undefined) reply.headers(protocol.budget?.(budget) ?? {});
  }

  async function identify(call: OwnCall, reply: FastifyReply): Promise<Principal> {
    try {
      return await protocol.identify(call);
    } catch (refusal) {
      // Nobody tries keys without end.
      if (protocol.unlimited === true) await takeOfAddress(call, reply);
      throw refusal;
    }
  }

  async function takeOfUser({ who }: OwnCall, reply: FastifyReply, units: number): Promise<void> {
    if (who === undefined) return;
    const budget = await throttle.user(who.userId, units);
    if (budget !== undefined) reply.headers(protocol.budget?.(budget) ?? {});
  }

  function toFastify(route: Route): RouteOptions {
    const { schema, documentation } = route;
    const config: RouteConfig = {
      front: route,
      ...(protocol.ownCors === true ? { cors: false } : {}),
    };
    return {
      method: [route.method].flat(),
      url: route.path.slice(protocol.prefix?.length ?? 0),
      exposeHeadRoute: false,
      config: config as FastifyContextConfig, // plug-ins add to that type what they know
      schema: schema ?? documentation ?? { hide: true },
      // What only describes a route refuses nothing.
      ...(schema === undefined ? { validatorCompiler: () => () => true } : {}),
      // Handlers give text: no program that writes answers is made of what describes them. That took most of a start.
      serializerCompiler: () => String,
      handler: async (request, reply) => {
        const call = callOf(request);
        return await send(reply, await route.handle(call), call);
      },
    };
  }
}

interface OwnCall extends Call {
  who: Principal | undefined;
}

function createCall(request: FastifyRequest): OwnCall {
  const [path = "", query = ""] = splitOnce(request.url, "?");
  let search: URLSearchParams | undefined;
  return {
    who: undefined,
    method: request.method,
    url: request.url,
    headers: request.headers,
    path,
    route: request.routeOptions.url,
    address: request.ip,
    host: request.host,
    id: request.id,
    get params() {
      // Each of them is a text: so Fastify's router makes them.
      return request.params as { readonly [name: string]: string };
    },
    get search() {
      search ??= new URLSearchParams(query);
      return search;
    },
    get query() {
      return request.query;
    },
    get body() {
      return request.body;
    },
    get principal() {
      if (this.who === undefined) throw new SynclineError("unauthenticated");
      return this.who;
    },
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
  };
}

function splitOnce(text: string, at: string): [before: string, after: string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
}

export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  const { status = 200, headers = {}, type = JSON_TYPE, body } = answer;
  reply.code(status).headers(headers);
  if (body === undefined) return reply.send();
  const bytes = typeof body === "string" ? body : Buffer.from(body);
  return reply.type(type).serializer(String).send(bytes);
}
