// simple-sync, the form with API keys: every endpoint, status and body, as its clients know them.

import { expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { eventOf, NOW_MS, type SimpleServer, serve, uuidAt } from "./fixture.ts";

const E = "/api/v1/events";
const refused = (status: number, error: string, eventUuid?: string) => ({
  status,
  json: eventUuid === undefined ? { error } : { error, eventUuid },
});

onBothStores("simple-sync", (open) => {
  const push = (server: SimpleServer, key: string | undefined, ...events: readonly unknown[]) =>
    server.call("POST", E, key, events);

  test("a household, from the first key to the last", async () => {
    const server = await serve(open);
    const { rootKey, call } = server;
    expect(rootKey).toMatch(/^sk_[A-Za-z0-9+/]{43}$/);
    expect((await call("GET", E, rootKey)).text).toBe("[]");
    const create = eventOf(".root", ".user.member.ana", ".user.create");
    expect((await push(server, rootKey, create)).json).toEqual([create]);
    expect(
      await call("POST", "/api/v1/acl", rootKey, [
        { user: "member.*", item: "list.*", action: "*", type: "allow" },
      ]),
    ).toMatchObject({ status: 200, json: { message: "ACL events submitted" } });
    const issued = await call("POST", "/api/v1/user/generateToken", rootKey, {
      user: "member.ana",
    });
    expect(issued.json).toEqual({
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      token: expect.stringMatching(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/),
    });
    const { token } = issued.json as { token: string };
    const exchange = { token, description: "ana's phone" };
    const got = await call("POST", "/api/v1/user/exchangeToken", undefined, exchange);
    expect(got).toMatchObject({
      status: 200,
      json: {
        apiKey: expect.stringMatching(/^sk_[A-Za-z0-9+/]{43}$/),
        description: "ana's phone",
        keyUuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
        user: "member.ana",
      },
    });
    const { apiKey } = got.json as { apiKey: string };
    expect(await call("POST", "/api/v1/user/exchangeToken", undefined, { token })).toMatchObject(
      refused(400, "Failed to exchange setup token"),
    );
    expect(
      (await server.events(apiKey)).map(({ item, action, user }) => [user, item, action]),
    ).toEqual([
      [".root", ".user.member.ana", ".user.create"],
      [".root", ".acl", ".acl.addRule"],
      [".root", ".user.member.ana", ".user.generateToken"],
      ["member.ana", ".user.member.ana", ".user.exchangeToken"],
    ]);
    const event = eventOf("member.ana", "list.shop", "add", '{"what":"milk"}');
    const pushed = await push(server, apiKey, event);
    expect(pushed.json).toContainEqual(event);
    expect(pushed.json).toHaveLength(5);
    expect(
      await call("POST", "/api/v1/user/resetKey", rootKey, { user: "member.ana" }),
    ).toMatchObject({
      status: 200,
      json: { message: "API keys invalidated successfully" },
    });
    expect(await call("GET", E, apiKey)).toMatchObject(refused(401, "Invalid API key"));
  });

  test("health needs no key", async () => {
    const { call } = await serve(open);
    const { status, json, type } = await call("GET", "/api/v1/health");
    expect([status, type]).toEqual([200, "application/json; charset=utf-8"]);
    expect(json).toEqual({
      status: "healthy",
      timestamp: "2026-01-05T12:00:00Z",
      version: expect.stringMatching(/^\d/),
      uptime: 0,
    });
  });

  test("everything else does", async () => {
    const { call, rootKey } = await serve(open);
    for (const [method, path] of [
      ["GET", "/events"],
      ["POST", "/events"],
      ["POST", "/acl"],
      ["POST", "/user/generateToken"],
      ["POST", "/user/resetKey"],
    ] as const) {
      const body = method === "POST" ? "not json" : undefined;
      const ask = (key?: string, headers?: Record<string, string>) =>
        call(method, `/api/v1${path}`, key, body, headers);
      expect(await ask()).toMatchObject(refused(401, "X-API-Key header required"));
      expect(await ask("")).toMatchObject(refused(401, "X-API-Key header required"));
      for (const key of [
        "invalid-token",
        "sk_",
        rootKey.slice(0, -1),
        `${rootKey}x`,
        `sk_${"A".repeat(43)}`,
      ])
        expect(await ask(key)).toMatchObject(refused(401, "Invalid API key"));
      expect(await ask(undefined, { Authorization: "Bearer abc.def.ghi" })).toMatchObject({
        status: 401,
      });
    }
    // For a while keys were sent so.
    expect(
      (await call("GET", E, undefined, undefined, { Authorization: `Bearer ${rootKey}` })).status,
    ).toBe(200);
  });

  test("an event is checked part by part, and named; nothing of the push is kept", async () => {
    const server = await serve(open);
    const key = await server.user("member.ana");
    await server.rules(["*", "*", "*", "allow"]);
    const before = await server.events();
    const good = eventOf("member.ana");
    const now = Math.floor(NOW_MS / 1000);
    const other = (change: object) => ({ ...eventOf("member.ana"), ...change });
    const far = now + 86_402;
    const cases: [object, string][] = [
      [other({ uuid: "" }), "UUID is required"],
      [other({ uuid: undefined }), "UUID is required"],
      [other({ uuid: "1" }), "UUID must be valid format"],
      [other({ uuid: "g199c74f-c696-78f8-833a-82f8cf1f1949" }), "UUID must be valid format"],
      [
        other({ uuid: "550e8400-e29b-41d4-a716-446655440000", timestamp: 978651787 }),
        "invalid timestamp",
      ],
      [other({ timestamp: 5 }), "invalid timestamp"],
      [other({ uuid: "00000000-0000-7000-8000-000000000000", timestamp: 0 }), "invalid timestamp"],
      [other({ uuid: uuidAt(far), timestamp: far }), "invalid timestamp"],
      [other({ user: "" }), "user is required"],
      [other({ item: "" }), "item is required"],
      [other({ action: undefined }), "action is required"],
    ];
    for (const [event, error] of cases) {
      const uuid = (event as { uuid?: string }).uuid ?? "";
      expect(await push(server, key, good, event)).toMatchObject(refused(400, error, uuid));
    }
    expect(
      await push(server, key, good, { ...good, uuid: uuidAt(good.timestamp), user: "member.bob" }),
    ).toMatchObject({ status: 403, json: { error: "Cannot submit events for other users" } });
    expect(await server.events()).toEqual(before);
    expect((await push(server, key, good)).status).toBe(200);
  });

  test("times are taken in seconds and in milliseconds, and UUIDs in each of their spellings", async () => {
    const server = await serve(open);
    const vectors: [string, number][] = [
      ["0199c74f-c696-78f8-833a-82f8cf1f1949", 1759985518],
      ["0199c82c-c07b-7c88-a7a2-26e11ad1204c", 1760000000],
      ["0199c82dae477c0f89c0f8bf5e7a4b06", 1760000060],
      ["{0199C82D-AE47-7C0F-89C0-F8BF5E7A4B07}", 1760000060],
      ["urn:uuid:0199c82d-ae47-7c0f-89c0-f8bf5e7a4b08", 1760000060999],
    ];
    for (const [uuid, timestamp] of vectors) {
      const event = { uuid, timestamp, user: ".root", item: "a", action: "b", payload: "" };
      expect((await push(server, server.rootKey, event)).status).toBe(200);
    }
    expect((await server.events()).map(({ uuid }) => uuid)).toEqual(vectors.map(([uuid]) => uuid));
  });

  test("what is no list of events is refused before anything is looked at", async () => {
    const { call, rootKey } = await serve(open);
    const event = eventOf(".root");
    const bodies = [
      "",
      "{",
      "{}",
      "7",
      '"a"',
      "[1]",
      "[null]",
      "[[]]",
      JSON.stringify([{ ...event, timestamp: "1" }]),
      JSON.stringify([{ ...event, timestamp: 1.5 }]),
      JSON.stringify([{ ...event, timestamp: -1 }]),
      JSON.stringify([{ ...event, payload: { a: 1 } }]),
      JSON.stringify([{ ...event, uuid: 7 }]),
      `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
    ];
    for (const body of bodies)
      expect(await call("POST", E, rootKey, body)).toMatchObject(
        refused(400, "Invalid JSON format"),
      );
    for (const body of ["[]", "null"])
      expect(await call("POST", E, rootKey, body)).toMatchObject({ status: 200, text: "[]" });
    const large = `[${JSON.stringify({ ...event, payload: "x".repeat(11 * 1024 * 1024) })}]`;
    expect((await call("POST", E, rootKey, large)).status).toBe(413);
    expect((await call("GET", E, rootKey)).text).toBe("[]");
  });

  test("rules come by their own door only, and internal events by none", async () => {
    const server = await serve(open);
    const key = await server.user("member.ana");
    await server.rules(["member.ana", "*", "*", "allow"]);
    const rule = { ...eventOf("member.bob", ".acl", ".acl.addRule"), uuid: "not-v7" };
    expect(await push(server, key, eventOf("member.ana"), rule)).toMatchObject(
      refused(400, "ACL events must be submitted via dedicated /api/v1/acl endpoint", "not-v7"),
    );
    for (const [who, k] of [
      ["member.ana", key],
      [".root", server.rootKey],
    ] as const) {
      const event = eventOf(who, "list.shop", ".secret");
      expect(await push(server, k, event)).toMatchObject(
        refused(403, "Cannot add internal events through this endpoint", event.uuid),
      );
    }
  });

  test("rules decide from the moment they are there, the most specific first, and stay after a restart", async () => {
    const server = await serve(open);
    const [ana, bob] = [await server.user("member.ana"), await server.user("member.bob")];
    const tries = async (key: string, user: string, item: string, action: string) =>
      (await push(server, key, eventOf(user, item, action))).status;
    expect(await tries(ana, "member.ana", "list.shop", "add")).toBe(403);
    await server.rules(["member.ana", "list.shop", "add", "allow"]);
    expect(await tries(ana, "member.ana", "list.shop", "add")).toBe(200);
    expect(await tries(bob, "member.bob", "list.shop", "add")).toBe(403);
    await server.rules(["member.*", "list.*", "*", "allow"], ["*", "list.archive", "*", "deny"]);
    expect(await tries(bob, "member.bob", "list.shop", "remove")).toBe(200);
    expect(await tries(bob, "member.bob", "list.archive", "remove")).toBe(403);
    await server.rules(["member.bob", "list.shop", "add", "deny"]);
    expect(await tries(bob, "member.bob", "list.shop", "add")).toBe(403);
    await server.rules(["member.bob", "list.shop", "add", "allow"]);
    expect(await tries(bob, "member.bob", "list.shop", "add")).toBe(200);
    const refusal = eventOf("member.bob", "list.archive");
    expect(await push(server, bob, eventOf("member.bob"), refusal)).toMatchObject(
      refused(403, "Insufficient permissions", refusal.uuid),
    );
    const payloads = (await server.events()).filter(({ item }) => item === ".acl");
    expect(payloads[0]?.payload).toBe(
      '{"user":"member.ana","item":"list.shop","action":"add","type":"allow"}',
    );
    expect(payloads).toHaveLength(5);
  });

  test("rules are checked in order, all of a request or none", async () => {
    const server = await serve(open);
    const lead = await server.user("lead.kim");
    const good = { user: "member.*", item: "*", action: "*", type: "allow" };
    const send = (body: unknown, key = server.rootKey) =>
      server.call("POST", "/api/v1/acl", key, body);
    expect(await send("not json", lead)).toMatchObject(refused(403, "Insufficient permissions"));
    const cases: [unknown, string][] = [
      ["not json", "Invalid request format"],
      [{}, "Invalid request format"],
      [[1], "Invalid request format"],
      [[], "At least one ACL rule required"],
      ["null", "At least one ACL rule required"],
      [[good, { ...good, user: "" }], "user pattern cannot be empty"],
      [[{ ...good, item: "" }], "item pattern cannot be empty"],
      [[{ ...good, action: "" }], "action pattern cannot be empty"],
      [[{ ...good, user: "a**" }], "user pattern can have at most one wildcard at the end"],
      [[{ ...good, item: "*a*" }], "item pattern can have at most one wildcard at the end"],
      [[{ ...good, action: "a*b" }], "action pattern can have at most one wildcard at the end"],
      [[{ ...good, item: "a\u0001" }], "item pattern contains invalid control characters"],
      [[{ ...good, type: "maybe" }], "type must be either 'allow' or 'deny'"],
      [Array.from({ length: 1_001 }, () => good), "At most 1000 ACL rules at a time"],
    ];
    for (const [body, error] of cases) expect(await send(body)).toMatchObject(refused(400, error));
    expect((await server.events()).filter(({ item }) => item === ".acl")).toEqual([]);
    await server.rules(["lead.*", ".acl", ".acl.addRule", "allow"]);
    expect((await send([good], lead)).status).toBe(200);
  });

  test("codes and resets are for whom the rules let, asked about the user's own name", async () => {
    const server = await serve(open);
    const { call, rootKey } = server;
    const lead = await server.user("lead.kim");
    await server.user("member.ana");
    const ask = (what: string, body: unknown, key = lead) =>
      call("POST", `/api/v1/user/${what}`, key, body);
    for (const what of ["generateToken", "resetKey"]) {
      expect(await ask(what, { user: "member.ana" })).toMatchObject(
        refused(403, "Insufficient permissions"),
      );
      for (const body of [{}, { user: "" }, { user: 7 }, [], "x"])
        expect(await ask(what, body)).toMatchObject(refused(400, "Invalid request format"));
    }
    await server.rules(
      ["lead.*", "member.*", ".user.*", "allow"],
      ["lead.*", "*", ".user.*", "allow"],
    );
    expect((await ask("generateToken", { user: "member.ana" })).status).toBe(200);
    expect((await ask("resetKey", { user: "member.nobody" })).status).toBe(200);
    expect((await ask("generateToken", { user: "member.nobody" })).status).toBe(500);
    // Nobody makes themselves the one whom no rule holds back.
    expect(await ask("generateToken", { user: ".root" })).toMatchObject(
      refused(403, "Insufficient permissions"),
    );
    expect((await ask("generateToken", { user: ".root" }, rootKey)).status).toBe(200);
    for (const body of [{ token: "EXPIRED-TOKEN" }, { token: "INVALID-FORMAT" }])
      expect(await call("POST", "/api/v1/user/exchangeToken", undefined, body)).toMatchObject(
        refused(400, "Failed to exchange setup token"),
      );
    for (const body of [{}, { token: "" }, { token: 1 }, "no json", { token: "A", description: 1 }])
      expect(await call("POST", "/api/v1/user/exchangeToken", undefined, body)).toMatchObject(
        refused(400, "Invalid request format"),
      );
  });

  test("pushing again does nothing; another event under the same UUID is refused", async () => {
    const server = await serve(open);
    const event = eventOf(".root");
    const first = await push(server, server.rootKey, event);
    expect((await push(server, server.rootKey, event)).json).toEqual(first.json);
    expect((await push(server, server.rootKey, event, event)).json).toEqual(first.json);
    const other = { ...event, payload: '{"other":true}' };
    expect(await push(server, server.rootKey, eventOf(".root"), other)).toMatchObject(
      refused(409, "Another event has this UUID", event.uuid),
    );
    expect(await server.events()).toHaveLength(1);
  });

  test("many who push at once are all there, each once, in one order for all", async () => {
    const server = await serve(open);
    const key = await server.user("member.ana");
    await server.rules(["*", "*", "*", "allow"]);
    const pushed = Array.from({ length: 50 }, () => eventOf("member.ana"));
    await Promise.all(pushed.map((event) => push(server, key, event)));
    const events = (await server.events()).filter(({ item }) => item === "list.shop");
    expect(new Set(events.map(({ uuid }) => uuid))).toEqual(
      new Set(pushed.map(({ uuid }) => uuid)),
    );
    expect(events).toHaveLength(50);
    expect(await server.events(key)).toEqual(await server.events());
  });
});
