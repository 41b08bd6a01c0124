// The document of the interface as Swagger 2.0, which is what tools made for the original's `doc.json` read.

import { answersOf, ONCE, ROUTES, ZONE } from "./documentation.ts";
import { BODIES, type Json, QUERIES } from "./documented-fields.ts";

const JSON_TYPE = "application/json";

/** @param basePath what stands before every path */
export function swaggerDocument(basePath: string): object {
  const paths: { [path: string]: { [method: string]: object } } = {};
  for (const key of Object.keys(ROUTES)) {
    const [method = "", path = ""] = key.split(" ");
    const place = path.replace(/:(\w+)/g, "{$1}");
    paths[place] = { ...paths[place], [method.toLowerCase()]: operationOf(key, path) };
  }
  return {
    swagger: "2.0",
    info: {
      title: "Kanso Sync Engine API",
      version: "1.0",
      description: "Habits and entries, with their feeds. All of this server: /docs.",
    },
    basePath,
    consumes: [JSON_TYPE],
    produces: [JSON_TYPE],
    securityDefinitions: { BearerAuth: { type: "apiKey", name: "Authorization", in: "header" } },
    paths,
  };
}

function operationOf(key: string, path: string): object {
  const route = ROUTES[key];
  if (route === undefined) return {};
  const { summary, description, open, body, query, zone, once } = route;
  const fields = query === undefined ? undefined : QUERIES[query];
  const required: readonly string[] =
    fields !== undefined && "required" in fields ? fields.required : [];
  const parameters: object[] = [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
      ...{ name, in: "path", required: true, type: "string" },
    })),
    ...Object.entries(fields?.properties ?? {}).map(([name, field]) => ({
      ...{ name, in: "query", required: required.includes(name) },
      ...(field as Json), // each is one, of documented-fields.ts
    })),
    ...(zone ? [{ name: "X-Timezone", in: "header", ...ZONE }] : []),
    ...(once ? [{ name: "Idempotency-Key", in: "header", ...ONCE }] : []),
    ...(body === undefined
      ? []
      : [{ name: "request", in: "body", required: true, schema: schemaOf(BODIES[body]) }]),
  ];
  return {
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [path.split("/")[1]],
    ...(open ? {} : { security: [{ BearerAuth: [] }] }),
    parameters,
    responses: Object.fromEntries(
      Object.entries(answersOf(route)).map(([status, said]) => [status, { description: said }]),
    ),
  };
}

/** Swagger 2.0 has no type of nothing. */
function schemaOf(body: { readonly properties: Json }): object {
  const properties = Object.entries(body.properties).map(([name, value]) => {
    const field = value as Json; // each is one, of documented-fields.ts
    const isNull = field["type"] === "null";
    return [name, isNull ? { ...field, type: "string", "x-nullable": true } : field];
  });
  return { ...body, properties: Object.fromEntries(properties) };
}
