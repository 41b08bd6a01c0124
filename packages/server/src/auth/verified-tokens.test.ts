// Tokens that were checked before: not checked again, and good for nothing longer than they were.

import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, SignJWT } from "jose";
import { afterEach, describe, expect, test, vi } from "vitest";
import { startTestServer } from "../testing/start-server.ts";
import { issueToken } from "./issue-token.ts";
import { createVerifiedTokens } from "./verified-tokens.ts";
import { createTokenVerifier } from "./verify-token.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const PASSWORD = "orange-kite-42";
afterEach(() => vi.restoreAllMocks());

describe("what is kept", () => {
  test("is as much as fits: who was not asked for longest goes first", () => {
    const tokens = createVerifiedTokens(2, () => 0);
    const keep = (name: string) => tokens.keep(name, { userId: name, expiresAtMs: 1 });
    for (const name of ["a", "b"]) keep(name);
    expect(tokens.find("a")?.userId).toBe("a");
    keep("c");
    expect(tokens.size).toBe(2);
    expect(["a", "b", "c"].map((name) => tokens.find(name)?.userId)).toEqual(["a", undefined, "c"]);
    for (let i = 0; i < 100; i += 1) keep(`t${i}`);
    expect(tokens.size).toBe(2);
  });

  test("goes when it ends, and what never ends is not kept at all", () => {
    let nowMs = 0;
    const tokens = createVerifiedTokens(10, () => nowMs);
    tokens.keep("a", { userId: "ada", expiresAtMs: 1_000 });
    tokens.keep("b", { userId: "bob" });
    expect(tokens.find("b")).toBeUndefined();
    nowMs = 999;
    expect(tokens.find("a")).toEqual({ userId: "ada", expiresAtMs: 1_000 });
    nowMs = 1_000;
    expect(tokens.find("a")).toBeUndefined();
    expect(tokens.size).toBe(0);
  });

  test("is given as an object of its own each time: what is known of one request is not known of the next", () => {
    const tokens = createVerifiedTokens(10, () => 0);
    const principal = { userId: "ada", expiresAtMs: 1 };
    tokens.keep("a", principal);
    const [one, two] = [tokens.find("a"), tokens.find("a")];
    expect(one).toEqual(two);
    expect(new Set([principal, one, two]).size).toBe(3);
  });
});

describe("a verifier", () => {
  const issue = () => issueToken({ secret: SECRET, userId: "ada", expiresInSeconds: 60 });

  test("checks a signature once, and everything but that very text anew", async () => {
    const verify = await createTokenVerifier({ secret: SECRET });
    const checked = vi.spyOn(crypto.subtle, "verify");
    const token = await issue();
    for (let i = 0; i < 5; i += 1) expect((await verify(token)).userId).toBe("ada");
    expect(checked).toHaveBeenCalledTimes(1);
    const [head = "", body = "", signature = ""] = token.split(".");
    const forged = Buffer.from(JSON.stringify({ sub: "eve", exp: 9_999_999_999 })).toString(
      "base64url",
    );
    for (const other of [`${token}x`, `${head}.${forged}.${signature}`, `${head}.${body}.`])
      await expect(verify(other)).rejects.toMatchObject({ code: "unauthenticated" });
    expect((await verify(token)).userId).toBe("ada");
  });

  test("keeps nothing that was refused, and nothing for others", async () => {
    const token = await issue();
    const other = await createTokenVerifier({ secret: `${SECRET}!` });
    for (let i = 0; i < 2; i += 1)
      await expect(other(token)).rejects.toMatchObject({ code: "unauthenticated" });
    const strict = await createTokenVerifier({ secret: SECRET, issuer: "https://id.example.com" });
    for (let i = 0; i < 2; i += 1)
      await expect(strict(token)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("refuses a token that has ended since", async () => {
    let nowMs = Date.now();
    const verify = await createTokenVerifier(
      { secret: SECRET },
      { now: () => nowMs, failed: () => {} },
    );
    const token = await issue();
    expect((await verify(token)).userId).toBe("ada");
    nowMs += 66_000; // its minute, and the tolerance
    await expect(verify(token)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("asks for a fetched key each time: it may have been withdrawn", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    let keys: object[] = [{ ...(await exportJWK(publicKey)), kid: "1" }];
    const site = createServer((_request, answer) => answer.end(JSON.stringify({ keys })));
    await new Promise<void>((resolve) => {
      site.listen(0, "127.0.0.1", resolve);
    });
    const { port } = site.address() as AddressInfo; // it listens on a port
    try {
      let nowMs = Date.now();
      const verify = await createTokenVerifier(
        { jwksUrl: `http://127.0.0.1:${port}/` },
        { now: () => nowMs, failed: () => {} },
      );
      const token = await new SignJWT({ sub: "ada" })
        .setProtectedHeader({ alg: "EdDSA", kid: "1" })
        .setExpirationTime("1h")
        .sign(privateKey);
      for (let i = 0; i < 2; i += 1) expect((await verify(token)).userId).toBe("ada");
      keys = [];
      nowMs += 6 * 60_000;
      await expect(verify(token)).rejects.toMatchObject({ code: "unauthenticated" });
    } finally {
      site.close();
    }
  });
});

describe("whom the server asks about with each request, although his token is known", () => {
  const setUp = async () => {
    const server = await startTestServer({ server: { accounts: {} } });
    const send = async (method: string, path: string, body?: object, token?: string) => {
      const answer = await fetch(`${server.url}${path}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? {} : JSON.parse(text) };
    };
    const ada = { email: "ada@example.org", password: PASSWORD };
    await send("POST", "/accounts/register", ada);
    const signIn = async (): Promise<string> =>
      (await send("POST", "/accounts/login", ada)).body.token;
    const [phone, laptop] = [await signIn(), await signIn()];
    const isIn = async (token: string) => {
      const statuses: number[] = [];
      for (const path of ["/accounts/me", "/v1/todo/~/changes", "/accounts/devices"])
        statuses.push((await send("GET", path, undefined, token)).status);
      return statuses;
    };
    // Known to the server by now, each of them.
    for (const token of [phone, laptop]) expect(await isIn(token)).toEqual([200, 200, 200]);
    return { server, send, isIn, phone, laptop };
  };
  const OUT = [401, 401, 401];

  test("signed out", async () => {
    const { server, send, isIn, phone, laptop } = await setUp();
    await using _ = server;
    expect((await send("DELETE", "/accounts/devices/current", undefined, phone)).status).toBe(204);
    expect(await isIn(phone)).toEqual(OUT);
    expect(await isIn(laptop)).toEqual([200, 200, 200]);
  });

  test("signed out by a changed password", async () => {
    const { server, send, isIn, phone, laptop } = await setUp();
    await using _ = server;
    const change = { password: PASSWORD, newPassword: "purple-kite-43" };
    expect((await send("POST", "/accounts/password", change, laptop)).status).toBe(204);
    expect(await isIn(phone)).toEqual(OUT);
    expect(await isIn(laptop)).toEqual([200, 200, 200]);
  });

  test("removed", async () => {
    const { server, send, isIn, phone, laptop } = await setUp();
    await using _ = server;
    expect((await send("DELETE", "/accounts/me", undefined, laptop)).status).toBe(204);
    for (const token of [phone, laptop]) expect(await isIn(token)).toEqual(OUT);
  });

  test("signed out on another node", async () => {
    const { server, send, isIn, phone } = await setUp();
    await using _ = server;
    const store = { ...server.store, close: async () => undefined };
    await using other = await startTestServer({
      store,
      server: { accounts: {}, auth: { secret: server.secret } },
    });
    const headers = { authorization: `Bearer ${phone}` };
    const there = () => fetch(`${other.url}/accounts/me`, { headers });
    expect((await there()).status).toBe(200);
    await send("DELETE", "/accounts/devices/current", undefined, phone);
    expect((await there()).status).toBe(401);
    expect(await isIn(phone)).toEqual(OUT);
  });
});
