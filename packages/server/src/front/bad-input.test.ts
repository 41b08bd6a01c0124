// Hostile input, for every endpoint: a named error with its status, nothing half-written, and a server that stays up.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SYNC_REQUEST_EXAMPLE } from "../http/examples.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ limits: { bodyBytes: 1_000_000 } });
});
afterAll(() => server.close());

/** What a space holds that nobody ever wrote to successfully. */
afterEach(async () => {
  const answer = await server.call("alice", "/v1/todo/~/changes");
  expect(await answer.json()).toMatchObject({ changes: [], lastMutation: 0, digest: {} });
});

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly path: string | undefined;
}

async function send(path: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await server.call("alice", path, init);
  const text = await answer.text();
  expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  const body = JSON.parse(text) as { error?: { code: string; message: string; path?: string } };
  if (body.error !== undefined) expect(body.error.message.length).toBeGreaterThan(5);
  return { status: answer.status, code: body.error?.code, path: body.error?.path };
}

const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  send("/v1/todo/~/sync", { method: "POST", body, headers });

const good = SYNC_REQUEST_EXAMPLE;
const [mutation] = good.mutations;
const [change] = mutation?.changes ?? [];
const withChange = (extra: object) => ({
  ...good,
  mutations: [{ ...mutation, changes: [{ ...change, ...extra }] }],
});
const withMutation = (extra: object) => ({ ...good, mutations: [{ ...mutation, ...extra }] });
const text = (value: unknown) => JSON.stringify(value);
/** JSON text with something in it that JSON.stringify would not write. */
const raw = (value: unknown, mark: string, replacement: string) =>
  text(value).replace(`"${mark}"`, replacement);

describe("the body of a sync, as a whole", () => {
  test.each<[string, BodyInit, Record<string, string>, number, string]>([
    ["nothing", "", {}, 400, "invalid"],
    ["white space", " \n", {}, 400, "invalid"],
    ["no JSON", "{clientId:1}", {}, 400, "invalid"],
    ["half of it", text(good).slice(0, -5), {}, 400, "invalid"],
    ["two values", "{}{}", {}, 400, "invalid"],
    ["NaN", raw(withChange({ baseVersion: "@" }), "@", "NaN"), {}, 400, "invalid"],
    ["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), {}, 400, "invalid"],
    ["UTF-16", Buffer.from(text(good), "utf16le"), {}, 400, "invalid"],
    ["a list", "[]", {}, 400, "invalid"],
    ["a text", '"hello"', {}, 400, "invalid"],
    ["null", "null", {}, 400, "invalid"],
    ["a list that is 1,000,000 deep", "[".repeat(999_999), {}, 413, "too_large"],
    ["an object that is 100,000 deep", '{"a":'.repeat(100_000), {}, 413, "too_large"],
    [
      "depth in a place where anything goes",
      raw(withChange({ fields: { a: "@" } }), "@", `${"[".repeat(60)}${"]".repeat(60)}`),
      {},
      413,
      "too_large",
    ],
    ["more than the limit", `"${"x".repeat(1_000_000)}"`, {}, 413, "too_large"],
    [
      "a form",
      "a=1",
      { "content-type": "application/x-www-form-urlencoded" },
      415,
      "unsupported_media_type",
    ],
    ["plain text", text(good), { "content-type": "text/plain" }, 415, "unsupported_media_type"],
    [
      "a type that is none",
      text(good),
      { "content-type": "nonsense" },
      415,
      "unsupported_media_type",
    ],
    [
      "a type that only looks right",
      text(good),
      { "content-type": "application/jsonx" },
      415,
      "unsupported_media_type",
    ],
  ])("%s", async (_, body, headers, status, code) => {
    expect(await post(body, headers)).toMatchObject({ status, code });
  });

  test("no type at all", async () => {
    const answer = await fetch(`${server.url}/v1/todo/~/sync`, {
      method: "POST",
      body: Buffer.from(text(good)),
      headers: { authorization: `Bearer ${await server.token("alice")}` },
    });
    expect(answer.status).toBe(415);
  });
});

describe("the parts of a sync", () => {
  test.each<[string, string, string]>([
    ["no clientId", text({ ...good, clientId: undefined }), "clientId"],
    ["a clientId that is a number", text({ ...good, clientId: 5 }), "clientId"],
    ["an empty clientId", text({ ...good, clientId: "" }), "clientId"],
    ["a clientId with a control character", text({ ...good, clientId: "a\u0000b" }), "clientId"],
    ["a clientId with a line break at its end", text({ ...good, clientId: "a\n" }), "clientId"],
    ["a clientId that is too long", text({ ...good, clientId: "a".repeat(129) }), "clientId"],
    ["a clientId from the object machinery", text({ ...good, clientId: "__proto__" }), "clientId"],
    ["no now", text({ ...good, now: undefined }), "now"],
    ["a now that is no reading", text({ ...good, now: "x".repeat(40) }), "now"],
    ["a now that is a number", text({ ...good, now: 1795341900000 }), "now"],
    ["no cursor", text({ ...good, cursor: undefined }), "cursor"],
    ["a cursor that is a number", text({ ...good, cursor: 5 }), "cursor"],
    ["an empty cursor", text({ ...good, cursor: "" }), "cursor"],
    ["a cursor that is none", text({ ...good, cursor: "abc" }), "cursor"],
    ["a cursor that is too long", text({ ...good, cursor: "a".repeat(129) }), "cursor"],
    ["no mutations", text({ ...good, mutations: undefined }), "mutations"],
    ["mutations that are an object", text({ ...good, mutations: {} }), "mutations"],
    ["a mutation that is null", text({ ...good, mutations: [null] }), "mutations.0"],
    ["a mutation id of 0", text(withMutation({ id: 0 })), "mutations.0.id"],
    ["a mutation id of 1.5", text(withMutation({ id: 1.5 })), "mutations.0.id"],
    ["a mutation id as text", text(withMutation({ id: "1" })), "mutations.0.id"],
    [
      "an unsafe mutation id",
      raw(withMutation({ id: "@" }), "@", "9007199254740993"),
      "mutations.0.id",
    ],
    ["an infinite mutation id", raw(withMutation({ id: "@" }), "@", "1e400"), "mutations.0.id"],
    ["a mutation without changes", text(withMutation({ changes: [] })), "mutations.0.changes"],
    ["no seen", text(withMutation({ seen: undefined })), "mutations.0.seen"],
    [
      "ids that are not in order",
      text({ ...good, mutations: [mutation, mutation] }),
      "mutations.1.id",
    ],
    ["an extra field", text({ ...good, tenant: "bob" }), "tenant"],
    ["an extra field of a mutation", text(withMutation({ user: "bob" })), "mutations.0.user"],
    ["an extra field of a change", text(withChange({ stamp: 5 })), "mutations.0.changes.0.stamp"],
    [
      "a version of the server's (B09)",
      text(withChange({ version: 9 })),
      "mutations.0.changes.0.version",
    ],
    ["an unknown op", text(withChange({ op: "drop" })), "mutations.0.changes.0.op"],
    ["a missing op", text(withChange({ op: undefined })), "mutations.0.changes.0.op"],
    ["fields that are a list", text(withChange({ fields: [] })), "mutations.0.changes.0.fields"],
    ["fields that are text", text(withChange({ fields: "x" })), "mutations.0.changes.0.fields"],
    [
      "a baseVersion below 0",
      text(withChange({ baseVersion: -1 })),
      "mutations.0.changes.0.baseVersion",
    ],
    ["an id with a slash", text(withChange({ id: "a/b" })), "mutations.0.changes.0.id"],
    [
      "an id with a control character",
      text(withChange({ id: "a\u0007" })),
      "mutations.0.changes.0.id",
    ],
    ["an id with a lone surrogate", text(withChange({ id: "\ud800" })), "mutations.0.changes.0.id"],
    [
      "an id of 129 characters",
      text(withChange({ id: "a".repeat(129) })),
      "mutations.0.changes.0.id",
    ],
    [
      "an id of 10,000 characters",
      text(withChange({ id: "a".repeat(10_000) })),
      "mutations.0.changes.0.id",
    ],
    [
      "SQL as a collection",
      text(withChange({ collection: '"; drop' })),
      "mutations.0.changes.0.collection",
    ],
    [
      "a homoglyph in a collection",
      text(withChange({ collection: "tоdos" })),
      "mutations.0.changes.0.collection",
    ],
    [
      "times that are no texts",
      text(withChange({ times: { title: 5 } })),
      "mutations.0.changes.0.times.title",
    ],
    ["a limit of 0", text({ ...good, pull: { limit: 0 } }), "pull.limit"],
    ["a limit as text", text({ ...good, pull: { limit: "5" } }), "pull.limit"],
    ["no collections", text({ ...good, pull: { collections: [] } }), "pull.collections"],
    ["a bad collection", text({ ...good, pull: { collections: ["a b"] } }), "pull.collections.0"],
    ["an extra field of pull", text({ ...good, pull: { where: "1=1" } }), "pull.where"],
    ["policies that are a list", text({ ...good, policies: [] }), "policies"],
    ["a policy that is a number", text({ ...good, policies: { todos: 5 } }), "policies.todos"],
    ["__proto__ at the top", raw({ ...good, "@": 1 }, "@", '"__proto__"'), "__proto__"],
    [
      "__proto__ in a change",
      raw(withChange({ "@": { admin: true } }), "@", '"__proto__"'),
      "mutations.0.changes.0.__proto__",
    ],
  ])("%s → 400 with its path", async (_, body, path) => {
    expect(await post(body)).toEqual({ status: 400, code: "invalid", path });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe("the address of a space", () => {
  const names = [
    ["an app with a space in it", "/v1/to%20do/~/"],
    ["an app with a NUL", "/v1/a%00b/~/"],
    ["an app from the object machinery", "/v1/__proto__/~/"],
    ["an app that is too long", `/v1/${"a".repeat(129)}/~/`],
    ["a space with a slash", "/v1/todo/a%2Fb/"],
    ["a space with a control character", "/v1/todo/a%07/"],
    ["a space that climbs", "/v1/todo/%2e%2e%2f%2e%2e%2fetc/"],
    ["a space that is too long", `/v1/todo/${"a".repeat(129)}/`],
    ["a space beyond all limits", `/v1/todo/${"a".repeat(2_000)}/`],
    ["a personal space with forbidden characters", "/v1/todo/~a%20b/"],
    ["a lone surrogate", "/v1/todo/%ED%A0%80/"],
    ["an escape that is none", "/v1/todo/%zz/"],
  ] as const;
  const endpoints: readonly (readonly [string, RequestInit])[] = [
    ["sync", { method: "POST", body: text(good) }],
    ["changes", {}],
    ["changes", { headers: { accept: "application/x-ndjson" } }],
    ["records/todos/t1/explain", {}],
    ["members", {}],
    ["members/bob", { method: "PUT", body: '{"role":"reader"}' }],
    ["members/bob", { method: "DELETE" }],
  ];
  test.each(names)("%s → 400", async (_, address) => {
    for (const [path, init] of endpoints) {
      const { status, code } = await send(address + path, init);
      expect([path, status, code]).toEqual([path, 400, "invalid"]);
    }
  });
});

describe("the query of changes", () => {
  test.each<[string, string]>([
    ["cursor=abc", "cursor"],
    ["cursor=", "cursor"],
    [`cursor=${"a".repeat(129)}`, "cursor"],
    ["cursor=a&cursor=b", "cursor"],
    ["limit=0", "limit"],
    ["limit=-1", "limit"],
    ["limit=1e9", "limit"],
    ["limit=999999", "limit"],
    ["limit=NaN", "limit"],
    ["limit=1&limit=2", "limit"],
    ["collections=", "collections"],
    ["collections=a,,b", "collections"],
    ["collections=a%00", "collections"],
    ["collections=a&collections=b", "collections"],
    [`collections=${Array.from({ length: 257 }, (_, i) => `c${i}`).join(",")}`, "collections"],
    ["clientId=a%20b", "clientId"],
    ["clientId=__proto__", "clientId"],
    ["order_by=id;drop", "order_by"],
    ["__proto__=1", "__proto__"],
  ])("%s → 400 with its path", async (query, path) => {
    for (const accept of ["application/json", "application/x-ndjson"]) {
      const init = { headers: { accept } };
      const seen = await send(`/v1/todo/~/changes?${query}`, init);
      expect(seen).toEqual({ status: 400, code: "invalid", path });
    }
  });
});

describe("the address of a record", () => {
  test.each<[string, string]>([
    ["a%20b/t1", "collection"],
    ["a%00/t1", "collection"],
    [`${"a".repeat(129)}/t1`, "collection"],
    ["todos/a%2Fb", "id"],
    ["todos/%ED%A0%80", ""],
    [`todos/${"a".repeat(200)}`, "id"],
    ["todos/a%07", "id"],
  ])("%s → 400", async (record, path) => {
    const seen = await send(`/v1/todo/~/records/${record}/explain`);
    expect(seen).toMatchObject({ status: 400, code: "invalid" });
    if (path !== "") expect(seen.path).toBe(path);
  });

  test("names from the object machinery → 400", async () => {
    for (const record of ["__proto__/t1", "todos/constructor", "prototype/__proto__"]) {
      const seen = await send(`/v1/todo/~/records/${record}/explain`);
      expect([record, seen.status, seen.code]).toEqual([record, 400, "invalid"]);
    }
  });
});

describe("members", () => {
  const put = (path: string, body: string, headers: Record<string, string> = {}) =>
    send(`/v1/todo/~/members/${path}`, { method: "PUT", body, headers });

  test.each<[string, string, string]>([
    ["no role", "{}", "role"],
    ["an unknown role", '{"role":"admin"}', "role"],
    ["a role that is null", '{"role":null}', "role"],
    ["an extra field", '{"role":"reader","userId":"eve"}', "userId"],
    ["__proto__", '{"role":"reader","__proto__":{"role":"owner"}}', "__proto__"],
  ])("%s → 400 with its path", async (_, body, path) => {
    expect(await put("bob", body)).toEqual({ status: 400, code: "invalid", path });
  });

  test.each<[string, string, Record<string, string>, number]>([
    ["nothing", "", {}, 400],
    ["no JSON", "role=owner", {}, 400],
    ["a list", "[]", {}, 400],
    ["depth", "[".repeat(100_000), {}, 413],
    ["too much", `"${"x".repeat(1_000_001)}"`, {}, 413],
    ["another type", '{"role":"reader"}', { "content-type": "text/plain" }, 415],
    ["another encoding", '{"role":"reader"}', { "content-encoding": "zstd" }, 415],
  ])("%s as body", async (_, body, headers, status) => {
    expect((await put("bob", body, headers)).status).toBe(status);
  });

  test("user ids that are none → 400", async () => {
    for (const userId of ["a".repeat(129), "%ED%A0%80", "%zz"]) {
      const seen = await put(userId, '{"role":"reader"}');
      expect([userId, seen.status, seen.code]).toEqual([userId, 400, "invalid"]);
    }
  });

  test("nobody became a member", async () => {
    const answer = await server.call("alice", "/v1/todo/~/members");
    expect(await answer.json()).toEqual({ members: [] });
  });
});

test.each([
  ["GET", "/v1/todo/~/nope"],
  ["GET", "/v1"],
  ["GET", "/v1/"],
  ["GET", "/v2/todo/~/changes"],
  ["GET", "/.env"],
  ["GET", "/docs/../../../../etc/passwd"],
  ["GET", "/docs/static/..%2f..%2f..%2fpackage.json"],
  ["GET", "/v1/todo/~/sync"],
  ["PATCH", "/v1/todo/~/sync"],
  ["DELETE", "/v1/todo/~/changes"],
  ["POST", "/health"],
])("%s %s → 404 in our shape", async (method, path) => {
  expect(await send(path, { method })).toMatchObject({ status: 404, code: "not_found" });
});
