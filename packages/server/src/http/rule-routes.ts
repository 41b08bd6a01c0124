// The routes of a space's access rules: for its owners, and whom the rules themselves let in.

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ID_PATTERN } from "@syncline/core";
import Type from "typebox";
import type { Engine, RuleEntry } from "../engine/contract.ts";
import { inTime } from "./in-time.ts";
import type { HttpLimits } from "./limits.ts";
import { principalOf } from "./principal-of.ts";
import { ERRORS, SpaceParams } from "./space-routes.ts";

export interface RuleRouteOptions {
  readonly engine: Engine;
  readonly limits: HttpLimits;
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
const NewRuleSchema = Type.Object({
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

export const ruleRoutes: FastifyPluginAsyncTypebox<RuleRouteOptions> = async (
  app,
  { engine, limits },
) => {
  app.get(
    "/:app/:space/rules",
    {
      schema: {
        operationId: "rules",
        summary: "The access rules of a space, in the order in which they were added",
        tags: ["rules"],
        params: SpaceParams,
        response: { 200: Answer, ...ERRORS },
      },
    },
    async (request) => {
      const { app: name, space } = request.params;
      const work = engine.rules(principalOf(request), { app: name, name: space });
      return { rules: (await inTime(limits.requestMs, work)).map(shown) };
    },
  );

  app.post(
    "/:app/:space/rules",
    {
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
    },
    async (request) => {
      const { app: name, space } = request.params;
      const rules = request.body.rules.map(({ id, ...rule }) => ({
        ...(id === undefined ? {} : { id }),
        rule,
      }));
      const work = engine.addRules(principalOf(request), { app: name, name: space }, rules);
      return { rules: (await inTime(limits.requestMs, work)).map(shown) };
    },
  );
};

function shown({ id, rule, by, atMs }: RuleEntry) {
  return { id, ...rule, by, at: new Date(atMs).toISOString() };
}
