// What is refused, and in which words: the spec's validation, and what hostile devices send.

import { createMemoryStore } from "@syncline/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EPOCH, type ManaServer, pullAll, startMana } from "./fixture.ts";

let server: ManaServer;
const logged: { level: number; msg: string; reason?: string }[] = [];
beforeAll(async () => {
  server = await startMana(
    async () => createMemoryStore(),
    { corsOrigins: ["https://*.example.com", "http://localhost:5173"] },
    {
      server: {
        logLevel: "warn",
        logSink: { write: (line) => void logged.push(JSON.parse(line)) },
      },
    },
  );
});
afterAll(() => server.close());

const NOW = "2026-05-01T09:00:00Z";
const GOOD = { table: "t", id: "i", op: "insert", data: {} };

async function post(body: string, headers: { [name: string]: string } = {}, user = "anna") {
  const answer = await server.call(user, "/sync/todo", { method: "POST", headers, body });
  return [answer.status, await answer.text()];
}

async function pushed(...changes: unknown[]) {
  return await post(JSON.stringify({ clientId: "a", since: EPOCH, changes }));
}

async function stored(user = "anna"): Promise<number> {
  return (await server.device(user, "reader").pull("t")).serverChanges.length;
}

/** What is kept for the operator of a user's changes. */
async function refusedChanges(user: string) {
  const page = await server.store.page({
    space: `.mana/~${user}`,
    after: 0,
    tombstonesAfter: 0,
    limit: 1_000,
    maxBytes: 10_000_000,
    separator: ",",
  });
  const records = JSON.parse(`[${page?.changes ?? ""}]`) as {
    fields: { [name: string]: unknown };
  }[];
  return records.map(({ fields }) => fields).filter(({ userId }) => userId === user);
}

describe("a push", () => {
  const cases: [what: string, body: string, answer: string | RegExp][] = [
    ["that is no JSON", "{", /^invalid JSON: /],
    ["without a body", "", /^invalid JSON: /],
    ["that is a list", "[]", /^invalid JSON: /],
    ["that is null", "null", /^invalid JSON: /],
    ["whose changes are no list", '{"changes":{}}', /^invalid JSON: /],
    ["whose change is a text", '{"changes":["x"]}', /^invalid JSON: /],
    ["whose clientId is a number", '{"clientId":1}', /^invalid JSON: /],
    ["of a newer version", '{"schemaVersion":2}', "unsupported schemaVersion 2 (max 1)"],
    [
      "with an unknown op",
      '{"changes":[{"table":"t","id":"i","op":"upsert"}]}',
      'invalid op "upsert" in change 0',
    ],
    ["with no op", '{"changes":[{"table":"t","id":"i"}]}', 'invalid op "" in change 0'],
    ["with null as a change", '{"changes":[null]}', 'invalid op "" in change 0'],
    [
      "with an empty table",
      '{"changes":[{"table":"","id":"i","op":"delete"}]}',
      "missing table or id in change 0",
    ],
    [
      "without an id",
      '{"changes":[{"table":"t","op":"delete"}]}',
      "missing table or id in change 0",
    ],
    [
      "with a list as data",
      '{"changes":[{"table":"t","id":"i","op":"insert","data":[]}]}',
      /^invalid JSON: /,
    ],
  ];
  test.each(cases)("[DM7] %s is refused, and nothing is written", async (_what, body, expected) => {
    const [status, text] = await post(body);
    expect(status).toBe(400);
    if (typeof expected === "string") expect(text).toBe(`${expected}\n`);
    else expect(text).toMatch(expected);
    expect(await stored()).toBe(0);
  });

  const deep = "[".repeat(200) + "]".repeat(200);
  const unfit: [what: string, change: string, reason: RegExp][] = [
    [
      "with null as a field",
      '{"table":"t","id":"i","op":"update","fields":{"x":null}}',
      /^fields\.x: /,
    ],
    ["with a NUL", '{"table":"t","id":"i","op":"insert","data":{"x":"a\\u0000b"}}', /^data\.x: /],
    [
      "with __proto__",
      '{"table":"t","id":"i","op":"insert","data":{"__proto__":{"x":1}}}',
      /^data\.__proto__: /,
    ],
    [
      "with a number that cannot be kept",
      '{"table":"t","id":"i","op":"insert","data":{"x":1e300}}',
      /^data\.x: /,
    ],
    [
      "nested too deep",
      `{"table":"t","id":"i","op":"insert","data":{"x":${deep}}}`,
      /^data\.x.* nested deeper /,
    ],
    [
      "with an actor nested too deep",
      `{"table":"t","id":"i","op":"insert","actor":${deep}}`,
      /^actor.* nested deeper /,
    ],
    [
      "nested beyond all measure",
      `{"table":"t","id":"i","op":"update","fields":{"x":{"value":${"[".repeat(9_000)}${"]".repeat(9_000)}}}}`,
      /nested deeper /,
    ],
    [
      "with an overlong id",
      `{"table":"t","id":"${"é".repeat(100)}","op":"delete"}`,
      /^The table or id is too long/,
    ],
  ];
  test.each(unfit)(
    "[DM7] a change %s is refused alone, and kept for the operator",
    async (what, change, reason) => {
      const user = what.replaceAll(" ", "-");
      const good = (id: string) => JSON.stringify({ ...GOOD, id });
      const body = `{"changes":[${good("one")},${change},${good("two")}]}`;
      expect((await post(body, {}, user))[0]).toBe(200);
      expect(await stored(user)).toBe(2);
      // Sent again it is the same one.
      expect((await post(`{"changes":[${change}]}`, {}, user))[0]).toBe(200);
      expect(await refusedChanges(user)).toMatchObject([
        { reason: expect.stringMatching(reason), appId: "todo", op: expect.any(String) },
      ]);
      // It is told, and is no fault of the server's.
      const told = logged.filter(({ msg }) => msg.includes(` of user ${user} `));
      expect(told).toMatchObject(
        Array(2).fill({ level: 40, reason: expect.stringMatching(reason) }),
      );
      expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(
        /\nsyncline_mana_refused_changes [1-9]/,
      );
    },
  );

  test("[DM7] a record of 300 KiB is taken, edited and deleted among others", async () => {
    const device = server.device("large", "a");
    const large = { ...GOOD, id: "big", data: { x: "x".repeat(300 * 1024) } };
    const { syncedUntil: since } = await device.push([{ ...GOOD, id: "a" }, large, GOOD]);
    await device.push([
      { table: "t", id: "big", op: "update", fields: { y: { value: 1, at: NOW } } },
    ]);
    const other = server.device("large", "b");
    const { serverChanges } = await other.pull("t");
    expect(serverChanges.map(({ id }) => id).sort()).toEqual(["a", "big", "i"]);
    expect(serverChanges.find(({ id }) => id === "big")?.data).toMatchObject({ y: 1 });
    await device.push([{ table: "t", id: "big", op: "delete", deletedAt: NOW }]);
    expect((await other.pull("t", since)).serverChanges).toMatchObject([
      { id: "big", op: "delete" },
    ]);
    expect(await refusedChanges("large")).toEqual([]);
  });

  test("[DM7] a body that is nothing but brackets is refused", async () => {
    const many = 2_000_000;
    const [status] = await post("[".repeat(many) + "]".repeat(many));
    expect(status).toBe(400);
    expect(await stored()).toBe(0);
  });

  test("[DM7] a push that the original refuses is refused as a whole, and its change is named", async () => {
    const answer = await pushed(
      GOOD,
      { ...GOOD, id: "j" },
      { ...GOOD, op: "replace" },
      { op: "delete" },
    );
    expect(answer).toEqual([400, 'invalid op "replace" in change 2\n']);
    expect(await stored()).toBe(0);
  });

  test("[DM7] 10 MiB are read, one byte more is not", async () => {
    const max = 10 * 1024 * 1024;
    const body = '{"changes":[]}';
    expect((await post(body + " ".repeat(max - body.length)))[0]).toBe(200);
    expect(await post(body + " ".repeat(max + 1 - body.length))).toEqual([
      400,
      "invalid JSON: http: request body too large\n",
    ]);
  });

  test("[DM7] bodies that are held at once have room together, and give it back", async () => {
    await using small = await startMana(
      async () => createMemoryStore(),
      {},
      {
        server: { httpLimits: { bodiesBytes: 1024 * 1024 } },
      },
    );
    const send = async (bytes: number) => {
      const body = `{"changes":[]}${" ".repeat(bytes)}`;
      return (await small.call("anna", "/sync/todo", { method: "POST", body })).status;
    };
    for (let i = 0; i < 5; i++) expect(await send(900_000)).toBe(200);
    expect(await send(2_000_000)).toBe(503);
    expect(await send(900_000)).toBe(200);
  });

  test("[DM7] changes are taken however many there are; half a character is read as the original does", async () => {
    const changes = Array.from({ length: 12_000 }, (_, index) => ({
      table: "many",
      id: `i${index % 7_000}`,
      op: "update",
      fields: { x: { value: index, at: "2026-05-01T08:00:00Z" } },
    }));
    expect((await pushed(...changes))[0]).toBe(200);
    const pages = await pullAll(server.device("anna", "b"), "many");
    const many = pages.flatMap(({ serverChanges }) => serverChanges);
    expect(many).toHaveLength(7_000);
    const found = many.find(({ id }) => id === "i4999");
    expect(found?.data?.["x"]).toBe(11_999);
    const [status] = await post(
      '{"changes":[{"table":"t","id":"half","op":"insert","data":{"x":"\\ud83d"}}]}',
    );
    expect(status).toBe(200);
    const { serverChanges } = await server.device("anna", "b").pull("t");
    expect(serverChanges).toMatchObject([{ id: "half", data: { x: "\ufffd" } }]);
  });

  test("[DM7] unknown names, null changes, no client id and any content type are taken", async () => {
    const body = '{"changes":null,"since":null,"appId":"other","extra":{"deep":[1]}}';
    for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded"])
      expect((await post(body, { "content-type": type }))[0]).toBe(200);
  });

  test("[DM7] the same change twice in a push is one change", async () => {
    const change = {
      table: "twice",
      id: "i",
      op: "update",
      fields: { x: { value: 1, at: "2026-05-01T08:00:00Z" } },
    };
    await pushed(change, change, { ...change, op: "delete" }, { ...change, op: "delete" });
    expect((await server.device("anna", "b").pull("twice")).serverChanges).toMatchObject([
      { op: "delete" },
    ]);
  });
});

describe("who calls", () => {
  const unauthorized: [what: string, headers: { [name: string]: string }, text: string][] = [
    ["nobody", { authorization: "" }, "unauthorized: no authorization header\n"],
    [
      "`bearer` in lower case",
      { authorization: "bearer x" },
      "unauthorized: no authorization header\n",
    ],
    [
      "no token",
      { authorization: "Bearer x" },
      "unauthorized: parse token: The token is no JSON Web Token.\n",
    ],
  ];
  test.each(unauthorized)(
    "[DM8] %s is refused with 401, before the body is read",
    async (_what, headers, text) => {
      for (const [path, init] of [
        ["/sync/todo", { method: "POST", body: "{" }],
        ["/sync/todo/pull?collection=t&since=x", {}],
      ] as const) {
        const answer = await fetch(`${server.url}${path}`, { ...init, headers });
        expect([
          answer.status,
          answer.headers.get("content-type"),
          answer.headers.get("x-content-type-options"),
        ]).toEqual([401, "text/plain; charset=utf-8", "nosniff"]);
        expect(await answer.text()).toBe(text);
      }
    },
  );

  test("[DM8] an error tells nothing of what is inside", async () => {
    const answer = await server.call("anna", "/sync/todo/pull?collection=t");
    expect([answer.status, await answer.text()]).toEqual([
      400,
      "missing collection or since parameter\n",
    ]);
    const app = await server.call("anna", `/sync/${"x".repeat(200)}`, {
      method: "POST",
      body: "{}",
    });
    expect(app.status).toBe(400);
  });

  test("[DM8] another method is 405 with what is allowed; a HEAD is answered", async () => {
    for (const [path, method, allow] of [
      ["/sync/todo", "GET", "POST"],
      ["/sync/todo", "DELETE", "POST"],
      ["/sync/todo/pull", "POST", "GET, HEAD"],
    ] as const) {
      const answer = await fetch(`${server.url}${path}`, { method });
      expect([answer.status, answer.headers.get("allow"), await answer.text()]).toEqual([
        405,
        allow,
        "Method Not Allowed\n",
      ]);
    }
    const head = await server.call("anna", `/sync/todo/pull?collection=t&since=${EPOCH}`, {
      method: "HEAD",
    });
    expect(head.status).toBe(200);
  });
});

describe("pages of other origins", () => {
  const preflight = async (
    origin: string,
    method = "POST",
    headers = "authorization,x-client-id",
  ) =>
    await fetch(`${server.url}/sync/todo`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": method,
        "access-control-request-headers": headers,
      },
    });

  test.each(["https://app.example.com", "http://localhost:5173"])(
    "[DM9] %s may call",
    async (origin) => {
      const answer = await preflight(origin);
      expect(answer.status).toBe(204);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "authorization, x-client-id",
        "access-control-allow-credentials": "true",
        vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
      });
      const called = await server.call("anna", "/sync/todo", {
        method: "POST",
        headers: { origin },
        body: "{}",
      });
      expect([called.status, called.headers.get("access-control-allow-origin")]).toEqual([
        200,
        origin,
      ]);
    },
  );

  test.each([
    "https://example.com",
    "https://app.example.com.evil.org",
    "null",
    "http://app.example.com",
  ])("[DM9] %s is given no leave, and is not refused", async (origin) => {
    const answer = await preflight(origin);
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([204, null]);
    const called = await server.call("anna", "/sync/todo", {
      method: "POST",
      headers: { origin },
      body: "{}",
    });
    expect([called.status, called.headers.get("access-control-allow-origin")]).toEqual([200, null]);
  });

  test("[DM9] other methods and headers than the original's are given no leave", async () => {
    for (const answer of [
      await preflight("http://localhost:5173", "PUT"),
      await preflight("http://localhost:5173", "POST", "x-other"),
    ])
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});
