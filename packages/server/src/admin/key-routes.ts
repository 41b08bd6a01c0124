// Routes about the API keys of users. Admin keys are made by commands alone: no key makes one that may more than itself.

import { SynclineError } from "@syncline/core";
import Type from "typebox";
import type { Actor, Audit } from "../audit/audit.ts";
import { auditedKeys } from "../audit/audited.ts";
import type { KeyInfo, KeyStore } from "../keys/index.ts";
import { jsonAnswer } from "../protocol/define-route.ts";
import type { Route } from "../protocol/port.ts";
import type { DefineAdminRoute } from "./admin-route.ts";
import { Nullable, plainText, TimeSchema, UserParams } from "./schemas.ts";
import { isAdminKey, isAdminScope } from "./scopes.ts";

export interface KeyRouteOptions {
  readonly keys: KeyStore;
  readonly audit: Audit;
}

const KeySchema = Type.Object({
  id: Type.String(),
  description: Type.String(),
  made: TimeSchema,
  lastUsed: Nullable(TimeSchema),
  expires: Nullable(TimeSchema),
  scopes: Nullable(Type.Array(Type.String())),
});
const PATH = "/v1/admin/users/:user/keys";

export function keyRoutes(define: DefineAdminRoute, { keys, audit }: KeyRouteOptions): Route[] {
  const keysFor = (actor: Actor) => auditedKeys(keys, audit, actor);
  const common = { area: "keys" } as const;
  return [
    define({
      ...common,
      method: "GET",
      path: PATH,
      access: "read",
      operationId: "adminKeys",
      summary: "A user's API keys, without the keys themselves",
      params: UserParams,
      answer: Type.Object({ keys: Type.Array(KeySchema) }),
      async handle({ params: { user } }) {
        return jsonAnswer({ keys: (await keys.list(user)).map(toWire) });
      },
    }),
    define({
      ...common,
      method: "POST",
      path: PATH,
      access: "write",
      operationId: "adminMakeKey",
      summary: "Make an API key; it is shown this once",
      params: UserParams,
      body: Type.Object(
        {
          description: Type.Optional(Type.String({ maxLength: 256 })),
          scopes: Type.Optional(
            Type.Array(Type.String({ maxLength: 400 }), {
              maxItems: 64,
              description:
                "`app` or `app/space`, with `read:` before it; everything where left out.",
            }),
          ),
          expires: Type.Optional(plainText(40, "An ISO date and time; never where left out.")),
        },
        { additionalProperties: false },
      ),
      answer: Type.Object({ ...KeySchema.properties, key: Type.String() }),
      async handle({ params: { user }, body: { description, scopes, expires } }, actor) {
        if (scopes?.some(isAdminScope) === true)
          throw new SynclineError("forbidden", "Admin keys are made by `syncline keys create`.", {
            path: "scopes",
          });
        const expiresAtMs = expires === undefined ? undefined : Date.parse(expires);
        if (expiresAtMs !== undefined && !Number.isFinite(expiresAtMs))
          throw new SynclineError("invalid", "This is no moment such as 2026-11-20T10:00:00Z.", {
            path: "expires",
          });
        await keys.createUser(user);
        const { key, info } = await keysFor(actor).createKey(user, {
          ...(description === undefined ? {} : { description }),
          ...(scopes === undefined ? {} : { scopes }),
          ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
        });
        return jsonAnswer({ ...toWire(info), key });
      },
    }),
    define({
      ...common,
      method: "DELETE",
      path: `${PATH}/:key`,
      access: "write",
      operationId: "adminRevokeKey",
      summary: "Revoke an API key",
      params: Type.Object({ ...UserParams.properties, key: plainText(64, "The key's id.") }),
      answer: undefined,
      async handle({ params: { user, key } }, actor) {
        const held = (await keys.list(user)).find(({ uuid }) => uuid === key);
        if (held !== undefined && isAdminKey(held.scopes) && held.uuid !== actor.id)
          throw new SynclineError(
            "forbidden",
            "Another admin key is revoked by `syncline keys revoke`.",
          );
        if (held === undefined || !(await keysFor(actor).revoke(user, key)))
          throw new SynclineError("not_found", `${user} has no key ${key}.`);
        return { status: 204 };
      },
    }),
  ];
}

function toWire(info: KeyInfo) {
  const { uuid, description, createdAtMs, lastUsedAtMs, expiresAtMs, scopes } = info;
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    ...{ id: uuid, description, made: time(createdAtMs), lastUsed: time(lastUsedAtMs) },
    ...{ expires: time(expiresAtMs), scopes },
  };
}
