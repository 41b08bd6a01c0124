// Tokens as the original's issuer makes them: EdDSA, with the keys at a JWKS address.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createMemoryStore } from "@syncline/server";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type ManaServer, startMana } from "./fixture.ts";

type Key = Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];

const SECRET = new TextEncoder().encode("a secret that nobody here trusts, 32 bytes");
let keys: Server;
let server: ManaServer;
let privateKey: Key;
let isAway = false;
let asked = 0;

beforeAll(async () => {
  const pair = await generateKeyPair("EdDSA", { crv: "Ed25519" });
  privateKey = pair.privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: "k1" };
  keys = createServer((_request, response) => {
    asked += 1;
    if (isAway) response.writeHead(500).end();
    else
      response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => keys.listen(0, "127.0.0.1", resolve));
  const { port } = keys.address() as AddressInfo; // it listens on a port
  server = await startMana(
    async () => createMemoryStore(),
    {},
    {
      server: { auth: { jwksUrl: `http://127.0.0.1:${port}/api/auth/jwks` } },
    },
  );
});
afterAll(async () => {
  await server.close();
  keys.closeAllConnections();
  await new Promise((resolve) => keys.close(resolve));
});

function token(claims: object, { kid = "k1", expires = "15m" } = {}): Promise<string> {
  return new SignJWT({ email: "a@example.com", role: "user", sid: "s", tier: "free", ...claims })
    .setProtectedHeader({ alg: "EdDSA", kid })
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(privateKey);
}

/** As some of the original's services make them: without an end, or without the name of a key. */
function tokenOf(sub: string, header: { readonly kid?: string }, expires?: string) {
  const jwt = new SignJWT({ sub }).setProtectedHeader({ alg: "EdDSA", ...header }).setIssuedAt();
  return (expires === undefined ? jwt : jwt.setExpirationTime(expires)).sign(privateKey);
}

async function call(jwt: string): Promise<[number, string]> {
  const answer = await fetch(`${server.url}/sync/todo`, {
    method: "POST",
    headers: { authorization: `Bearer ${jwt}` },
    body: "{}",
  });
  return [answer.status, await answer.text()];
}

test("[DM8] a token of the issuer is good, whatever its issuer and audience, also while the keys are away", async () => {
  expect((await call(await token({ sub: "anna", iss: "x", aud: "mana" })))[0]).toBe(200);
  isAway = true;
  expect((await call(await token({ sub: "bob" })))[0]).toBe(200);
  isAway = false;
});

test("[DM8] other tokens are refused, in the original's words where it has some", async () => {
  expect(await call(await token({}))).toEqual([401, "unauthorized: missing sub claim\n"]);
  expect(await call(await token({ sub: "" }))).toEqual([401, "unauthorized: missing sub claim\n"]);
  const before = asked;
  const forged = await new SignJWT({ sub: "anna" })
    .setProtectedHeader({ alg: "HS256", kid: "k1" })
    .setExpirationTime("1h")
    .sign(SECRET);
  for (const refused of [
    forged,
    await token({ sub: "anna" }, { expires: "-1m" }),
    await token({ sub: "anna" }, { kid: "unknown" }),
    `${(await token({ sub: "anna" })).slice(0, -4)}AAAA`,
    "",
    "a.b.c",
  ]) {
    const [status, text] = await call(refused);
    expect([status, text]).toEqual([401, expect.stringMatching(/^unauthorized: /)]);
  }
  expect(asked - before).toBeLessThanOrEqual(1);
});

test("[DM8] a token that says no end is good, one that names no key is not; to the native protocol it is the other way round", async () => {
  const endless = await tokenOf("anna", { kid: "k1" });
  const nameless = await tokenOf("anna", {}, "15m");
  expect((await call(endless))[0]).toBe(200);
  expect(await call(nameless)).toEqual([
    401,
    expect.stringMatching(/^unauthorized: parse token: /),
  ]);
  const native = async (jwt: string) => {
    const headers = { authorization: `Bearer ${jwt}` };
    return (await fetch(`${server.url}/v1/todo/~/changes`, { headers })).status;
  };
  expect(await native(endless)).toBe(401);
  expect(await native(nameless)).toBe(200);
  // One was good elsewhere before: it is no better here.
  expect((await call(nameless))[0]).toBe(401);
  const hello = async (jwt: string) => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`);
    await new Promise((resolve) => socket.once("open", resolve));
    const answer = new Promise((resolve) =>
      socket.once("message", (data) => resolve(JSON.parse(String(data)))),
    );
    socket.send(JSON.stringify({ type: "auth", token: jwt }));
    const said = await answer;
    socket.terminate();
    return said;
  };
  expect(await hello(endless)).toEqual({ type: "auth-ok" });
  expect(await hello(nameless)).toEqual({ type: "error", tables: ["invalid token"] });
});
