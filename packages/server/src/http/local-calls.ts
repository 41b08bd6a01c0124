// The routes of sharing without a network: for worlds in tests, whose devices call the engine that they share.

import { SynclineError } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import type { Engine } from "../engine/contract.ts";
import type { Call } from "../protocol/port.ts";
import { memberRoutes } from "./member-routes.ts";
import { sharingRoutes } from "./sharing-routes.ts";

/** A call as a client's transport makes it. */
export interface LocalCall {
  readonly app: string;
  readonly method: string;
  /** Below the app: `spaces`, `team-42/members`. */
  readonly path: string;
  readonly body?: unknown;
}

/** Of real time: what is asked of memory never takes so long. */
const REQUEST_MS = 60_000;

/**
 * Answers calls about spaces, members and invitations as the server does over HTTP, bodies unchecked.
 * @throws {SynclineError} what the routes throw; `not_found` where there is none
 */
export function createLocalCalls(
  engine: Engine,
): (principal: Principal, call: LocalCall) => Promise<unknown> {
  const options = { engine, requestMs: REQUEST_MS };
  const routes = [...sharingRoutes(options), ...memberRoutes(options)];
  return async (principal, { app, method, path, body }) => {
    const { pathname, searchParams } = new URL(`/v1/${app}/${path}`, "http://local");
    for (const route of routes) {
      const params = route.method === method ? paramsOf(route.path, pathname) : undefined;
      if (params === undefined) continue;
      const query = Object.fromEntries(searchParams);
      // What else a call has, these routes do not look at.
      const answer = await route.handle({ params, query, body, principal } as unknown as Call);
      return "body" in answer && typeof answer.body === "string" ? JSON.parse(answer.body) : null;
    }
    throw new SynclineError("not_found", "There is nothing at this address.");
  };
}

/** Undefined where the path is another route's. */
function paramsOf(route: string, path: string): { [name: string]: string } | undefined {
  const wanted = route.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: { [name: string]: string } = {};
  for (const [i, part] of wanted.entries()) {
    const value = decodeURIComponent(given[i] ?? "");
    if (part.startsWith(":")) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}
