// Declares a route whose values are checked by schemas, and have their types from them.

import type { Static, TSchema } from "typebox";
import type { Answer, BodyRule, Call, Method, Route } from "./port.ts";

interface Schemas<Params extends TSchema, Query extends TSchema, Body extends TSchema> {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly security?: readonly object[];
  readonly params?: Params;
  readonly querystring?: Query;
  readonly body?: Body;
  readonly response: object;
}

interface Definition<Params extends TSchema, Query extends TSchema, Body extends TSchema> {
  readonly method: Method;
  readonly path: string;
  readonly open?: true;
  readonly schema: Schemas<Params, Query, Body>;
  units?(body: unknown): number;
  handle(call: Call<Static<Params>, Static<Query>, Static<Body>>): Promise<Answer> | Answer;
}

const JSON_BODY: BodyRule = { as: "json" };
const BY_TOKEN_OR_KEY = [{ token: [] }, { key: [] }];

export function defineRoute<Params extends TSchema, Query extends TSchema, Body extends TSchema>(
  definition: Definition<Params, Query, Body>,
): Route {
  const { handle, schema, ...route } = definition;
  return {
    ...route,
    schema: { ...(route.open === true ? {} : { security: BY_TOKEN_OR_KEY }), ...schema },
    ...(schema.body === undefined ? {} : { body: JSON_BODY }),
    // The schemas that give the types are those that the values were checked with.
    handle: (call) => handle(call as Call<Static<Params>, Static<Query>, Static<Body>>),
  };
}

export function jsonAnswer(value: unknown, status = 200): Answer {
  return { status, body: JSON.stringify(value) };
}
