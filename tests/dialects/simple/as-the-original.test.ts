// simple-sync: what clients may rely on besides the endpoints. Slashes, unknown addresses, the case of names, unknown users.

import { expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { eventOf, type SimpleServer, serve } from "./fixture.ts";

const SECRET = "a secret that is at least 32 characters long";
const LEGACY = { legacy: { secret: SECRET, signIn: async () => ({ userUuid: "user-123" }) } };

/** An object with its names in capitals. */
function loud(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toUpperCase(), one]));
}

onBothStores("simple-sync, as the original", (open) => {
  async function signedIn(server: SimpleServer) {
    const body = { USERNAME: "u", Password: "p" };
    const { json } = await server.call("POST", "/auth/token", undefined, body);
    return { Authorization: `Bearer ${(json as { token: string }).token}` };
  }

  test("an address with a slash at its end is that without it, in both forms", async () => {
    const server = await serve(open, LEGACY);
    const { server: started, rootKey } = server;
    const ask = async (method: string, path: string) => {
      const answer = await fetch(started.url + path, { method, redirect: "manual" });
      return [answer.status, answer.headers.get("location")];
    };
    for (const path of ["/api/v1/health", "/api/v1/events", "/events"])
      expect(await ask("GET", `${path}/?a=1&b=%20`)).toEqual([301, `${path}?a=1&b=%20`]);
    for (const path of [
      "/api/v1/events",
      "/api/v1/acl",
      "/api/v1/user/generateToken",
      "/api/v1/user/exchangeToken",
      "/api/v1/user/resetKey",
      "/api/v1/auth/token",
      "/events",
      "/auth/token",
    ])
      expect(await ask("POST", `${path}/`)).toEqual([307, path]);
    // Clients go on by themselves, with key, method and body.
    const event = eventOf(".root");
    expect((await server.call("POST", "/api/v1/events/", rootKey, [event])).json).toEqual([event]);
    expect((await server.call("GET", "/api/v1/events/", rootKey)).json).toEqual([event]);
    const { user, item, ...rest } = event;
    const headers = await signedIn(server);
    expect((await server.call("GET", "/events/", undefined, undefined, headers)).json).toEqual([
      { ...rest, userUuid: user, itemUuid: item },
    ]);
  });

  test("what is no address is answered in the original's words, to everybody", async () => {
    const server = await serve(open, LEGACY);
    for (const [method, path] of [
      ["GET", "/api/v1/events/1"],
      ["GET", "/api/v1/events//"],
      ["DELETE", "/api/v1/events"],
      ["DELETE", "/api/v1/events/"],
      ["GET", "/api/v1/acl"],
      ["GET", "/api/v1/user/generateToken/"],
      ["POST", "/api/v1/user/nothing"],
      ["PUT", "/events"],
      ["GET", "/auth/token"],
    ] as const)
      expect([path, await server.call(method, path)]).toMatchObject([
        path,
        { status: 404, type: "text/plain", text: "404 page not found" },
      ]);
  });

  test("names of members are read in any case, and null is nothing", async () => {
    const server = await serve(open, LEGACY);
    const { call, rootKey } = server;
    const E = "/api/v1/events";
    const event = eventOf(".root");
    const nulls = { ...eventOf(".root"), payload: "" };
    const pushed = await call("POST", E, rootKey, [loud(event), { ...nulls, payload: null }]);
    expect(pushed.status).toBe(200);
    expect(pushed.json).toHaveLength(2);
    for (const one of [event, nulls]) expect(pushed.json).toContainEqual(one);
    const create = eventOf(".root", ".user.ana", ".user.create");
    await call("POST", E, rootKey, [loud(create)]);
    const rule = { user: "ana", item: "*", action: "*", type: "allow" };
    expect((await call("POST", "/api/v1/acl", rootKey, [loud(rule)])).status).toBe(200);
    for (const wrong of [[7], [[]], [{ ...rule, user: 7 }]])
      expect(await call("POST", "/api/v1/acl", rootKey, wrong)).toMatchObject({
        status: 400,
        json: { error: "Invalid request format" },
      });
    const issued = await call("POST", "/api/v1/user/generateToken", rootKey, { User: "ana" });
    const { token } = issued.json as { token: string };
    const exchange = { Token: token, DESCRIPTION: "a phone" };
    const got = await call("POST", "/api/v1/user/exchangeToken", undefined, exchange);
    expect(got).toMatchObject({ status: 200, json: { user: "ana", description: "a phone" } });
    const reset = await call("POST", "/api/v1/user/resetKey", rootKey, { USER: "ana" });
    expect(reset.status).toBe(200);

    const headers = await signedIn(server);
    const older = { uuid: "e1", timestamp: 5, itemUuid: "i", action: "a", payload: "" };
    await server.rules(["user-123", "*", "*", "allow"]);
    const all = await call("POST", "/events", undefined, [loud(older)], headers);
    expect(all.json).toContainEqual({ ...older, userUuid: "user-123" });
  });

  test("an empty fromTimestamp asks for everything", async () => {
    const server = await serve(open, LEGACY);
    const headers = await signedIn(server);
    const older = { uuid: "e1", timestamp: 5, itemUuid: "i", action: "a", payload: "" };
    await server.call("POST", "/events", undefined, [older], headers);
    for (const query of ["", "?fromTimestamp=", "?fromTimestamp=5"]) {
      const answer = await server.call("GET", `/events${query}`, undefined, undefined, headers);
      expect(answer.json).toEqual([{ ...older, userUuid: "user-123" }]);
    }
  });

  test("a code for an unknown user fails as it did: 404 is said of addresses alone", async () => {
    const { call, rootKey } = await serve(open);
    const body = { user: "nobody" };
    expect(await call("POST", "/api/v1/user/generateToken", rootKey, body)).toMatchObject({
      status: 500,
      json: { error: "User not found" },
    });
  });
});
