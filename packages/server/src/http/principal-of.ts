// The caller of a request, once authenticated.

import { SynclineError } from "@syncline/core";
import type { FastifyRequest } from "fastify";
import type { Principal } from "../auth/principal.ts";

const principals = new WeakMap<FastifyRequest, Principal>();

export function setPrincipal(request: FastifyRequest, principal: Principal): void {
  principals.set(request, principal);
}

/** @throws {SynclineError} `unauthenticated` when nobody was: a route that forgot to ask lets nobody in */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new SynclineError("unauthenticated");
  return principal;
}
