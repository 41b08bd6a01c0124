// Accounts through a server: register, sign in, use, remove; and who is not let in.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { issueToken } from "../auth/issue-token.ts";
import { openRawSocket } from "../testing/raw-socket.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";
import { createPasswords } from "./password.ts";

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({ server: { accounts: {} } });
});
afterEach(() => server.close());

async function post(path: string, body: unknown) {
  const answer = await fetch(`${server.url}/accounts/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function as(token: unknown, path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const { body } = init;
  return await fetch(`${server.url}${path}`, {
    ...init,
    headers: body === undefined ? { authorization: headers.authorization } : headers,
  });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ADA = { email: " Ada@Example.ORG ", password: "orange-kite-42" };

async function signedIn(): Promise<{ token: string; userId: string }> {
  const { body } = await post("register", ADA);
  const session = await post("login", { ...ADA, email: "ADA@example.org" });
  expect(session.status).toBe(200);
  return { token: String(session.body["token"]), userId: String(body["userId"]) };
}

function push(token: string) {
  const time = "2026-11-20T10:00:00.000Z-0000-c1";
  const change = { collection: "todos", id: "t1", op: "put", time, fields: { title: "x" } };
  const mutations = [{ id: 1, seen: null, changes: [change] }];
  const body = JSON.stringify({ clientId: "c1", now: time, cursor: null, mutations });
  return as(token, "/v1/todo/~/sync", { method: "POST", body });
}

test("who registers can sign in, and use what is his", async () => {
  const { token, userId } = await signedIn();
  expect(await (await as(token, "/accounts/me")).json()).toEqual({
    userId,
    email: "ada@example.org",
  });
  expect((await push(token)).status).toBe(200);
});

test("an address has one account, however it is written, and of ten at once one is made", async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      post("register", { ...ADA, email: i % 2 === 0 ? "ADA@EXAMPLE.ORG" : "ada@example.org" }),
    ),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
  expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
    error: { code: "conflict", path: "email" },
  });
});

describe("a registration with an Idempotency-Key", () => {
  const register = async (body: object, key: string) => {
    const answer = await fetch(`${server.url}/accounts/register`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const taken = { status: 409, body: { error: { code: "conflict", path: "email" } } };

  test("gives its account again when it is sent again, also ten times at once, and no other one", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(ADA, "k1")));
    const again = await register({ ...ADA, email: "ada@example.org" }, "k1");
    expect(again).toEqual({
      status: 201,
      body: { userId: expect.stringMatching(UUID), email: "ada@example.org" },
    });
    for (const answer of answers) expect(answer).toEqual(again);
    expect(await register(ADA, "k2")).toMatchObject(taken);
    expect(await post("register", ADA)).toMatchObject(taken);
    expect(JSON.stringify(again.body)).not.toContain("k1");
  });

  test("is refused by name where its key made the account with another password", async () => {
    await register(ADA, "k1");
    const other = await register({ ...ADA, password: "purple-kite-43" }, "k1");
    expect(other).toMatchObject({
      status: 422,
      body: { error: { code: "schema", path: "idempotency-key" } },
    });
    expect((await post("login", ADA)).status).toBe(200);
  });

  test("does not come back to an account that was made without one, or was removed since", async () => {
    await post("register", ADA);
    expect(await register(ADA, "k1")).toMatchObject(taken);
    const { body } = await post("login", ADA);
    await as(body["token"], "/accounts/me", { method: "DELETE" });
    const first = await register(ADA, "k1");
    const session = await post("login", ADA);
    await as(session.body["token"], "/accounts/me", { method: "DELETE" });
    const second = await register(ADA, "k1");
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body["userId"]).not.toBe(first.body["userId"]);
  });

  test("may have the key of somebody else's: keys are those of an address", async () => {
    const ada = await register(ADA, "k");
    const eve = await register({ ...ADA, email: "eve@example.org" }, "k");
    expect([ada.status, eve.status]).toEqual([201, 201]);
    expect(eve.body["userId"]).not.toBe(ada.body["userId"]);
  });

  test.each([" ", "", "a".repeat(256), "t\tb", "\u00fc"])(
    "with the key %j is none",
    async (key) => {
      const answer = await register(ADA, key);
      expect(answer).toMatchObject({
        status: 400,
        body: { error: { code: "invalid", path: "idempotency-key" } },
      });
      expect(await server.store.accounts.byEmail("ada@example.org")).toBeUndefined();
    },
  );
});

test("a wrong password and an unknown address look the same", async () => {
  await post("register", ADA);
  const wrong = await post("login", { ...ADA, password: "orange-kite-43" });
  const unknown = await post("login", { ...ADA, email: "eve@example.org" });
  expect(wrong.status).toBe(401);
  expect(unknown).toEqual(wrong);
});

test.each([
  [{ email: "ada", password: "orange-kite-42" }, "email"],
  [{ email: "a@b@c.org", password: "orange-kite-42" }, "email"],
  [{ email: "ada @example.org", password: "orange-kite-42" }, "email"],
  [{ email: `${"a".repeat(250)}@example.org`, password: "orange-kite-42" }, "email"],
  [{ email: "ada@-example.org", password: "orange-kite-42" }, "email"],
  [{ email: "ada@example.org\nbcc: eve@example.org", password: "orange-kite-42" }, "email"],
  [{ email: "a\0da@example.org", password: "orange-kite-42" }, "email"],
  [{ email: "a\u0085da@example.org", password: "orange-kite-42" }, "email"],
  [{ email: "a\ud800@example.org", password: "orange-kite-42" }, "email"],
  [{ email: "ada@example.org", password: "1234567" }, "password"],
  [{ email: "ada@example.org", password: "😀".repeat(7) }, "password"],
  [{ email: "ada@example.org" }, "password"],
  [{ email: 5, password: "orange-kite-42" }, "email"],
  [{ ...ADA, admin: true }, ""],
  [null, ""],
])("register %j is refused by name", async (body, path) => {
  const answer = await post("register", body);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ error: { code: "invalid" } });
  expect(JSON.stringify(answer.body)).toContain(path);
  expect((await server.store.spaces({ after: "", limit: 1 })).length).toBe(0);
});

describe("who is removed", () => {
  test("is gone with all that was his, and his token opens nothing", async () => {
    const { token, userId } = await signedIn();
    await push(token);
    expect((await as(token, "/accounts/me", { method: "DELETE" })).status).toBe(204);
    for (const path of ["/accounts/me", "/v1/todo/~/changes"])
      expect((await as(token, path)).status).toBe(401);
    expect((await push(token)).status).toBe(401);
    expect((await post("login", ADA)).status).toBe(401);
    expect(await server.store.spaces({ after: "", limit: 10 })).toEqual([]);
    expect(await server.store.accounts.byUser(userId)).toBeUndefined();
  });
  test("writes nothing more by a socket that was open, and is shown nothing", async () => {
    const { token, userId } = await signedIn();
    await push(token);
    await using socket = await openRawSocket(server, userId);
    socket.say({ type: "subscribe", space: "todo/~", cursor: null, clientId: "c2" });
    await socket.next("changes");
    expect((await as(token, "/accounts/me", { method: "DELETE" })).status).toBe(204);
    const time = "2026-11-20T10:00:00.000Z-0000-c2";
    const change = { collection: "todos", id: "t2", op: "put", time, fields: { title: "y" } };
    const mutations = [{ id: 1, seen: null, changes: [change] }];
    socket.say({
      type: "push",
      ref: 1,
      space: "todo/~",
      clientId: "c2",
      now: time,
      cursor: null,
      mutations,
    });
    // The socket ends with the account; what it was sent meanwhile is not taken.
    expect(await socket.closed()).toMatchObject({ code: 4401 });
    expect(await server.store.spaces({ after: "", limit: 10 })).toEqual([]);
  });
  test("can register again, as somebody else", async () => {
    const { token, userId } = await signedIn();
    await as(token, "/accounts/me", { method: "DELETE" });
    const again = await signedIn();
    expect(again.userId).not.toBe(userId);
    expect((await as(token, "/accounts/me")).status).toBe(401);
  });
});

test("a token that is well signed but names nobody opens nothing", async () => {
  const token = await issueToken({
    secret: server.secret,
    userId: "nobody",
    expiresInSeconds: 60,
  });
  expect((await as(token, "/v1/todo/~/changes")).status).toBe(401);
  expect((await as("x.y.z", "/accounts/me")).status).toBe(401);
  expect((await fetch(`${server.url}/accounts/me`, { method: "DELETE" })).status).toBe(401);
});

test("without accounts there are none of these routes", async () => {
  await using plain = await startTestServer();
  expect((await fetch(`${plain.url}/accounts/me`)).status).toBe(404);
});

test("accounts without a secret are refused by name", async () => {
  const key = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
  const auth = { publicKeys: [{ algorithm: "EdDSA" as const, key }] };
  await expect(startTestServer({ server: { accounts: {}, auth } })).rejects.toMatchObject({
    code: "config",
    path: "auth.secret",
  });
});

describe("passwords", () => {
  const passwords = createPasswords();
  test("are kept as hashes that say how they were made, each with its own salt", async () => {
    const [one, two] = await Promise.all([
      passwords.hash("same", "here"),
      passwords.hash("same", "here"),
    ]);
    expect(one).toMatch(/^\$(argon2id|scrypt)\$/);
    expect(one).not.toBe(two);
    expect(await passwords.isRight("same", one, "here")).toBe(true);
    expect(await passwords.isRight("Same", one, "here")).toBe(false);
    expect(await passwords.isRight("same", undefined, "here")).toBe(false);
  });
  test("a scrypt hash, as a Node without argon2 makes it, is checked", async () => {
    const { scryptSync } = await import("node:crypto");
    const salt = Buffer.from("0123456789abcdef");
    const hash = scryptSync("kite", salt, 32, { N: 1024, r: 8, p: 1 });
    const text = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
    const kept = `$scrypt$ln=10,r=8,p=1$${text(salt)}$${text(hash)}`;
    expect(await passwords.isRight("kite", kept, "here")).toBe(true);
    expect(await passwords.isRight("kites", kept, "here")).toBe(false);
    await expect(passwords.isRight("kite", "$md5$abc", "here")).rejects.toMatchObject({
      code: "internal",
    });
  });
  test("too many at once are sent away, of one network sooner than of all", async () => {
    const hash = (network: string) => passwords.hash("x", network);
    const all = await Promise.allSettled(Array.from({ length: 30 }, () => hash("flood")));
    const refused = all.filter((one) => one.status === "rejected");
    expect(refused).toHaveLength(30 - 16 - 2);
    expect(refused[0]).toMatchObject({ reason: { code: "unavailable" } });
    const many = Array.from({ length: 80 }, (_, i) => hash(`network${i}`));
    const answers = await Promise.allSettled(many);
    expect(answers.filter((one) => one.status === "rejected")).toHaveLength(80 - 64 - 2);
  }); // each of them is slow on purpose
});
