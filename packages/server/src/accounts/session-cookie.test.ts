// Sessions in a cookie, for a site on the server's own origin: what browsers send, and what other sites' pages cannot do.

import { afterEach, beforeEach, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({ server: { accounts: {}, trustProxy: ["127.0.0.1"] } });
  await ask("register", { body: ADA });
});
afterEach(() => server.close());

const ADA = { email: "ada@example.org", password: "orange-kite-42" };

interface Ask {
  readonly body?: object;
  readonly cookie?: string;
  readonly headers?: { readonly [name: string]: string };
}

async function ask(path: string, { body, cookie, headers }: Ask) {
  const answer = await fetch(`${server.url}/accounts/${path}`, {
    method: "POST",
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(cookie === undefined ? {} : { cookie: `theme=dark; syncline_session=${cookie}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const set = answer.headers.get("set-cookie") ?? "";
  return {
    status: answer.status,
    body: (text === "" ? {} : JSON.parse(text)) as { [name: string]: unknown },
    set,
    cookie: /^syncline_session=([^;]*)/.exec(set)?.[1] ?? "",
  };
}

const own = () => ({ origin: server.url, "sec-fetch-site": "same-origin" });
const keep = { keep: "cookie" };
const login = (headers: { readonly [name: string]: string } = own()) =>
  ask("login", { body: { ...ADA, ...keep }, headers });

test("the token to renew with is in the cookie alone, which no script reads and no other site sends", async () => {
  const first = await login();
  expect(first.status).toBe(200);
  expect(Object.keys(first.body).sort()).toEqual(["account", "expiresInSeconds", "token"]);
  expect(first.set).toMatch(
    /^syncline_session=[\w.-]+; HttpOnly; SameSite=Strict; Path=\/accounts; Max-Age=7776000$/,
  );
  const second = await ask("refresh", { body: keep, cookie: first.cookie, headers: own() });
  expect(second.status).toBe(200);
  expect(second.body["refreshToken"]).toBeUndefined();
  expect(second.cookie).not.toBe(first.cookie);
  const authorization = `Bearer ${second.body["token"]}`;
  expect((await fetch(`${server.url}/accounts/me`, { headers: { authorization } })).status).toBe(
    200,
  );
});

test("over https the cookie goes nowhere else", async () => {
  const host = new URL(server.url).host;
  const headers = { origin: `https://${host}`, "x-forwarded-proto": "https" };
  expect((await login(headers)).set).toMatch(/; Secure$/);
});

test.each<[string, { readonly [name: string]: string }]>([
  ["of another origin", { origin: "https://evil.example" }],
  ["of another port", { origin: "http://127.0.0.1:1" }],
  ["of no origin", { origin: "null" }],
  ["that does not say whose it is", {}],
  ["of another site, by the browser's word", { "sec-fetch-site": "same-site" }],
])("a page %s signs nobody in or out by it, and renews nothing", async (_what, given) => {
  const headers = "sec-fetch-site" in given ? { ...own(), ...given } : given;
  expect((await login(headers)).status).toBe(403);
  const { cookie } = await login();
  for (const [path, body] of [
    ["refresh", keep],
    ["sign-out", undefined],
  ] as const) {
    const answer = await ask(path, { cookie, headers, ...(body === undefined ? {} : { body }) });
    expect([path, answer.status, answer.set]).toEqual([path, 403, ""]);
  }
  // It is as it was.
  expect((await ask("refresh", { body: keep, cookie, headers: own() })).status).toBe(200);
});

test("a session that was kept otherwise goes on in a cookie, once its token is given", async () => {
  const { body } = await ask("login", { body: ADA });
  const { refreshToken } = body;
  const moved = await ask("refresh", { body: { refreshToken, ...keep }, headers: own() });
  expect([moved.status, moved.body["refreshToken"]]).toEqual([200, undefined]);
  expect((await ask("refresh", { body: keep, cookie: moved.cookie, headers: own() })).status).toBe(
    200,
  );
});

test("a cookie renews nothing where the answer would show the next token", async () => {
  const { cookie } = await login();
  expect((await ask("refresh", { body: {}, cookie, headers: own() })).status).toBe(401);
});

test("signing out ends the session, and takes the cookie back", async () => {
  const { cookie, body } = await login();
  const out = await ask("sign-out", { cookie, headers: own() });
  expect([out.status, out.set]).toEqual([
    204,
    "syncline_session=; HttpOnly; SameSite=Strict; Path=/accounts; Max-Age=0",
  ]);
  const over = await ask("refresh", { body: keep, cookie, headers: own() });
  expect([over.status, over.cookie]).toEqual([401, ""]);
  const headers = { authorization: `Bearer ${body["token"]}` };
  expect((await fetch(`${server.url}/accounts/me`, { headers })).status).toBe(401);
  expect((await ask("sign-out", { headers: own() })).status).toBe(204);
});
