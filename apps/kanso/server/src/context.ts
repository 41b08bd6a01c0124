// What the routes have to work with, and how a request becomes a person and his view.

import { isZone } from "@syncline/kanso-domain";
import type {
  DialectContext,
  Principal,
  ProtocolAnswer,
  ProtocolCall,
  ProtocolRoute,
} from "@syncline/server";
import { documentationOf } from "./documentation.ts";
import type { EntryRows } from "./entry-rows.ts";
import { createPersonalView, OWN_SPACE, type PersonalView } from "./personal-view.ts";
import { refusal } from "./refusal.ts";
import type { Views } from "./views.ts";

export interface KansoContext extends Pick<DialectContext, "engine" | "verifyToken" | "accounts"> {
  readonly views: Views;
  /** Whether lists of habits with nothing in them are `null`. */
  readonly nullLists: boolean;
  now(): number;
}

/** How a good answer looks; 200 and JSON where nothing else is said. */
export interface Reply {
  status: number;
  type: string;
  headers: { [name: string]: string };
}

/** A request of somebody who is known. */
export interface Call {
  readonly principal: Principal;
  readonly request: ProtocolCall;
  readonly reply: Reply;
  /** The person's records, up to date. */
  view(): Promise<PersonalView>;
  /** The person's entries with all their texts, up to date. */
  entries(): Promise<EntryRows>;
  /** The zone that the caller names; undefined where he names none. */
  zone(): string | undefined;
  parameter(name: string): string | undefined;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

export const PREFIX = "/api/v1";
/** In which zone somebody counts; in an answer, in which it was counted. */
export const ZONE_HEADER = "x-timezone";
/** In an answer: the calendar day on which an entry is counted, whoever reads. */
export const DAY_HEADER = "x-local-date";
/** The longest notes and a habit of the longest texts fit many times. */
const BODY_BYTES = 1024 * 1024;
/** Whatever the type says: the original does not look at it. Each route reads the text itself. */
const BODY = { as: "text", anyType: true, maxBytes: BODY_BYTES, tooDeep: "invalid" } as const;
const JSON_TYPE = "application/json; charset=utf-8";

/** A route that is only reached by somebody with a valid token. */
export function known(
  context: KansoContext,
  method: Method,
  path: string,
  handle: (call: Call) => Promise<unknown>,
): ProtocolRoute {
  return {
    ...declared(method, path),
    async handle(request) {
      const { principal, search } = request;
      const { engine, views } = context;
      const reply: Reply = { status: 200, type: JSON_TYPE, headers: {} };
      const admitted = () => engine.admit(principal, OWN_SPACE, "read");
      const value = await handle({
        principal,
        request,
        reply,
        view: async () =>
          createPersonalView(await views.people.of(engine, await admitted()), principal, context),
        entries: async () => await views.entries.of(engine, await admitted()),
        zone: () => zoneOf(request),
        parameter: (name) => search.get(name) ?? undefined,
      });
      return answerOf(value, reply);
    },
  };
}

/** A route that is open to everybody. */
export function anybody(
  method: Method,
  path: string,
  handle: (request: ProtocolCall) => Promise<{ readonly status?: number; readonly value: object }>,
): ProtocolRoute {
  return {
    ...declared(method, path),
    open: true,
    async handle(request) {
      const { status = 200, value } = await handle(request);
      return answerOf(value, { status, type: JSON_TYPE, headers: {} });
    },
  };
}

function declared(method: Method, path: string): Omit<ProtocolRoute, "handle"> {
  return {
    method,
    path: PREFIX + path,
    documentation: documentationOf(method, path),
    ...(method === "POST" || method === "PUT" ? { body: BODY } : {}),
  };
}

/** Texts and files as they are, everything else as JSON. */
function answerOf(value: unknown, reply: Reply): ProtocolAnswer {
  if (value === undefined) return { status: reply.status, headers: reply.headers };
  const isReady = typeof value === "string" || value instanceof Uint8Array;
  return { ...reply, body: isReady ? value : JSON.stringify(value) };
}

/** The id in a route's address. */
export function idOf({ request }: Call): string {
  return request.params["id"] ?? "";
}

/** @throws {Refusal} 401 */
export function tokenOf({ headers: { authorization } }: Pick<ProtocolCall, "headers">): string {
  if (authorization === undefined || authorization === "")
    throw refusal(401, "authorization header required");
  const [scheme, token, more] = authorization.split(" ");
  if (scheme !== "Bearer" || token === undefined || token === "" || more !== undefined)
    throw refusal(401, "invalid authorization header format");
  return token;
}

function zoneOf({ header }: ProtocolCall): string | undefined {
  const zone = header(ZONE_HEADER);
  if (zone === undefined || zone === "") return undefined;
  if (/^[A-Z]/.test(zone) && isZone(zone)) return zone;
  throw refusal(400, "invalid timezone format (use IANA name like 'Europe/Rome')");
}
