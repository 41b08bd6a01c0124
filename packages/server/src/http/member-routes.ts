// The routes of a space's members: for its owners, and for members who leave.

import Type from "typebox";
import type { Engine } from "../engine/contract.ts";
import { defineRoute, jsonAnswer } from "../protocol/define-route.ts";
import { inTime } from "../protocol/in-time.ts";
import type { Route } from "../protocol/port.ts";
import { ERRORS, SpaceParams } from "./space-routes.ts";

export interface MemberRouteOptions {
  readonly engine: Engine;
  /** How long an answer may take. */
  readonly requestMs: number;
}

export const RoleSchema = Type.Union([
  Type.Literal("reader"),
  Type.Literal("writer"),
  Type.Literal("owner"),
]);
const MemberSchema = Type.Object({ userId: Type.String(), role: RoleSchema });
const MemberParams = Type.Object({
  ...SpaceParams.properties,
  userId: Type.String({ minLength: 1, maxLength: 128 }),
});

export function memberRoutes({ engine, requestMs }: MemberRouteOptions): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/:app/:space/members",
      schema: {
        operationId: "members",
        summary: "Who may use a space",
        tags: ["members"],
        params: SpaceParams,
        response: { 200: Type.Object({ members: Type.Array(MemberSchema) }), ...ERRORS },
      },
      async handle({ params: { app, space }, principal }) {
        const work = engine.members(principal, { app, name: space });
        return jsonAnswer({ members: await inTime(requestMs, work) });
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/v1/:app/:space/members/:userId",
      schema: {
        operationId: "setMember",
        summary: "Give somebody a role in a space",
        tags: ["members"],
        params: MemberParams,
        body: Type.Object({ role: RoleSchema }, { additionalProperties: false }),
        response: { 200: MemberSchema, ...ERRORS },
      },
      async handle({ params: { app, space, userId }, body: { role }, principal }) {
        const work = engine.setMember(principal, { app, name: space }, { userId, role });
        await inTime(requestMs, work);
        return jsonAnswer({ userId, role });
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/v1/:app/:space/members/:userId",
      schema: {
        operationId: "removeMember",
        summary: "Take somebody's role away",
        tags: ["members"],
        params: MemberParams,
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle({ params: { app, space, userId }, principal }) {
        const work = engine.setMember(principal, { app, name: space }, { userId, role: null });
        await inTime(requestMs, work);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/v1/:app/:space/owner",
      schema: {
        operationId: "handOver",
        summary: "Make another member the owner in the caller's place",
        tags: ["members"],
        params: SpaceParams,
        body: Type.Object(
          { userId: Type.String({ minLength: 1, maxLength: 128 }) },
          { additionalProperties: false },
        ),
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle({ params: { app, space }, body: { userId }, principal }) {
        await inTime(requestMs, engine.handOver(principal, { app, name: space }, userId));
        return { status: 204 };
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/v1/:app/:space/membership",
      schema: {
        operationId: "leave",
        summary: "Give the caller's own role up",
        tags: ["members"],
        params: SpaceParams,
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle({ params: { app, space }, principal }) {
        const leaving = { userId: principal.userId, role: null };
        await inTime(requestMs, engine.setMember(principal, { app, name: space }, leaving));
        return { status: 204 };
      },
    }),
  ];
}
