// The routes of a space's access rules: for its owners, and whom the rules themselves let in.

import { ID_PATTERN } from "@syncline/core";
import Type from "typebox";
import type { Engine, RuleEntry } from "../engine/contract.ts";
import { defineRoute, jsonAnswer } from "../protocol/define-route.ts";
import { inTime } from "../protocol/in-time.ts";
import type { Route } from "../protocol/port.ts";
import { ERRORS, SpaceParams } from "./space-routes.ts";

export interface RuleRouteOptions {
  readonly engine: Engine;
  /** How long an answer may take. */
  readonly requestMs: number;
}

const PATTERN = "An exact text, `*`, or a beginning followed by `*`.";
const RuleSchema = Type.Object({
  user: Type.String({ description: PATTERN }),
  item: Type.String({ description: `A record is \`collection.id\`. ${PATTERN}` }),
  action: Type.String({
    description: `\`read\`, \`put\`, \`patch\`, \`delete\` or \`restore\`. ${PATTERN}`,
  }),
  type: Type.Union([Type.Literal("allow"), Type.Literal("deny")]),
});
export const NewRuleSchema = Type.Object({
  ...RuleSchema.properties,
  id: Type.Optional(
    Type.String({
      pattern: ID_PATTERN,
      description: "Makes adding the rule repeatable: a rule of the same id is not added again.",
    }),
  ),
});
const AddedRuleSchema = Type.Object({
  id: Type.String(),
  ...RuleSchema.properties,
  by: Type.String({ description: "Who added it." }),
  at: Type.String({ format: "date-time" }),
});
const Answer = Type.Object({ rules: Type.Array(AddedRuleSchema) });

export function ruleRoutes({ engine, requestMs }: RuleRouteOptions): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/:app/:space/rules",
      schema: {
        operationId: "rules",
        summary: "The access rules of a space, in the order in which they were added",
        tags: ["rules"],
        params: SpaceParams,
        response: { 200: Answer, ...ERRORS },
      },
      async handle({ params: { app, space }, principal }) {
        const work = engine.rules(principal, { app, name: space });
        return jsonAnswer({ rules: (await inTime(requestMs, work)).map(shown) });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/v1/:app/:space/rules",
      schema: {
        operationId: "addRules",
        summary: "Add access rules; they hold at once",
        description:
          "Of the rules that match, the one with the most specific item decides, then the most specific user, then action, then the latest. A rule is never removed: a later one with the same patterns takes its place. From its first rule on, a space allows nothing that no rule allows; its owners are not held back.",
        tags: ["rules"],
        params: SpaceParams,
        body: Type.Object(
          { rules: Type.Array(NewRuleSchema, { minItems: 1, maxItems: 1_000 }) },
          { additionalProperties: false },
        ),
        response: { 200: Answer, ...ERRORS },
      },
      async handle({ params: { app, space }, body, principal }) {
        const rules = body.rules.map(({ id, ...rule }) => ({
          ...(id === undefined ? {} : { id }),
          rule,
        }));
        const work = engine.addRules(principal, { app, name: space }, rules);
        return jsonAnswer({ rules: (await inTime(requestMs, work)).map(shown) });
      },
    }),
  ];
}

function shown({ id, rule, by, atMs }: RuleEntry) {
  return { id, ...rule, by, at: new Date(atMs).toISOString() };
}
