// Routes about the API keys of users. Admin keys are made by commands alone: no key makes one that may more than itself.

import { SynclineError } from "@syncline/core";
import Type from "typebox";
import type { Actor, Audit } from "../audit/audit.ts";
import { auditedKeys } from "../audit/audited.ts";
import { allKeys, type KeyInfo, type KeyStore } from "../keys/index.ts";
import { jsonAnswer } from "../protocol/define-route.ts";
import type { Route } from "../protocol/port.ts";
import type { Store } from "../store/port.ts";
import type { DefineAdminRoute } from "./admin-route.ts";
import { LIMIT, limitOf, Nullable, plainText, TimeSchema, UserParams } from "./schemas.ts";
import { ADMIN_AREAS, isAdminKey, isAdminScope, mayAdminister } from "./scopes.ts";

export interface KeyRouteOptions {
  readonly store: Store;
  readonly keys: KeyStore;
  readonly audit: Audit;
}

const KeySchema = Type.Object({
  id: Type.String(),
  user: Type.String(),
  description: Type.String(),
  made: TimeSchema,
  lastUsed: Nullable(TimeSchema),
  expires: Nullable(TimeSchema),
  scopes: Nullable(Type.Array(Type.String())),
});
const AccessSchema = Type.Union(
  ["none", "read", "write"].map((access) => Type.Literal(access)),
  { description: "`write` is for looking, too." },
);
const PATH = "/v1/admin/users/:user/keys";

export function keyRoutes(
  define: DefineAdminRoute,
  { store, keys, audit }: KeyRouteOptions,
): Route[] {
  const keysFor = (actor: Actor) => auditedKeys(keys, audit, actor);
  const common = { area: "keys" } as const;
  return [
    define({
      method: "GET",
      path: "/v1/admin/key",
      area: "any",
      access: "read",
      operationId: "adminKey",
      summary: "The admin key that asks, and what it may do",
      answer: Type.Object({
        ...KeySchema.properties,
        areas: Type.Object(Object.fromEntries(ADMIN_AREAS.map((area) => [area, AccessSchema]))),
      }),
      async handle(_call, _actor, key) {
        const may = (area: (typeof ADMIN_AREAS)[number]) =>
          (["write", "read"] as const).find((access) => mayAdminister(key.scopes, area, access));
        const areas = ADMIN_AREAS.map((area) => [area, may(area) ?? "none"]);
        return jsonAnswer({ ...toWire(key), areas: Object.fromEntries(areas) });
      },
    }),
    define({
      ...common,
      method: "GET",
      path: "/v1/admin/keys",
      access: "read",
      operationId: "adminAllKeys",
      summary:
        "The API keys of everybody, without the keys themselves, those that were used last at the end",
      querystring: Type.Object(
        {
          after: Type.Optional(
            Type.String({ pattern: "^[0-9]{1,16}$", description: "`next` of the page before." }),
          ),
          limit: LIMIT,
        },
        { additionalProperties: false },
      ),
      answer: Type.Object({
        keys: Type.Array(KeySchema),
        next: Nullable(
          Type.String({
            description:
              "A page may be short, or empty, and have a next one. A key that is used meanwhile may come again.",
          }),
        ),
      }),
      async handle({ query: { after = "0", limit } }) {
        const page = await allKeys(store, { after: Number(after), limit: limitOf(limit) });
        const next = page.next === null ? null : String(page.next);
        return jsonAnswer({ keys: page.keys.map(toWire), next });
      },
    }),
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
  const { uuid, user, description, createdAtMs, lastUsedAtMs, expiresAtMs, scopes } = info;
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    ...{ id: uuid, user, description, made: time(createdAtMs), lastUsed: time(lastUsedAtMs) },
    ...{ expires: time(expiresAtMs), scopes },
  };
}
