// Every route, found by asking the server for its routes: who is let in, and who is not.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYNC_REQUEST_EXAMPLE } from "../http/examples.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

interface Operation {
  readonly security?: readonly unknown[];
}
interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
}
interface Route {
  readonly method: string;
  readonly path: string;
  readonly secured: boolean;
}

let server: TestServer;
let routes: Route[] = [];
/** Those for who runs the server. */
let adminRoutes: Route[] = [];

beforeAll(async () => {
  server = await startTestServer();
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document;
  const all = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security = [] }]) => ({
      method: method.toUpperCase(),
      path,
      secured: security.length > 0,
    })),
  );
  const isAdmin = ({ path }: Route) => path.startsWith("/v1/admin/");
  [routes, adminRoutes] = [all.filter((route) => !isAdmin(route)), all.filter(isAdmin)];
});
afterAll(() => server.close());

/** A route with its parameters filled in, about somebody's space. */
function addressOf({ path }: Route, space: string): string {
  return path
    .replace("{app}", "todo")
    .replace("{space}", space)
    .replace("{collection}", "todos")
    .replace("{id}", "t1")
    .replace("{userId}", "mallory");
}

function bodyOf({ method, path }: Route, clientId: string): { body?: string } {
  if (path.endsWith("/sync"))
    return { body: JSON.stringify({ ...SYNC_REQUEST_EXAMPLE, clientId }) };
  if (path.endsWith("/rules") && method === "POST")
    return {
      body: JSON.stringify({ rules: [{ user: "*", item: "*", action: "*", type: "allow" }] }),
    };
  if (method === "PUT" && path.endsWith("{space}"))
    return { body: JSON.stringify({ title: "Taken over" }) };
  if (path.endsWith("/owner")) return { body: JSON.stringify({ userId: "mallory" }) };
  if (/\/(preview|accept)$/.test(path)) return { body: JSON.stringify({ code: "guessed" }) };
  const gives = method === "PUT" || (method === "POST" && path.endsWith("/invitations"));
  return gives ? { body: JSON.stringify({ role: "owner" }) } : {};
}

test("the routes are these: a new one is added here, and to the walks below", async () => {
  expect(server.server.routes).toMatchInlineSnapshot(`
    [
      "OPTIONS *",
      "GET /docs",
      "GET /docs/static/index.html",
      "GET /docs/static/swagger-initializer.js",
      "GET /docs/json",
      "GET /docs/yaml",
      "HEAD /docs/static/*",
      "GET /docs/static/*",
      "GET /openapi.json",
      "GET /",
      "GET /health",
      "HEAD /health",
      "GET /ready",
      "HEAD /ready",
      "GET /metrics",
      "HEAD /metrics",
      "SOCKET /v1/live",
      "POST /v1/:app/:space/sync",
      "GET /v1/:app/:space/changes",
      "GET /v1/:app/:space/records/:collection/:id/explain",
      "GET /v1/:app/:space/members",
      "PUT /v1/:app/:space/members/:userId",
      "DELETE /v1/:app/:space/members/:userId",
      "POST /v1/:app/:space/owner",
      "DELETE /v1/:app/:space/membership",
      "GET /v1/:app/:space/rules",
      "POST /v1/:app/:space/rules",
      "GET /v1/:app/spaces",
      "PUT /v1/:app/:space",
      "POST /v1/:app/:space/invitations",
      "GET /v1/:app/:space/invitations",
      "DELETE /v1/:app/:space/invitations/:id",
      "POST /v1/:app/invitations/preview",
      "POST /v1/:app/invitations/accept",
      "GET /v1/:app/:space/live",
      "GET /v1/admin/overview",
      "GET /v1/admin/backups",
      "GET /v1/admin/audit",
      "GET /v1/admin/spaces",
      "GET /v1/admin/spaces/:app/:space",
      "DELETE /v1/admin/spaces/:app/:space",
      "GET /v1/admin/users",
      "GET /v1/admin/users/:user",
      "GET /v1/admin/users/:user/export",
      "POST /v1/admin/users/:user/lock",
      "POST /v1/admin/users/:user/unlock",
      "POST /v1/admin/users/:user/sign-out",
      "POST /v1/admin/users/:user/reset",
      "DELETE /v1/admin/users/:user",
      "GET /v1/admin/key",
      "GET /v1/admin/keys",
      "GET /v1/admin/users/:user/keys",
      "POST /v1/admin/users/:user/keys",
      "DELETE /v1/admin/users/:user/keys/:key",
      "GET /v1/admin/consumers",
      "GET /v1/admin/dead-letters",
      "POST /v1/admin/consumers/:consumer/retry",
    ]
  `);
});

test("public routes are for operators; all others are under /v1", () => {
  expect(routes.filter(({ secured }) => !secured).map(({ path }) => path)).toEqual([
    "/",
    "/health",
    "/ready",
    "/metrics",
  ]);
  const secured = routes.filter(({ secured }) => secured);
  expect(secured.length).toBe(18);
  expect(secured.every(({ path }) => path.startsWith("/v1/"))).toBe(true);
});

test("[G10] every route under /v1/admin is not there for whom has no admin key", async () => {
  await server.server.keys.createUser("robot");
  const { key } = await server.server.keys.createKey("robot");
  const strangers = [undefined, "Bearer garbage", await server.token("alice"), key];
  expect(adminRoutes.map(({ secured }) => secured)).toEqual(Array(22).fill(true));
  for (const route of adminRoutes) {
    for (const token of strangers) {
      const answer = await fetch(server.url + addressOf(route, "team"), {
        method: route.method,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
      const { error } = (await answer.json()) as { error: { code: string } };
      const seen = [route.method, route.path, answer.status, error.code];
      expect(seen).toEqual([route.method, route.path, 404, "not_found"]);
    }
  }
});

describe("[G10] every route under /v1", () => {
  const securedRoutes = () => routes.filter(({ secured }) => secured);
  /** Those about a space; the others are about the caller's own, and codes. */
  const routesOfSpaces = () => securedRoutes().filter(({ path }) => path.includes("{space}"));

  test("answers 401 without a good token, whatever else is wrong with the request (A01)", async () => {
    const good = await server.token("alice");
    const headers: (string | undefined)[] = [
      undefined,
      "",
      "Bearer",
      "Bearer ",
      "Bearer garbage",
      `Basic ${Buffer.from("alice:secret").toString("base64")}`,
      `bearer${good}`,
      good,
      `Bearer ${good} ${good}`,
      `Bearer ${good.slice(0, -3)}`,
      `Bearer ${good}, Bearer ${good}`,
    ];
    for (const route of securedRoutes()) {
      for (const authorization of headers) {
        const answer = await fetch(server.url + addressOf(route, "team"), {
          method: route.method,
          headers: authorization === undefined ? {} : { authorization },
        });
        const { error } = (await answer.json()) as { error: { code: string } };
        const seen = [route.method, route.path, authorization, answer.status, error.code];
        expect(seen).toEqual([...seen.slice(0, 3), 401, "unauthenticated"]);
        expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      }
    }
  });

  test("answers 400 to a token in the address (A04)", async () => {
    const token = await server.token("alice");
    for (const route of securedRoutes()) {
      for (const name of ["token", "access_token"]) {
        const address = `${server.url}${addressOf(route, "~")}?${name}=${token}`;
        const answer = await fetch(address, {
          method: route.method,
          headers: { authorization: `Bearer ${token}` },
        });
        expect([route.path, name, answer.status]).toEqual([route.path, name, 400]);
      }
    }
  });

  test.each(["team", "~", "never"])(
    "answers a stranger 403, the same for a space that is there and for one that is not: %s",
    async (name) => {
      const put = { method: "POST", body: JSON.stringify(SYNC_REQUEST_EXAMPLE) };
      if (name !== "never") await server.call("alice", `/v1/todo/${name}/sync`, put);
      const space = name === "team" ? "team" : name === "~" ? "~alice" : "~nobody";
      for (const route of routesOfSpaces()) {
        const answer = await server.call("mallory", addressOf(route, space), {
          method: route.method,
          ...bodyOf(route, "m1"),
        });
        expect([route.path, answer.status, await answer.json()]).toEqual([
          route.path,
          403,
          {
            error: {
              code: "forbidden",
              message: "You have no right to do this in this space.",
              path: "space",
            },
          },
        ]);
      }
      const members = await server.call("alice", "/v1/todo/team/members");
      if (name === "team")
        expect(await members.json()).toEqual({ members: [{ userId: "alice", role: "owner" }] });
    },
  );

  test("about the caller's own spaces, and codes, tells a stranger nothing", async () => {
    const own = securedRoutes().filter((route) => !routesOfSpaces().includes(route));
    const answers = own.map(async (route) => {
      const init = { method: route.method, ...bodyOf(route, "m1") };
      return await (await server.call("mallory", addressOf(route, ""), init)).json();
    });
    const unknown = { error: { code: "not_found", path: "code" } };
    expect(await Promise.all(answers)).toMatchObject([
      { spaces: [], more: false },
      unknown,
      unknown,
    ]);
  });

  test("asks for the role that it needs", async () => {
    await server.call("alice", "/v1/todo/roles/sync", {
      method: "POST",
      body: JSON.stringify(SYNC_REQUEST_EXAMPLE),
    });
    const give = (userId: string, role: string) =>
      server.call("alice", `/v1/todo/roles/members/${userId}`, {
        method: "PUT",
        body: JSON.stringify({ role }),
      });
    expect((await give("rita", "reader")).status).toBe(200);
    expect((await give("wanda", "writer")).status).toBe(200);
    const statusesOf = async (userId: string) => {
      const statuses: Record<string, number> = {};
      for (const route of routesOfSpaces()) {
        if (route.path.endsWith("/membership")) continue; // everybody may leave: see below
        const answer = await server.call(userId, addressOf(route, "roles"), {
          method: route.method,
          ...bodyOf(route, `c-${userId}`),
        });
        // An event stream does not end by itself.
        await (route.path.endsWith("/live") && answer.ok ? answer.body?.cancel() : answer.text());
        statuses[`${route.method} ${route.path.split("/").slice(4).join("/")}`] = answer.status;
      }
      return statuses;
    };
    const read = {
      "GET changes": 200,
      "GET live": 200,
      "GET records/{collection}/{id}/explain": 200,
      // Of one's own: there are none.
      "GET invitations": 200,
      "DELETE invitations/{id}": 404,
    };
    const manage = {
      "GET members": 403,
      "PUT members/{userId}": 403,
      "DELETE members/{userId}": 403,
      "GET rules": 403,
      "POST rules": 403,
      "POST owner": 403,
      "POST invitations": 403,
      "PUT ": 403,
    };
    // Reading is answered; the mutation in it is refused by itself.
    expect(await statusesOf("rita")).toEqual({ ...read, ...manage, "POST sync": 200 });
    const pushed = await server.call("rita", "/v1/todo/roles/sync", {
      method: "POST",
      body: JSON.stringify({ ...SYNC_REQUEST_EXAMPLE, clientId: "rita-2" }),
    });
    expect(await pushed.json()).toMatchObject({
      results: [{ status: "rejected", error: { code: "forbidden", path: "mutations.0" } }],
    });
    expect(await statusesOf("wanda")).toEqual({ ...read, ...manage, "POST sync": 200 });
    expect(await statusesOf("alice")).toEqual({
      ...read,
      "GET members": 200,
      "PUT members/{userId}": 200,
      "DELETE members/{userId}": 204,
      "GET rules": 200,
      "POST rules": 200,
      "POST sync": 200,
      // Mallory was put out just before.
      "POST owner": 404,
      "POST invitations": 200,
      "PUT ": 204,
    });
    const leave = async (userId: string) =>
      (await server.call(userId, "/v1/todo/roles/membership", { method: "DELETE" })).status;
    expect([await leave("wanda"), await leave("wanda"), await leave("alice")]).toEqual([
      204, 403, 409,
    ]);
    await server.call("alice", "/v1/todo/roles/members/rita", { method: "DELETE" });
    expect((await server.call("rita", "/v1/todo/roles/changes")).status).toBe(403);
  });
});
