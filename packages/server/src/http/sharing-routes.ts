// The routes by which people share spaces: the list of one's own, setting one up, invitations.

import { parseSpace } from "@syncline/core";
import Type from "typebox";
import type { Engine } from "../engine/contract.ts";
import type { Invitation, ListedSpace } from "../engine/sharing-contract.ts";
import { defineRoute, jsonAnswer } from "../protocol/define-route.ts";
import { inTime } from "../protocol/in-time.ts";
import type { Route } from "../protocol/port.ts";
import { RoleSchema } from "./member-routes.ts";
import { NewRuleSchema } from "./rule-routes.ts";
import { ERRORS, SpaceParams } from "./space-routes.ts";

export interface SharingRouteOptions {
  readonly engine: Engine;
  /** How long an answer may take. */
  readonly requestMs: number;
}

const DAY_MS = 86_400_000;
const PAGE = "200";
const TimeSchema = Type.Integer({ description: "Milliseconds since 1970." });

const ListedSchema = Type.Object({
  name: Type.String(),
  role: RoleSchema,
  title: Type.String(),
  since: Type.Union([TimeSchema, Type.Null()], {
    description: "When the caller became a member; null where it was not noted.",
  }),
  stamp: Type.Integer({
    description: "The space's last commit: more than a device has read is news.",
  }),
});
const InvitationSchema = Type.Object({
  id: Type.String(),
  role: RoleSchema,
  usesLeft: Type.Integer(),
  expiresAt: TimeSchema,
  by: Type.String({ description: "The user who invited." }),
  forAddress: Type.Boolean({
    description: "Only the account with one e-mail address may accept it.",
  }),
});
const CodeSchema = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);
const AppParams = Type.Object({ app: SpaceParams.properties.app });

/** A space as lists name it. */
export function toListed({ space, role, title, sinceMs, stamp }: ListedSpace) {
  const since = sinceMs === 0 ? null : sinceMs;
  return { name: parseSpace(space).name, role, title, since, stamp };
}

function toWire({ expiresAtMs, ...invitation }: Invitation) {
  return { ...invitation, expiresAt: expiresAtMs };
}

export function sharingRoutes({ engine, requestMs }: SharingRouteOptions): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/:app/spaces",
      schema: {
        operationId: "spaces",
        summary: "The caller's shared spaces",
        tags: ["sharing"],
        params: AppParams,
        querystring: Type.Object({
          after: Type.Optional(
            Type.String({ maxLength: 128, description: "Spaces after this name." }),
          ),
          limit: Type.Optional(
            Type.String({ pattern: "^[1-9][0-9]{0,2}$", description: "Spaces in a page" }),
          ),
        }),
        response: {
          200: Type.Object({ spaces: Type.Array(ListedSchema), more: Type.Boolean() }),
          ...ERRORS,
        },
      },
      async handle({ params: { app }, query: { after = "", limit = PAGE }, principal }) {
        const page = { after, limit: Number(limit) };
        const list = await inTime(requestMs, engine.spaces(principal, app, page));
        return jsonAnswer({ spaces: list.spaces.map(toListed), more: list.more });
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/v1/:app/:space",
      schema: {
        operationId: "setUpSpace",
        summary: "Make a space, give it a title, add access rules",
        tags: ["sharing"],
        params: SpaceParams,
        body: Type.Object(
          {
            title: Type.Optional(Type.String({ maxLength: 200 })),
            rules: Type.Optional(Type.Array(NewRuleSchema, { maxItems: 1_000 })),
          },
          { additionalProperties: false },
        ),
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle({ params: { app, space }, body: { title, rules = [] }, principal }) {
        const work = engine.setUpSpace(
          principal,
          { app, name: space },
          {
            ...(title === undefined ? {} : { title }),
            rules: rules.map(({ id, ...rule }) => ({ rule, ...(id === undefined ? {} : { id }) })),
          },
        );
        await inTime(requestMs, work);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/v1/:app/:space/invitations",
      schema: {
        operationId: "invite",
        summary: "Invite to a space; the answer holds the code, which is not shown again",
        tags: ["sharing"],
        params: SpaceParams,
        body: Type.Object(
          {
            role: RoleSchema,
            email: Type.Optional(Type.String({ minLength: 3, maxLength: 254, pattern: "@" })),
            uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
            days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90 })),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({ ...InvitationSchema.properties, code: Type.String() }),
          ...ERRORS,
        },
      },
      async handle({ params: { app, space }, body: { days, ...invitation }, principal }) {
        const work = engine.invite(
          principal,
          { app, name: space },
          { ...invitation, ...(days === undefined ? {} : { forMs: days * DAY_MS }) },
        );
        const { code, ...made } = await inTime(requestMs, work);
        return jsonAnswer({ ...toWire(made), code });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/:app/:space/invitations",
      schema: {
        operationId: "invitations",
        summary: "The invitations to a space that are open: for owners all, for others their own",
        tags: ["sharing"],
        params: SpaceParams,
        response: { 200: Type.Object({ invitations: Type.Array(InvitationSchema) }), ...ERRORS },
      },
      async handle({ params: { app, space }, principal }) {
        const work = engine.invitations(principal, { app, name: space });
        return jsonAnswer({ invitations: (await inTime(requestMs, work)).map(toWire) });
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/v1/:app/:space/invitations/:id",
      schema: {
        operationId: "revokeInvitation",
        summary: "Revoke an invitation",
        tags: ["sharing"],
        params: Type.Object({
          ...SpaceParams.properties,
          id: Type.String({ minLength: 1, maxLength: 128 }),
        }),
        response: { 204: Type.Null(), ...ERRORS },
      },
      async handle({ params: { app, space, id }, principal }) {
        await inTime(requestMs, engine.revokeInvitation(principal, { app, name: space }, id));
        return { status: 204 };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/v1/:app/invitations/preview",
      schema: {
        operationId: "previewInvitation",
        summary: "What a code invites to",
        tags: ["sharing"],
        params: AppParams,
        body: CodeSchema,
        response: {
          200: Type.Object({
            name: Type.String(),
            title: Type.String(),
            role: RoleSchema,
            by: Type.String(),
            expiresAt: TimeSchema,
          }),
          ...ERRORS,
        },
      },
      async handle({ params: { app }, body: { code }, principal }) {
        const work = engine.previewInvitation(principal, app, code);
        const { space, title, role, by, expiresAtMs } = await inTime(requestMs, work);
        const { name } = parseSpace(space);
        return jsonAnswer({ name, title, role, by, expiresAt: expiresAtMs });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/v1/:app/invitations/accept",
      schema: {
        operationId: "acceptInvitation",
        summary: "Become a member; repeating it changes nothing",
        tags: ["sharing"],
        params: AppParams,
        body: CodeSchema,
        response: { 200: Type.Object({ name: Type.String(), role: RoleSchema }), ...ERRORS },
      },
      async handle({ params: { app }, body: { code }, principal }) {
        const work = engine.acceptInvitation(principal, app, code);
        const { space, role } = await inTime(requestMs, work);
        return jsonAnswer({ name: parseSpace(space).name, role });
      },
    }),
  ];
}
