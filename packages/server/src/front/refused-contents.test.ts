// Requests that are well-formed and still cannot be done: contents of records, cursors, versions, sizes.

import { formatCursor, parseCursor, type SyncResponse } from "@syncline/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYNC_REQUEST_EXAMPLE } from "../http/examples.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

let server: TestServer;
let users = 0;
beforeAll(async () => {
  server = await startTestServer({
    limits: { changesPerMutation: 3, changesPerPush: 5, mutationsPerPush: 4 },
  });
});
afterAll(() => server.close());

const good = SYNC_REQUEST_EXAMPLE;
const time = good.now;
const mutationOf = (id: number, ...changes: object[]) => ({ id, seen: null, changes });
const changeOf = (extra: object) => ({ collection: "todos", id: "t1", op: "put", time, ...extra });
const pushOf = (...mutations: object[]) => JSON.stringify({ ...good, mutations });

/** Sends as a user that nobody was before. */
async function sync(body: string, user = `user-${users++}`): Promise<[number, SyncResponse]> {
  const answer = await server.call(user, "/v1/todo/~/sync", { method: "POST", body });
  return [answer.status, (await answer.json()) as SyncResponse];
}

describe("a mutation that can never succeed is rejected with its path, and those behind it go on", () => {
  test.each<[string, string, string, string]>([
    ["__proto__ as a field", '{"__proto__":{"admin":true}}', "invalid", "__proto__"],
    ["__proto__ deeper", '{"a":{"b":[{"__proto__":1}]}}', "invalid", "a.b.0.__proto__"],
    ["constructor as a field", '{"constructor":{"prototype":{"x":1}}}', "invalid", "constructor"],
    ["prototype deeper", '{"a":{"prototype":1}}', "invalid", "a.prototype"],
    ["a number beyond 2^53", '{"n":9007199254740993}', "invalid", "n"],
    ["a number beyond all", '{"n":1e400}', "invalid", "n"],
    ["a lone surrogate", '{"s":"\\ud800"}', "invalid", "s"],
    ["a lone surrogate in a name", '{"\\udc00":1}', "invalid", ""],
    ["a NUL", '{"s":"a\\u0000"}', "invalid", "s"],
    ["an empty name", '{"":1}', "invalid", ""],
    ["a name of 1,000 characters", `{"${"n".repeat(1_000)}":1}`, "invalid", "n".repeat(1_000)],
    ["depth", `{"a":${"[".repeat(32)}${"]".repeat(32)}}`, "too_large", `a${".0".repeat(31)}`],
    ["a record that is too large", `{"s":"${"x".repeat(300_000)}"}`, "too_large", ""],
  ])("%s", async (_, fields, code, path) => {
    const bad = JSON.stringify(changeOf({ fields: "@" })).replace('"@"', fields);
    const after = changeOf({ id: "t2", fields: { title: "after" } });
    const body = pushOf(mutationOf(1, { mark: "@" }), mutationOf(2, after));
    const [status, { results, changes }] = await sync(body.replace('{"mark":"@"}', bad));
    expect(status).toBe(200);
    expect(results).toMatchObject([
      { id: 1, status: "rejected", error: { code } },
      { id: 2, status: "applied" },
    ]);
    const [first] = results;
    const seen = first?.status === "rejected" ? (first.error.path ?? "") : "";
    expect(seen.startsWith("mutations.0.changes.0")).toBe(true);
    if (path !== "") expect(seen.endsWith(`.fields.${path}`)).toBe(true);
    expect(changes).toMatchObject([{ id: "t2" }]);
    expect(({} as { admin?: boolean; x?: number }).admin).toBeUndefined();
    expect(({} as { admin?: boolean; x?: number }).x).toBeUndefined();
  });

  test("names that only look dangerous are kept as they are", async () => {
    const fields = {
      toString: 1,
      valueOf: "x",
      hasOwnProperty: null,
      "a.b": [],
      "<script>": "=cmd()",
    };
    const [, { changes }] = await sync(pushOf(mutationOf(1, changeOf({ fields }))));
    expect(changes).toMatchObject([{ fields }]);
  });
});

describe("sizes", () => {
  const put = (id: string) => changeOf({ id, fields: {} });
  test("too many changes in a mutation reject it", async () => {
    const mutation = mutationOf(1, put("a"), put("b"), put("c"), put("d"));
    const [, { results }] = await sync(pushOf(mutation));
    expect(results).toMatchObject([{ status: "rejected", error: { code: "too_large" } }]);
  });

  test.each([
    [
      "changes",
      [mutationOf(1, put("a"), put("b"), put("c")), mutationOf(2, put("d"), put("e"), put("f"))],
    ],
    ["mutations", [1, 2, 3, 4, 5].map((id) => mutationOf(id, put("a")))],
  ])("too many %s in a push refuse it whole", async (_, mutations) => {
    const [status, body] = await sync(pushOf(...mutations));
    expect([status, body]).toMatchObject([
      413,
      { error: { code: "too_large", path: "mutations" } },
    ]);
  });
});

describe("cursors", () => {
  const changes = async (user: string, cursor: string, query = "") => {
    const address = `/v1/todo/~/changes?cursor=${encodeURIComponent(cursor)}${query}`;
    const answer = await server.call(user, address);
    return [answer.status, ((await answer.json()) as { error?: { code: string } }).error?.code];
  };
  async function cursorOf(user: string): Promise<string> {
    const [, { cursor }] = await sync(pushOf(mutationOf(1, changeOf({ fields: { a: 1 } }))), user);
    return cursor;
  }

  test("[G8] a cursor that cannot be honoured is refused on every way in, before anything is written", async () => {
    const [mine, other] = [await cursorOf("carol"), await cursorOf("dave")];
    const read = parseCursor(mine);
    const rows: [string, string, number, string][] = [
      ["of another space", other, 409, "reset"],
      ["of another epoch", formatCursor({ ...read, epoch: "another" }), 409, "reset"],
      ["ahead of the space", formatCursor({ ...read, stamp: read.stamp + 1 }), 409, "reset"],
      ["of other collections", formatCursor({ ...read, scope: "0123456789abcdef" }), 409, "reset"],
      ["cut short", mine.slice(0, -1), 400, "invalid"],
      ["with a character more", `${mine}0`, 400, "invalid"],
      [
        "with another stamp",
        mine.replace(/\.[0-9a-z]+((?:~[0-9a-z]+)*)\.all/, ".1$1.all"),
        400,
        "invalid",
      ],
      ["with a foreign digit", mine.replace(".all", ".аll"), 400, "invalid"],
    ];
    for (const [name, cursor, status, code] of rows) {
      expect([name, ...(await changes("carol", cursor))]).toEqual([name, status, code]);
      const push = JSON.parse(pushOf(mutationOf(2, changeOf({ fields: { a: 2 } })))) as object;
      const [pushed, body] = await sync(JSON.stringify({ ...push, cursor }), "carol");
      expect([name, pushed, body]).toMatchObject([
        name,
        status,
        { error: { code, path: "cursor" } },
      ]);
    }
    expect(await changes("carol", mine)).toEqual([200, undefined]);
    expect(await changes("carol", mine, "&collections=todos")).toEqual([409, "reset"]);
    const [, { lastMutation }] = await sync(pushOf(), "carol");
    expect(lastMutation).toBe(1);
  });
});

describe("[G10] client ids", () => {
  test("are each user's own: who pushes under another's locks nobody out, and is not taken for it", async () => {
    const body = (id: number) => pushOf(mutationOf(id, changeOf({ fields: { id } })));
    const address = "/v1/todo/shared/sync";
    const push = (user: string, text: string) =>
      server.call(user, address, { method: "POST", body: text });
    expect((await push("erin", body(1))).status).toBe(200);
    await server.call("erin", "/v1/todo/shared/members/frank", {
      method: "PUT",
      body: '{"role":"writer"}',
    });
    for (const id of [1, 2, 3]) expect((await push("frank", body(id))).status).toBe(200);
    const next = (await (await push("erin", pushOf())).json()) as SyncResponse;
    expect(next).toMatchObject({ lastMutation: 1, changes: [{ fields: { id: 3 } }] });
    expect(await (await push("erin", body(2))).json()).toMatchObject({
      results: [{ id: 2, status: "applied" }],
      lastMutation: 2,
    });
  });
});

test.each([
  ["2", 426],
  ["0, 7", 426],
  ["nonsense", 426],
  ["", 426],
  ["1", 200],
  ["3, 2, 1", 200],
])("protocol version %j → %i, and the answer names the server's", async (version, status) => {
  for (const path of ["sync", "changes"]) {
    const init = path === "sync" ? { method: "POST", body: pushOf() } : {};
    const headers = { "syncline-protocol": version };
    const answer = await server.call("gina", `/v1/todo/~/${path}`, { ...init, headers });
    expect([path, answer.status]).toEqual([path, status]);
    expect(answer.headers.get("syncline-protocol")).toBe("1");
    const body = await answer.text();
    if (status === 426) expect(body).toContain('"code":"incompatible"');
  }
});
