// A route of the admin interface: who has a key for it is told by scopes, and each call is in the audit before it is answered.

import { SynclineError } from "@syncline/core";
import type { Static, TSchema } from "typebox";
import type { Actor, Audit } from "../audit/audit.ts";
import type { Principal } from "../auth/principal.ts";
import { ERRORS } from "../http/space-routes.ts";
import type { KeyInfo } from "../keys/index.ts";
import { defineRoute } from "../protocol/define-route.ts";
import type { Answer, Call, Method, Route } from "../protocol/port.ts";
import { type AdminAccess, type AdminArea, mayAdminister } from "./scopes.ts";

export interface AdminRouteOptions {
  readonly audit: Audit;
  /** The key of a caller that was let in. */
  keyOf(principal: Principal): KeyInfo | undefined;
}

export interface AdminRoute<Params extends TSchema, Query extends TSchema, Body extends TSchema> {
  readonly method: Method;
  readonly path: string;
  /** What the key must have a scope for; `any`: no scope in particular. */
  readonly area: AdminArea | "any";
  readonly access: AdminAccess;
  readonly operationId: string;
  readonly summary: string;
  readonly params?: Params;
  readonly querystring?: Query;
  readonly body?: Body;
  /** What 200 is, or 204 where there is nothing to say. */
  readonly answer: TSchema | undefined;
  handle(
    call: Call<Static<Params>, Static<Query>, Static<Body>>,
    actor: Actor,
    key: KeyInfo,
  ): Promise<Answer>;
}

export type DefineAdminRoute = <
  Params extends TSchema,
  Query extends TSchema,
  Body extends TSchema,
>(
  route: AdminRoute<Params, Query, Body>,
) => Route;

export function adminRoutes({ audit, keyOf }: AdminRouteOptions): DefineAdminRoute {
  return ({ method, path, area, access, answer, handle, operationId, summary, ...schemas }) => {
    const response = answer === undefined ? { 204: { type: "null" } } : { 200: answer };
    return defineRoute({
      method,
      path,
      schema: {
        operationId,
        summary,
        description:
          area === "any"
            ? "For every admin key."
            : `For admin keys with the scope \`${access === "read" ? "read:" : ""}${area}\`.`,
        tags: ["admin"],
        ...schemas,
        response: { ...response, ...ERRORS },
      },
      async handle(call) {
        const key = keyOf(call.principal);
        if (key === undefined) throw nothing();
        const actor: Actor = { kind: "admin", id: key.uuid };
        const isAllowed = area === "any" || mayAdminister(key.scopes, area, access);
        await audit.note({
          actor,
          action: isAllowed ? "admin.call" : "admin.refused",
          target: Object.values(call.params as object).join("/"),
          details: { route: `${method} ${path}` },
        });
        if (!isAllowed)
          throw new SynclineError("forbidden", `This admin key has no scope for ${area}.`);
        return await handle(call, actor, key);
      },
    });
  };
}

/** To whom has no admin key there is no admin interface, whether or not somebody else has one. */
export function nothing(): SynclineError {
  return new SynclineError("not_found", "There is nothing at this address.");
}
