// The OpenAPI document: complete, coherent, and true of what the server does.

import type { SyncResponse } from "@syncline/core";
import { Compile } from "typebox/schema";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

interface Media {
  readonly content?: {
    readonly [type: string]: { readonly schema: object; readonly example?: unknown };
  };
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: Media;
  readonly responses: { readonly [status: string]: Media & { readonly description: string } };
}
interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly components: { readonly securitySchemes: object };
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
}

let server: TestServer;
let document: Document;
beforeAll(async () => {
  server = await startTestServer();
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document;
});
afterAll(() => server.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

test("names every route with what it needs and what it answers", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(operations().map(({ operation }) => operation.operationId)).toEqual([
    "welcome",
    "health",
    "ready",
    "metrics",
    "sync",
    "changes",
    "explain",
    "members",
    "setMember",
    "removeMember",
    "handOver",
    "leave",
    "rules",
    "addRules",
    "spaces",
    "setUpSpace",
    "invite",
    "invitations",
    "revokeInvitation",
    "previewInvitation",
    "acceptInvitation",
    "live",
    "adminOverview",
    "adminBackups",
    "adminAudit",
    "adminSpaces",
    "adminSpace",
    "adminDeleteSpace",
    "adminUsers",
    "adminUser",
    "adminDeleteUser",
    "adminExportUser",
    "adminLock",
    "adminUnlock",
    "adminSignOut",
    "adminReset",
    "adminKey",
    "adminAllKeys",
    "adminKeys",
    "adminMakeKey",
    "adminRevokeKey",
    "adminConsumers",
    "adminDeadLetters",
    "adminRetry",
  ]);
  const tags = document.tags.map(({ name }) => name);
  for (const { path, operation } of operations()) {
    expect(operation.summary.length).toBeGreaterThan(10);
    expect(tags).toContain(operation.tags[0]);
    const parameters = (operation.parameters ?? []).filter((one) => one.in === "path");
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect([path, parameters.map(({ name }) => name)]).toEqual([path, named]);
    for (const [status, { description }] of Object.entries(operation.responses)) {
      expect([path, status]).toEqual([path, expect.stringMatching(/^([1-5]\d\d|[1-5]XX)$/)]);
      expect(description.length).toBeGreaterThan(0);
    }
    if (path.startsWith("/v1/")) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["4XX", "5XX"]));
    }
  }
});

test("every reference leads somewhere", () => {
  const text = JSON.stringify(document);
  expect(text).not.toContain('"$id"');
  for (const [, pointer] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    let at: unknown = document;
    for (const part of (pointer ?? "").split("/")) at = (at as { [name: string]: unknown })[part];
    expect([pointer, typeof at]).toEqual([pointer, "object"]);
  }
});

test("its schemas are schemas, and its examples fit them", () => {
  const contents = operations().flatMap(({ operation }) =>
    [operation.requestBody, ...Object.values(operation.responses)].flatMap((media) =>
      Object.values(media?.content ?? {}),
    ),
  );
  expect(contents.length).toBeGreaterThan(15);
  expect(contents.filter(({ example }) => example !== undefined).length).toBe(2);
  for (const { schema, example } of contents) {
    const validator = Compile(schema);
    if (example !== undefined) expect(validator.Errors(example)[1]).toEqual([]);
  }
});

test("its example of a sync can be sent, and is answered as it says", async () => {
  const sync = document.paths["/v1/{app}/{space}/sync"]?.["post"];
  const body = JSON.stringify(sync?.requestBody?.content?.["application/json"]?.example);
  const answer = await server.call("alice", "/v1/todo/~/sync", { method: "POST", body });
  const response = (await answer.json()) as SyncResponse;
  const described = sync?.responses["200"]?.content?.["application/json"];
  const shown = described?.example as SyncResponse;
  expect(Compile(described?.schema ?? {}).Errors(response)[1]).toEqual([]);
  expect(Object.keys(response).sort()).toEqual(Object.keys(shown).sort());
  expect(response.changes.map(({ id }) => id)).toEqual(shown.changes.map(({ id }) => id));

  const explain = document.paths["/v1/{app}/{space}/records/{collection}/{id}/explain"]?.["get"];
  const explanation = await server.call("alice", "/v1/todo/~/records/todos/t1/explain");
  const explained = explain?.responses["200"]?.content?.["application/json"]?.schema;
  expect(Compile(explained ?? {}).Errors(await explanation.json())[1]).toEqual([]);
});

test("the page of /docs shows it, and runs nothing from elsewhere", async () => {
  const page = await fetch(`${server.url}/docs`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("swagger-ui");
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain("upgrade-insecure-requests");
  for (const file of ["swagger-ui-bundle.js", "swagger-ui.css", "swagger-initializer.js"]) {
    expect((await fetch(`${server.url}/docs/static/${file}`)).status).toBe(200);
  }
});
