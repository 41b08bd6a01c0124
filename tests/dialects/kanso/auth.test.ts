// Accounts in the original's words, and who is let in.

import { createHmac } from "node:crypto";
import { issueToken } from "@syncline/server";
import { decodeJwt } from "jose";
import { expect, test } from "vitest";
import { onEveryStore, PASSWORD, UUID } from "./fixture.ts";

onEveryStore(({ kanso, start }) => {
  const post = (path: string, body: unknown) => kanso().call("POST", `/api/v1/auth/${path}`, body);

  test("register and login, with an address however it is written (C1, C3, D1, D2)", async () => {
    const email = `Ada.${Date.now()}@Example.org`;
    const made = await post("register", { email, password: PASSWORD });
    expect(made.status).toBe(201);
    expect(Object.keys(made.body)).toEqual(["id", "email"]);
    expect(made.body.id).toMatch(UUID);
    expect(made.body.email).toBe(email.toLowerCase());
    const session = await post("login", { email, password: PASSWORD });
    expect(session.status).toBe(200);
    expect(Object.keys(session.body)).toEqual(["token", "user"]);
    expect(session.body.user).toEqual(made.body);
    expect(session.text).not.toContain(PASSWORD);
    const again = await post("register", { email: email.toUpperCase(), password: PASSWORD });
    expect([again.status, again.body]).toEqual([409, { error: "email already exists" }]);
  });

  test("a registration with an Idempotency-Key that is sent again is answered alike; another is refused", async () => {
    const email = `again.${Date.now()}@example.org`;
    const register = (body: object, key: string) =>
      kanso().call("POST", "/api/v1/auth/register", body, { "idempotency-key": key });
    const first = await register({ email, password: PASSWORD }, "k1");
    expect(first.status).toBe(201);
    const again = await register({ email: email.toUpperCase(), password: PASSWORD }, "k1");
    expect([again.status, again.text]).toEqual([201, first.text]);
    const other = await register({ email, password: "orange-kite-43" }, "k1");
    expect([other.status, other.body]).toEqual([
      422,
      { error: "idempotency key was used for another request" },
    ]);
    const late = await register({ email, password: PASSWORD }, "k2");
    expect([late.status, late.body]).toEqual([409, { error: "email already exists" }]);
    const session = await post("login", { email, password: PASSWORD });
    expect(session.body.user).toEqual(first.body);
  });

  test("wrong password and unknown user are answered alike (D2)", async () => {
    const { email } = await kanso().person();
    for (const [address, password] of [
      [email, "orange-kite-43"],
      ["nobody@example.org", PASSWORD],
    ]) {
      const answer = await post("login", { email: address, password });
      expect([answer.status, answer.body]).toEqual([401, { error: "invalid credentials" }]);
    }
  });

  test.each([
    [{ email: "no address", password: PASSWORD }, "invalid email format"],
    [{ email: "a@example.org", password: "1234567" }, "password too short"],
    [{ email: "a@example.org" }, "password is required"],
    [{ password: PASSWORD }, "email is required"],
    [{ email: 5, password: PASSWORD }, "email must be a string"],
    ["{", "the body is no JSON"],
    ["[]", "the body is no JSON object"],
    ["null", "the body is no JSON object"],
    ["", "EOF"],
  ])("register %j is a 400 (C2, D1)", async (body, error) => {
    const answer = await post("register", body);
    expect([answer.status, answer.body]).toEqual([400, { error }]);
  });

  test.each(["no address", "@", "a@", "@example.org"])(
    "to sign in as %j is a 400, as with the original",
    async (email) => {
      const answer = await post("login", { email, password: PASSWORD });
      expect([answer.status, answer.body]).toEqual([400, { error: "invalid email format" }]);
    },
  );

  test("keys may be written in any case, and unknown ones are ignored", async () => {
    const { email } = await kanso().person();
    const answer = await post("login", { Email: email, PASSWORD, extra: [1] });
    expect(answer.status).toBe(200);
  });

  test("who is let in (C4, D4)", async () => {
    const { id, token } = await kanso().person();
    const validate = (authorization?: string) =>
      kanso().call(
        "GET",
        "/api/v1/auth/validate",
        undefined,
        authorization === undefined ? {} : { authorization },
      );
    const good = await validate(`Bearer ${token}`);
    expect([good.status, good.body]).toEqual([200, { status: "valid" }]);
    const missing = await validate();
    expect([missing.status, missing.body]).toEqual([
      401,
      { error: "authorization header required" },
    ]);
    for (const header of [
      "Bearer",
      "Bearer ",
      "Token x",
      "Bearerx",
      "bearer x",
      "Bearer a b",
      `Bearer  ${token}`,
    ]) {
      const answer = await validate(header);
      expect([answer.status, answer.body], header).toEqual([
        401,
        { error: "invalid authorization header format" },
      ]);
    }
    const { secret } = kanso().server;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = part({ sub: id, exp: Math.floor(Date.now() / 1000) + 60 });
    const signed = (head: string, key: string) =>
      `${head}.${claims}.${createHmac("sha256", key).update(`${head}.${claims}`).digest("base64url")}`;
    const hs256 = part({ alg: "HS256" });
    expect((await validate(`Bearer ${signed(hs256, secret)}`)).status).toBe(200);
    for (const bad of [
      "x",
      "a.b.c",
      `${token}x`,
      signed(hs256, "another secret of thirty-two bytes!!"),
      `${part({ alg: "none" })}.${claims}.`,
      await issueToken({ secret, userId: id, expiresInSeconds: -60 }),
      await issueToken({ secret, userId: "nobody", expiresInSeconds: 60 }),
    ]) {
      const answer = await validate(`Bearer ${bad}`);
      expect([answer.status, answer.body], bad).toEqual([
        401,
        { error: "invalid or expired token" },
      ]);
    }
  });

  test("tokens name their issuer, where it has a name, and those of another are refused (C4)", async () => {
    const { secret } = kanso().server;
    const { call, server } = await start({ auth: { secret, issuer: "kanso-api" } });
    const { id, email } = await kanso().person();
    const { body } = await call("POST", "/api/v1/auth/login", { email, password: PASSWORD });
    expect(decodeJwt(body.token)).toMatchObject({ sub: id, iss: "kanso-api" });
    const validate = async (token: string) =>
      (await call("GET", "/api/v1/auth/validate", undefined, { authorization: `Bearer ${token}` }))
        .status;
    expect(await validate(body.token)).toBe(200);
    const token = { secret, userId: id, expiresInSeconds: 60 };
    expect(await validate(await issueToken({ ...token, issuer: "kanso-api" }))).toBe(200);
    expect(await validate(await issueToken({ ...token, issuer: "kanso-docker" }))).toBe(401);
    expect(await validate(await issueToken(token))).toBe(401);
    expect(server.url).not.toBe(kanso().server.url);
  });

  test("whoever deletes the account is gone, and so is everything of his (D3)", async () => {
    const person = await kanso().person();
    const habit = await person.call("POST", "/habits", { title: "x" });
    await person.call("POST", "/entries", {
      habit_id: habit.body.id,
      completion_date: "2026-03-02T19:10:00Z",
    });
    const gone = await person.call("DELETE", "/auth/user");
    expect([gone.status, gone.body]).toEqual([200, { message: "account deleted successfully" }]);
    expect((await person.call("GET", "/auth/validate")).status).toBe(401);
    expect((await person.call("GET", "/habits")).status).toBe(401);
    const { email } = person;
    expect((await post("login", { email, password: PASSWORD })).status).toBe(401);
    const { store } = kanso().server;
    expect(await store.head(`kanso/~${person.id}`)).toBeUndefined();
    expect(await store.accounts.byUser(person.id)).toBeUndefined();
    // The address may be used again, and begins with nothing.
    expect((await post("register", { email, password: PASSWORD })).status).toBe(201);
    const { body } = await post("login", { email, password: PASSWORD });
    const list = await kanso().call("GET", "/api/v1/habits", undefined, {
      authorization: `Bearer ${body.token}`,
    });
    expect(list.body).toEqual([]);
  });
});
