// simple-sync, the older form: tokens for name and password, other names, and the times of the first releases.

import { expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { NOW_MS, type SimpleServer, serve } from "./fixture.ts";

const LEGACY = {
  legacy: {
    secret: "a secret that is at least 32 characters long",
    signIn: async (username: string, password: string) =>
      username === "testuser" && password === "testpass123" ? { userUuid: "user-123" } : undefined,
  },
};
const now = Math.floor(NOW_MS / 1000);

onBothStores("simple-sync, the older form", (open) => {
  async function signedIn() {
    const server = await serve(open, LEGACY);
    const credentials = { username: "testuser", password: "testpass123" };
    const { json } = await server.call("POST", "/auth/token", undefined, credentials);
    const { token } = json as { token: string };
    return { server, token, headers: { Authorization: `Bearer ${token}` } };
  }
  const events = async (server: SimpleServer, headers: Record<string, string>, query = "") =>
    (await server.call("GET", `/events${query}`, undefined, undefined, headers)).json;

  test("a name and a password give a token; anything else is refused in the original's words", async () => {
    const { server, token } = await signedIn();
    expect(token.split(".")).toHaveLength(3);
    const claims: unknown = JSON.parse(
      Buffer.from(token.split(".")[1] ?? "", "base64url").toString(),
    );
    expect(claims).toEqual({
      user_uuid: "user-123",
      username: "testuser",
      iat: now,
      exp: now + 86_400,
      is_admin: false,
    });
    for (const path of ["/auth/token", "/api/v1/auth/token"]) {
      const ask = async (body: unknown) => {
        const { status, json } = await server.call("POST", path, undefined, body);
        return { status, json };
      };
      for (const body of [
        "no json",
        {},
        { username: "testuser" },
        { username: 1, password: "x" },
        [],
      ])
        expect(await ask(body)).toEqual({ status: 400, json: { error: "Invalid request format" } });
      for (const username of ["wrong", "testuser"])
        expect(await ask({ username, password: "wrong" })).toEqual({
          status: 401,
          json: { error: "Invalid username or password" },
        });
    }
  });

  test("the header is exactly one word, one space and the token", async () => {
    const { server, token } = await signedIn();
    const ask = async (authorization?: string) => {
      const headers: Record<string, string> =
        authorization === undefined ? {} : { Authorization: authorization };
      const { status, json } = await server.call("GET", "/events", undefined, undefined, headers);
      return [status, json];
    };
    expect(await ask(`Bearer ${token}`)).toEqual([200, []]);
    for (const header of [undefined, token, "Bearer", `bearer ${token}`, `Bearer  ${token}`])
      expect(await ask(header)).toEqual([401, { error: "Authorization header required" }]);
    const [head = "", body = "", sign = ""] = token.split(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    const hs512 = Buffer.from('{"alg":"HS512"}').toString("base64url");
    const admin = Buffer.from(
      JSON.stringify({ user_uuid: "eve", username: "e", iat: 1, exp: 9e9 }),
    );
    for (const bad of [
      "garbage",
      `${none}.${body}.`,
      `${hs512}.${body}.${sign}`,
      `${head}.${admin.toString("base64url")}.${sign}`,
      `${head}.${body}.${sign.slice(1)}`,
    ])
      expect(await ask(`Bearer ${bad}`)).toEqual([401, { error: "Invalid or expired token" }]);
  });

  test("the author is whoever calls, any text is a UUID, and one bad event refuses all", async () => {
    const { server, headers } = await signedIn();
    const push = async (body: unknown, path = "/events") => {
      const { status, json } = await server.call("POST", path, undefined, body, headers);
      return { status, json };
    };
    const event = {
      uuid: "ev-7",
      timestamp: 1760000000,
      userUuid: "somebody-else",
      itemUuid: "chore-12",
      action: "done",
      payload: '{"by":"ana"}',
    };
    const kept = { ...event, userUuid: "user-123" };
    expect(await push([event])).toEqual({ status: 200, json: [kept] });
    expect(await push([event])).toEqual({ status: 200, json: [kept] });
    const odd = { ...event, uuid: "3/4 of an id", timestamp: 1760000001 };
    expect(await push([odd], "/api/v1/events")).toEqual({
      status: 200,
      json: [kept, { ...odd, userUuid: "user-123" }],
    });
    const missing = { status: 400, json: { error: "Missing required fields" } };
    for (const name of ["uuid", "itemUuid", "action"])
      expect(
        await push([
          { ...event, uuid: "ev-8" },
          { ...event, [name]: "" },
        ]),
      ).toEqual(missing);
    for (const timestamp of [0, now + 86_401, 2 ** 63])
      expect(await push([{ ...event, timestamp }])).toEqual({
        status: 400,
        json: { error: "Invalid timestamp" },
      });
    expect(await push("{")).toEqual({ status: 400, json: { error: "Invalid JSON format" } });
    expect(await events(server, headers)).toHaveLength(2);
  });

  test("events from a time on, that one included", async () => {
    const { server, headers } = await signedIn();
    const body = [100, 200, 300].map((timestamp) => ({
      uuid: `e${timestamp}`,
      timestamp,
      itemUuid: "i",
      action: "a",
      payload: "",
    }));
    await server.call("POST", "/events", undefined, body, headers);
    const times = async (query: string) =>
      ((await events(server, headers, query)) as { timestamp: number }[]).map(
        (one) => one.timestamp,
      );
    expect(await times("?fromTimestamp=150")).toEqual([200, 300]);
    expect(await times("?fromTimestamp=200")).toEqual([200, 300]);
    expect(await times("?fromTimestamp=301")).toEqual([]);
    for (const value of ["0", "-1", "x", "1.5", String(now + 86_401)])
      expect(await events(server, headers, `?fromTimestamp=${value}`)).toEqual({
        error: "Invalid timestamp parameter",
      });
  });

  test("ten who push five times each end with fifty events", async () => {
    const { server, headers } = await signedIn();
    const pushes = Array.from({ length: 50 }, (_, i) => {
      const event = {
        uuid: `e${i}`,
        timestamp: 1_000 + i,
        itemUuid: "i",
        action: "a",
        payload: "",
      };
      return server.call("POST", "/events", undefined, [event], headers);
    });
    await Promise.all(pushes);
    const all = (await events(server, headers)) as { uuid: string }[];
    expect(new Set(all.map(({ uuid }) => uuid)).size).toBe(50);
    expect(all).toHaveLength(50);
  });

  test("both forms read one history, each with its own names; rules hold for both once there are some", async () => {
    const { server, headers } = await signedIn();
    const event = { uuid: "e1", timestamp: 5, itemUuid: "list.shop", action: "add", payload: "{}" };
    await server.call("POST", "/events", undefined, [event], headers);
    expect(await server.events()).toMatchObject([{ user: "user-123", item: "list.shop" }]);
    await server.rules(["user-123", "list.*", "add", "allow"]);
    const push = async (itemUuid: string) =>
      (
        await server.call(
          "POST",
          "/events",
          undefined,
          [{ ...event, uuid: itemUuid, itemUuid }],
          headers,
        )
      ).status;
    expect(await push("list.other")).toBe(200);
    expect(await push("note.1")).toBe(403);
  });

  test("it is not there unless it is asked for", async () => {
    const server = await serve(open);
    for (const path of ["/events", "/auth/token", "/api/v1/auth/token"])
      expect((await server.call("POST", path, server.rootKey, [])).status).toBe(404);
  });
});
