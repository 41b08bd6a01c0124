// The routes of this dialect, with the original's statuses, headers and texts.

import { isSynclineError } from "@syncline/core";
import type { Answer, BodyRule, Call, Method, Protocol, Route } from "../../protocol/port.ts";
import type { SocketRoute } from "../../protocol/socket.ts";
import { identify } from "./caller.ts";
import type { ManaContext } from "./context.ts";
import { corsOf, originCheck } from "./cors.ts";
import { toJson } from "./go-json.ts";
import { encodeName } from "./ids.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import { readPush } from "./read-push.ts";
import { Refusal, toRefusal } from "./refusal.ts";
import { stream } from "./stream.ts";

const MAX_COLLECTIONS = 256;
const SYNC = "/sync/:appId";
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

export function createProtocol(context: ManaContext, sockets: readonly SocketRoute[]): Protocol {
  const isAllowed = originCheck(context.options.corsOrigins ?? context.corsOrigins);
  const body = bodyRule(context);
  return {
    name: "mana",
    sockets,
    ownCors: true,
    begin: (call) => corsOf(call, isAllowed),
    identify: (call) => identify(call, context),
    refuse,
    routes: [
      {
        method: "POST",
        path: SYNC,
        body,
        async handle(call) {
          const sent = readPush(textOf(call), context.mana);
          const clientId = call.header("x-client-id") || sent.clientId;
          const request = { appId: appOf(call), sent: { ...sent, clientId } };
          return json(await push(context, call.principal, request));
        },
      },
      {
        method: ["GET", "HEAD"],
        path: `${SYNC}/pull`,
        async handle(call) {
          const collection = call.search.get("collection") ?? "";
          const since = call.search.get("since") ?? "";
          if (collection === "" || since === "")
            throw new Refusal(400, "missing collection or since parameter");
          const clientId = call.header("x-client-id") ?? "";
          const asked = { appId: appOf(call), collection, since, clientId };
          return json(await pull(context, call.principal, asked));
        },
      },
      {
        method: "GET",
        path: `${SYNC}/stream`,
        handle: (call) =>
          stream(context, call.principal, {
            appId: appOf(call),
            collections: collectionsOf(call),
            since: call.search.get("since") ?? "",
            clientId: call.header("x-client-id") ?? "",
          }),
      },
      others(SYNC, ["POST"]),
      others(`${SYNC}/pull`, ["GET", "HEAD"]),
      others(`${SYNC}/stream`, ["GET"]),
      ...["/ws", "/ws/:appId"].map(noUpgrade),
      ...["/sync/*", "/ws/*", "/backup/*", "/internal/*"].map(nowhere),
    ],
  };
}

const DEEPEST = 10_000;

/**
 * How a push is read: a change that is nested too deep is refused alone, so that it does not refuse the rest. Deeper than
 * this no device can write JSON at all, and reading it would cost more than it may.
 */
export function bodyRule({ mana }: ManaContext): BodyRule {
  return {
    as: "text",
    anyType: true,
    maxBytes: mana.bodyBytes,
    maxDepth: DEEPEST,
    tooDeep: "invalid",
  };
}

export function textOf({ body }: Call): string {
  return typeof body === "string" ? body : "";
}

/** @throws {Refusal} 404 where the address names none */
export function appOf({ params }: Call): string {
  const { appId = "" } = params;
  if (appId === "") throw notFound();
  return appId;
}

function notFound(): Refusal {
  return new Refusal(404, "404 page not found");
}

/** Addresses below the original's own that are none. */
function nowhere(path: string): Route {
  return {
    method: METHODS,
    path,
    open: true,
    handle: () => refuse(notFound()),
  };
}

function collectionsOf({ search }: Call): string[] {
  const names = (search.get("collections") ?? "").split(",").map((name) => name.trim());
  const collections = [...new Set(names.filter((name) => name !== ""))];
  if (collections.length > MAX_COLLECTIONS)
    throw new Refusal(400, `too many collections: ${collections.length} (max ${MAX_COLLECTIONS})`);
  return collections.map(encodeName);
}

/** A known address with another method. */
export function others(path: string, allowed: readonly Method[]): Route {
  return {
    method: METHODS.filter((method) => !allowed.includes(method)),
    path,
    open: true,
    handle: (call) => {
      if (path.startsWith(SYNC)) appOf(call);
      return {
        ...refuse(new Refusal(405, "Method Not Allowed")),
        headers: { ...NOSNIFF, allow: allowed.join(", ") },
      };
    },
  };
}

function noUpgrade(path: string): Route {
  return {
    method: "GET",
    path,
    open: true,
    handle: () => ({
      ...refuse(
        new Refusal(426, "WebSocket protocol violation: this is no upgrade to a WebSocket"),
      ),
      headers: { ...NOSNIFF, upgrade: "websocket" },
    }),
  };
}

const NOSNIFF = { "x-content-type-options": "nosniff" };

/** What the front finds wrong with a body, as the original says it; its clients give up what is answered so. */
function bodyRefusal(thrown: unknown): Refusal | undefined {
  if (!isSynclineError(thrown) || thrown.path !== undefined) return undefined;
  if (isSynclineError(thrown, "too_large"))
    return new Refusal(400, "invalid JSON: http: request body too large", { cause: thrown });
  return undefined;
}

export function refuse(thrown: unknown): Answer {
  const { status, json, message, retryAfter } = bodyRefusal(thrown) ?? toRefusal(thrown);
  return {
    status,
    headers: {
      ...NOSNIFF,
      ...(retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(retryAfter)) }),
    },
    type: json ? "application/json" : "text/plain; charset=utf-8",
    body: `${message}\n`,
  };
}

export function json(value: unknown): Answer {
  return { type: "application/json", body: `${toJson(value)}\n` };
}
