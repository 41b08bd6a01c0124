// simple-sync: who may do what at each endpoint, in both forms, with and without rules. Nobody becomes somebody else.

import { expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { eventOf, NOW_MS, type SimpleServer, serve } from "./fixture.ts";

const SECRET = "a secret that is at least 32 characters long";
const signIn = async (userUuid: string, password: string) =>
  password === "right" ? { userUuid } : undefined;

type Caller = "key" | "token";
type Rules = "none" | "everything" | "named";

/** What callers are answered: Eve by her key, Eve by her token. */
const EXPECTED: readonly (readonly [string, Rules, { readonly [caller in Caller]: number }])[] = [
  ["GET events", "none", { key: 200, token: 200 }],
  ["GET events", "everything", { key: 200, token: 200 }],
  ["GET events", "named", { key: 200, token: 200 }],
  // The older form knows no rules: there nothing holds anybody back until there are some.
  ["POST events", "none", { key: 403, token: 200 }],
  ["POST events", "everything", { key: 200, token: 200 }],
  ["POST events", "named", { key: 403, token: 403 }],
  ["POST a user", "none", { key: 403, token: 403 }],
  ["POST a user", "everything", { key: 200, token: 200 }],
  ["POST a user", "named", { key: 403, token: 403 }],
  ["POST acl", "none", { key: 403, token: 403 }],
  ["POST acl", "everything", { key: 200, token: 200 }],
  ["POST acl", "named", { key: 403, token: 403 }],
  // A rule over everything is no leave to become somebody else: it has to name the action.
  ["generateToken ana", "none", { key: 403, token: 403 }],
  ["generateToken ana", "everything", { key: 403, token: 403 }],
  ["generateToken ana", "named", { key: 200, token: 200 }],
  ["resetKey ana", "none", { key: 403, token: 403 }],
  ["resetKey ana", "everything", { key: 403, token: 403 }],
  ["resetKey ana", "named", { key: 200, token: 200 }],
  ["generateToken .root", "none", { key: 403, token: 403 }],
  ["generateToken .root", "everything", { key: 403, token: 403 }],
  ["generateToken .root", "named", { key: 403, token: 403 }],
  ["resetKey .root", "none", { key: 403, token: 403 }],
  ["resetKey .root", "everything", { key: 403, token: 403 }],
  ["resetKey .root", "named", { key: 403, token: 403 }],
  ["generateToken eve", "none", { key: 200, token: 403 }],
  ["generateToken eve", "everything", { key: 200, token: 403 }],
  ["resetKey eve", "none", { key: 200, token: 403 }],
  ["resetKey eve", "everything", { key: 200, token: 403 }],
];

onBothStores("simple-sync, who may do what", (open) => {
  async function prepared(rules: Rules, withTokens: boolean) {
    const server = await serve(open, withTokens ? { legacy: { secret: SECRET, signIn } } : {});
    const [ana, key] = [await server.user("ana"), await server.user("eve")];
    if (rules === "everything") await server.rules(["*", "*", "*", "allow"]);
    if (rules === "named")
      await server.rules(
        ["eve", "*", ".user.generateToken", "allow"],
        ["eve", "*", ".user.resetKey", "allow"],
      );
    const callers = new Map<Caller, Record<string, string>>([["key", { "X-API-Key": key }]]);
    if (withTokens) {
      const { json } = await server.call("POST", "/auth/token", undefined, {
        username: "eve",
        password: "right",
      });
      const { token } = json as { token: string };
      callers.set("token", { Authorization: `Bearer ${token}` });
    }
    return { server, ana, callers };
  }

  async function ask(
    { call }: SimpleServer,
    what: string,
    caller: Caller,
    headers: Record<string, string>,
  ): Promise<number> {
    const send = async (method: string, path: string, body?: unknown) =>
      (await call(method, `/api/v1/${path}`, undefined, body, headers)).status;
    const [name = "", of = ""] = what.split(" ");
    if (name === "GET") return await send("GET", "events");
    if (what === "POST acl")
      return await send("POST", "acl", [{ user: "x", item: "x", action: "x", type: "deny" }]);
    if (name !== "POST") return await send("POST", `user/${name}`, { user: of });
    const event = of === "a" ? eventOf("eve", ".user.bob", ".user.create") : eventOf("eve");
    const { user, item, ...rest } = event;
    const older = { ...rest, userUuid: user, itemUuid: item };
    return await send("POST", "events", [caller === "key" ? event : older]);
  }

  for (const withTokens of [true, false])
    for (const rules of ["none", "everything", "named"] as const)
      test(`${withTokens ? "with" : "without"} the older form, rules: ${rules}`, async () => {
        const { server, ana, callers } = await prepared(rules, withTokens);
        for (const [caller, headers] of callers) {
          const lines = EXPECTED.filter(([, when]) => when === rules);
          // What ends Eve's own keys comes last.
          for (const [what, , expected] of lines)
            expect([what, caller, await ask(server, what, caller, headers)]).toEqual([
              what,
              caller,
              expected[caller],
            ]);
          // Whoever was not let has not been heard: Ana's key works, unless a rule that names it let Eve end it.
          const { status } = await server.call("GET", "/api/v1/events", ana);
          expect(status).toBe(rules === "named" ? 401 : 200);
          if (caller === "key" && rules !== "named")
            expect(await ask(server, "GET events", caller, headers)).toBe(401);
        }
        expect((await server.call("GET", "/api/v1/events", server.rootKey)).status).toBe(200);
      });

  test("a rule that names the action and one against the user: the more specific decides", async () => {
    const { server, callers } = await prepared("named", true);
    await server.rules(["*", "ana", "*", "deny"]);
    for (const [caller, headers] of callers)
      expect(await ask(server, "generateToken ana", caller, headers)).toBe(403);
  });

  test("a key that ends, or is good for a part only, makes none that is not", async () => {
    const server = await serve(open);
    await server.user("eve");
    const { keys } = server.server.server;
    for (const options of [{ expiresAtMs: NOW_MS * 2 }, { scopes: ["simple/main"] }]) {
      const { key } = await keys.createKey("eve", options);
      const headers = { "X-API-Key": key };
      expect(await ask(server, "GET events", "key", headers)).toBe(200);
      expect(await ask(server, "generateToken eve", "key", headers)).toBe(403);
    }
  });

  test("nobody is asked for without being known", async () => {
    for (const options of [{}, { legacy: { secret: SECRET, signIn } }]) {
      const server = await serve(open, options);
      for (const [what] of EXPECTED) expect(await ask(server, what, "key", {})).toBe(401);
    }
  });
});
