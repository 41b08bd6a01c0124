// The routes of a space's members: for its owners.

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import type { Engine } from "../engine/contract.ts";
import { inTime } from "./in-time.ts";
import type { HttpLimits } from "./limits.ts";
import { principalOf } from "./principal-of.ts";
import { ERRORS, SpaceParams } from "./space-routes.ts";

export interface MemberRouteOptions {
  readonly engine: Engine;
  readonly limits: HttpLimits;
}

const RoleSchema = Type.Union([
  Type.Literal("reader"),
  Type.Literal("writer"),
  Type.Literal("owner"),
]);
const MemberSchema = Type.Object({ userId: Type.String(), role: RoleSchema });
const MemberParams = Type.Object({
  ...SpaceParams.properties,
  userId: Type.String({ minLength: 1, maxLength: 128 }),
});

export const memberRoutes: FastifyPluginAsyncTypebox<MemberRouteOptions> = async (
  app,
  { engine, limits },
) => {
  app.get(
    "/:app/:space/members",
    {
      schema: {
        operationId: "members",
        summary: "Who may use a space",
        tags: ["members"],
        params: SpaceParams,
        response: { 200: Type.Object({ members: Type.Array(MemberSchema) }), ...ERRORS },
      },
    },
    async (request) => {
      const { app: name, space } = request.params;
      const work = engine.members(principalOf(request), { app: name, name: space });
      return { members: await inTime(limits.requestMs, work) };
    },
  );

  app.put(
    "/:app/:space/members/:userId",
    {
      schema: {
        operationId: "setMember",
        summary: "Give somebody a role in a space",
        tags: ["members"],
        params: MemberParams,
        body: Type.Object({ role: RoleSchema }, { additionalProperties: false }),
        response: { 200: MemberSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { app: name, space, userId } = request.params;
      const { role } = request.body;
      const address = { app: name, name: space };
      const work = engine.setMember(principalOf(request), address, { userId, role });
      await inTime(limits.requestMs, work);
      return { userId, role };
    },
  );

  app.delete(
    "/:app/:space/members/:userId",
    {
      schema: {
        operationId: "removeMember",
        summary: "Take somebody's role away",
        tags: ["members"],
        params: MemberParams,
        response: { 204: Type.Null(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { app: name, space, userId } = request.params;
      const address = { app: name, name: space };
      const work = engine.setMember(principalOf(request), address, { userId, role: null });
      await inTime(limits.requestMs, work);
      return reply.code(204).send(null);
    },
  );
};
