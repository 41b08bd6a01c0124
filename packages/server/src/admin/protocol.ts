// The admin interface: /v1/admin, for programs that run a server. To whom has no admin key there is nothing here.

import { isSynclineError } from "@syncline/core";
import { authenticate } from "../auth/authenticate.ts";
import type { Locks } from "../auth/locks.ts";
import type { Principal } from "../auth/principal.ts";
import { errorAnswer } from "../http/error-answer.ts";
import { budgetHeaders } from "../http/rate-headers.ts";
import { hashOf, type KeyInfo } from "../keys/index.ts";
import type { Protocol } from "../protocol/port.ts";
import { adminRoutes, nothing } from "./admin-route.ts";
import { consumerRoutes } from "./consumer-routes.ts";
import { type InstallationOptions, installationRoutes } from "./installation-routes.ts";
import { keyRoutes } from "./key-routes.ts";
import { isAdminKey } from "./scopes.ts";
import { spaceRoutes } from "./space-routes.ts";
import { type UserRouteOptions, userRoutes } from "./user-routes.ts";

export interface AdminOptions extends InstallationOptions, UserRouteOptions {
  readonly locks: Pick<Locks, "refuse">;
}

export function createAdmin(options: AdminOptions): Protocol {
  const { keys, locks, audit } = options;
  const callers = new WeakMap<Principal, KeyInfo>();

  async function verify(text: string): Promise<Principal> {
    const info = text.startsWith("sk_") ? await keys.verify(text) : undefined;
    if (info === undefined || !isAdminKey(info.scopes)) throw nothing();
    await locks.refuse(info.user);
    const { user, expiresAtMs } = info;
    const principal: Principal = {
      ...{ userId: user, vouched: true, keyId: hashOf(text), scopes: info.scopes ?? [] },
      ...(expiresAtMs === null ? {} : { expiresAtMs, ends: true }),
    };
    callers.set(principal, info);
    return principal;
  }

  const define = adminRoutes({ audit, keyOf: (principal) => callers.get(principal) });
  return {
    name: "admin",
    prefix: "/v1/admin",
    routes: [
      ...installationRoutes(define, options),
      ...spaceRoutes(define, options),
      ...userRoutes(define, options),
      ...keyRoutes(define, options),
      ...consumerRoutes(define, options),
    ],
    begin: () => ({ headers: { "cache-control": "no-store" } }),
    async identify(call) {
      try {
        return await authenticate(call, verify);
      } catch (thrown) {
        if (isSynclineError(thrown, "unauthenticated")) throw nothing();
        throw thrown;
      }
    },
    budget: budgetHeaders,
    refuse: (thrown, { id }) => errorAnswer(thrown, id),
    notFound: ({ id }) => errorAnswer(nothing(), id),
  };
}
