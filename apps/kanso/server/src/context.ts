// What the routes have to work with, and how a request becomes a person and his view.

import { isZone } from "@syncline/kanso-domain";
import type { DialectContext, Principal } from "@syncline/server";
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from "fastify";
import type { EntryRows } from "./entry-rows.ts";
import { createPersonalView, OWN_SPACE, type PersonalView } from "./personal-view.ts";
import { sendBudget } from "./rate.ts";
import { refusal } from "./refusal.ts";
import type { Views } from "./views.ts";

export interface KansoContext
  extends Pick<DialectContext, "engine" | "verifyToken" | "throttle" | "accounts"> {
  readonly views: Views;
  /** Whether lists of habits with nothing in them are `null`. */
  readonly nullLists: boolean;
  now(): number;
}

/** A request of somebody who is known. */
export interface Call {
  readonly principal: Principal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The person's records, up to date. */
  view(): Promise<PersonalView>;
  /** The person's entries with all their texts, up to date. */
  entries(): Promise<EntryRows>;
  /** The zone that the caller names; undefined where he names none. */
  zone(): string | undefined;
  parameter(name: string): string | undefined;
}

/** A handler that is only reached by somebody with a valid token. */
export function known(
  context: KansoContext,
  handle: (call: Call) => Promise<unknown>,
): RouteHandlerMethod {
  return async (request, reply) => {
    const principal = await context.verifyToken(tokenOf(request));
    sendBudget(reply, await context.throttle.user(principal.userId, 1), context.now());
    const query = new URLSearchParams(request.url.split("?", 2)[1] ?? "");
    const { engine, views } = context;
    const admitted = () => engine.admit(principal, OWN_SPACE, "read");
    const answer = await handle({
      principal,
      request,
      reply,
      view: async () =>
        createPersonalView(await views.people.of(engine, await admitted()), principal, context),
      entries: async () => await views.entries.of(engine, await admitted()),
      zone: () => zoneOf(request),
      parameter: (name) => query.get(name) ?? undefined,
    });
    return reply.send(answer);
  };
}

/** The id in a route's address. */
export function idOf({ request }: Call): string {
  const { params } = request;
  const id = typeof params === "object" && params !== null && "id" in params ? params.id : "";
  return String(id);
}

function tokenOf({ headers }: FastifyRequest): string {
  const { authorization } = headers;
  if (authorization === undefined || authorization === "")
    throw refusal(401, "authorization header required");
  const [scheme, token, more] = authorization.split(" ");
  if (scheme !== "Bearer" || token === undefined || token === "" || more !== undefined)
    throw refusal(401, "invalid authorization header format");
  return token;
}

function zoneOf({ headers }: FastifyRequest): string | undefined {
  const zone = headers["x-timezone"];
  if (zone === undefined || zone === "") return undefined;
  if (typeof zone === "string" && /^[A-Z]/.test(zone) && isZone(zone)) return zone;
  throw refusal(400, "invalid timezone format (use IANA name like 'Europe/Rome')");
}
