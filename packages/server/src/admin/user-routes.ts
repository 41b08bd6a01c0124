// Routes about users: what `syncline users` does.

import Type from "typebox";
import type { Actor } from "../audit/audit.ts";
import {
  createUserOperations,
  type UserOperations,
  type UserOperationsOptions,
} from "../operating/user-operations.ts";
import { jsonAnswer } from "../protocol/define-route.ts";
import type { Method, Places, Route } from "../protocol/port.ts";
import type { DefineAdminRoute } from "./admin-route.ts";
import { LIMIT, limitOf, Nullable, plainText, TimeSchema, UserParams } from "./schemas.ts";

export interface UserRouteOptions extends Omit<UserOperationsOptions, "actor"> {}

const UserSchema = Type.Object({
  userId: Type.String(),
  email: Nullable(Type.String({ description: "Null without an account." })),
  since: Nullable(TimeSchema),
  locked: Type.Boolean(),
});
const DetailsSchema = Type.Object({
  ...UserSchema.properties,
  devices: Type.Array(Type.Object({ device: Type.String(), since: TimeSchema, seen: TimeSchema })),
  spaces: Type.Array(
    Type.Object({
      space: Type.String(),
      role: Type.String({ description: "`own`, or the role of a member." }),
    }),
  ),
  apiKeys: Type.Integer(),
});
const DevicesSchema = Type.Object({ devices: Type.Integer({ description: "Signed out." }) });
const EXPORTS: Places = { kind: "exports of users", all: 10, ofUser: 2 };

export function userRoutes(define: DefineAdminRoute, options: UserRouteOptions): Route[] {
  const operationsFor = (actor: Actor) => createUserOperations({ ...options, actor });

  const change = (
    [method, path]: readonly [Method, string],
    operationId: string,
    summary: string,
    work: (operations: UserOperations, userId: string) => Promise<unknown>,
    answer?: typeof DevicesSchema,
  ): Route =>
    define({
      ...{ method, path: `/v1/admin/users/:user${path}`, area: "users", access: "write" },
      ...{ operationId, summary, params: UserParams, answer },
      async handle({ params: { user } }, actor) {
        const operations = operationsFor(actor);
        const result = await work(operations, (await operations.byId(user)).userId);
        return answer === undefined ? { status: 204 } : jsonAnswer(result);
      },
    });

  return [
    define({
      method: "GET",
      path: "/v1/admin/users",
      area: "users",
      access: "read",
      operationId: "adminUsers",
      summary:
        "Users with an account, in the order of their ids, and those who are locked without one",
      querystring: Type.Object(
        {
          part: Type.Optional(plainText(256, "Those whose id or address has this in it.")),
          after: Type.Optional(plainText(256, "`next` of the page before.")),
          limit: LIMIT,
        },
        { additionalProperties: false },
      ),
      answer: Type.Object({
        users: Type.Array(UserSchema),
        next: Nullable(
          Type.String({ description: "A page may be short, or empty, and have a next one." }),
        ),
      }),
      async handle({ query: { part = "", after = "", limit } }, actor) {
        return jsonAnswer(await operationsFor(actor).list({ part, after, limit: limitOf(limit) }));
      },
    }),
    define({
      method: "GET",
      path: "/v1/admin/users/:user",
      area: "users",
      access: "read",
      operationId: "adminUser",
      summary: "A user with devices and spaces",
      params: UserParams,
      answer: DetailsSchema,
      async handle({ params: { user } }, actor) {
        const operations = operationsFor(actor);
        return jsonAnswer(await operations.show((await operations.byId(user)).userId));
      },
    }),
    define({
      method: "GET",
      path: "/v1/admin/users/:user/export",
      area: "users",
      access: "write",
      operationId: "adminExportUser",
      summary: "Everything of a user that is here, as lines of JSON (application/x-ndjson)",
      params: UserParams,
      answer: Type.String(),
      async handle({ params: { user } }, actor) {
        const operations = operationsFor(actor);
        const { userId } = await operations.byId(user);
        return {
          type: "application/x-ndjson",
          stream: {
            places: EXPORTS,
            async write(sink) {
              for await (const one of operations.export(userId)) {
                sink.send(`${JSON.stringify(one)}\n`);
                if (!(await sink.room())) return;
              }
            },
          },
        };
      },
    }),
    change(["POST", "/lock"], "adminLock", "Refuse a user everywhere", (users, id) =>
      users.lock(id),
    ),
    change(["POST", "/unlock"], "adminUnlock", "Let a user in again", (users, id) =>
      users.unlock(id),
    ),
    change(
      ["POST", "/sign-out"],
      "adminSignOut",
      "Sign all devices of a user out",
      async (users, id) => ({ devices: await users.signOut(id) }),
      DevicesSchema,
    ),
    define({
      method: "POST",
      path: "/v1/admin/users/:user/reset",
      area: "users",
      access: "write",
      operationId: "adminReset",
      summary: "Give an account a new password, shown this once, and sign its devices out",
      params: UserParams,
      answer: Type.Object({ password: Type.String(), ...DevicesSchema.properties }),
      async handle({ params: { user } }, actor) {
        const operations = operationsFor(actor);
        return jsonAnswer(await operations.reset((await operations.byId(user)).userId));
      },
    }),
    change(
      ["DELETE", ""],
      "adminDeleteUser",
      "Delete a user with account, API keys, personal spaces and memberships",
      (users, id) => users.remove(id),
    ),
  ];
}
