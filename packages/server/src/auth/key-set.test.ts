// Keys behind an address: rotation, floods, outages, and documents that are not what they should be (A10, A12–A14).

import { generateKeyPairSync } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, type JWK, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fetchKeySet } from "./fetch-key-set.ts";
import { createTokenVerifier, type TokenOptions, type TokenVerifier } from "./verify-token.ts";

const START_MS = Date.UTC(2026, 10, 20, 12);
const MINUTE_MS = 60_000;

interface Pair {
  readonly kid: string;
  readonly jwk: JWK;
  token(options?: { readonly kid?: string | undefined; readonly alg?: string }): Promise<string>;
}

let nowMs = START_MS;
let answer: RequestListener;
let fetches = 0;
let failures = 0;
const server = createServer((request, response) => {
  fetches += 1;
  answer(request, response);
});
let url = "";

async function makePair(kid: string, extra: JWK = {}): Promise<Pair> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    kid,
    jwk: { ...(await exportJWK(publicKey)), kid, ...extra },
    token: async (options = {}) => {
      const named = "kid" in options ? options.kid : kid;
      return await new SignJWT({ sub: "alice" })
        .setProtectedHeader({ alg: "EdDSA", ...(named === undefined ? {} : { kid: named }) })
        .setExpirationTime(Math.floor(nowMs / 1000) + 86_400)
        .sign(privateKey);
    },
  };
}

const serve =
  (...keys: JWK[]): RequestListener =>
  (_request, response) =>
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys }));
const failing: RequestListener = (_request, response) => response.writeHead(500).end("no");

async function open(options: Partial<TokenOptions> = {}): Promise<TokenVerifier> {
  return await createTokenVerifier(
    { jwksUrl: url, ...options },
    {
      now: () => nowMs,
      failed: () => {
        failures += 1;
      },
    },
  );
}

beforeEach(async () => {
  nowMs = START_MS;
  fetches = 0;
  failures = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a server that listens on a port has one
  url = `http://127.0.0.1:${port}/jwks`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const letIn = { userId: "alice" };
const refused = { code: "unauthenticated" };
const away = { code: "unavailable" };

describe("rotation", () => {
  test("the keys are fetched once for many tokens at once", async () => {
    const pair = await makePair("k1");
    answer = serve(pair.jwk);
    const verify = await open();
    const token = await pair.token();
    await Promise.all(Array.from({ length: 50 }, () => verify(token)));
    expect(fetches).toBe(1);
  });

  test("a new key is found at once, an old one is refused within five minutes (A14)", async () => {
    const [old, next] = [await makePair("k1"), await makePair("k2")];
    answer = serve(old.jwk);
    const verify = await open();
    const oldToken = await old.token();
    expect(await verify(oldToken)).toMatchObject(letIn);
    answer = serve(next.jwk);
    nowMs += 10_000;
    expect(await verify(await next.token())).toMatchObject(letIn);
    nowMs += 5 * MINUTE_MS + 1;
    await expect(verify(oldToken)).rejects.toMatchObject(refused);
  });

  test("a token that names no key is tried with all that fit", async () => {
    const pairs = [await makePair("k1"), await makePair("k2"), await makePair("k3")] as const;
    answer = serve(...pairs.map(({ jwk }) => jwk));
    const verify = await open();
    expect(await verify(await pairs[2].token({ kid: undefined }))).toMatchObject(letIn);
    const stranger = await makePair("k4");
    await expect(verify(await stranger.token({ kid: undefined }))).rejects.toMatchObject(refused);
  });

  test("[G11] a flood of unknown key ids causes at most ten fetches a minute (A12)", async () => {
    const pair = await makePair("k1");
    const stranger = await makePair("none");
    answer = serve(pair.jwk);
    const verify = await open();
    const good = await pair.token();
    for (let second = 0; second < 60; second++) {
      nowMs = START_MS + second * 1_000;
      const flood = Array.from({ length: 20 }, async (_, index) => {
        const token = await stranger.token({ kid: `${second}-${index}` });
        await expect(verify(token)).rejects.toMatchObject(refused);
      });
      await Promise.all(flood);
      expect(await verify(good)).toMatchObject(letIn);
    }
    expect(fetches).toBeLessThanOrEqual(10);
  });
});

describe("an outage (A13)", () => {
  test.each<[string, RequestListener]>([
    ["answers 500", failing],
    ["is cut", (request) => request.socket.destroy()],
    ["answers with a page", (_request, response) => response.end("<html>")],
    ["answers with something else", (_request, response) => response.end('{"keys":5}')],
    ["answers with keys that are none", (_request, response) => response.end('{"keys":[null]}')],
    [
      "answers with 10 MB",
      (_request, response) => response.end(`{"keys":[],"x":"${"x".repeat(10_000_000)}"}`),
    ],
    [
      "redirects",
      (request, response) => {
        if (request.url === "/jwks") response.writeHead(302, { location: "/elsewhere" }).end();
        else throw new Error("a redirect was followed");
      },
    ],
  ])("is bridged from the cache for an hour, then 503: the address %s", async (_, broken) => {
    const pair = await makePair("k1");
    answer = serve(pair.jwk);
    const verify = await open();
    const token = await pair.token();
    expect(await verify(token)).toMatchObject(letIn);
    answer = broken;
    for (const minutes of [6, 20, 40, 59]) {
      nowMs = START_MS + minutes * MINUTE_MS;
      expect(await verify(token)).toMatchObject(letIn);
    }
    nowMs = START_MS + 61 * MINUTE_MS;
    await expect(verify(token)).rejects.toMatchObject(away);
    expect(failures).toBeGreaterThan(0);
    answer = serve(pair.jwk);
    nowMs += 10_000;
    expect(await verify(token)).toMatchObject(letIn);
  });

  test("from the start is 503, not 401", async () => {
    answer = failing;
    const verify = await open();
    const token = await (await makePair("k1")).token();
    await expect(verify(token)).rejects.toMatchObject(away);
    await expect(verify(token)).rejects.toMatchObject(away);
    expect(fetches).toBe(1);
  });

  test("does not keep out the tokens of another configured key", async () => {
    answer = failing;
    const secret = "0123456789abcdef0123456789abcdef";
    const verify = await open({ secret });
    const token = await new SignJWT({ sub: "alice" })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime(nowMs / 1000 + 60)
      .sign(new TextEncoder().encode(secret));
    expect(await verify(token)).toMatchObject(letIn);
  });
});

test.each<[string, RequestListener]>([
  ["says nothing", () => {}],
  ["stops in the middle", (_request, response) => void response.writeHead(200).write('{"keys":')],
])("an address that %s is given up after its time", async (_, hanging) => {
  answer = hanging;
  await expect(
    fetchKeySet(new URL(url), { privateNetwork: false, timeoutMs: 50 }),
  ).rejects.toMatchObject({ name: "TimeoutError" });
});

describe("what a set may hold (A09, A10)", () => {
  test("a symmetric key in it signs nothing", async () => {
    const k = Buffer.from("0123456789abcdef0123456789abcdef").toString("base64url");
    answer = serve({ kty: "oct", k, kid: "k1", alg: "HS256" });
    const verify = await open();
    const token = await new SignJWT({ sub: "alice" })
      .setProtectedHeader({ alg: "HS256", kid: "k1" })
      .setExpirationTime(nowMs / 1000 + 60)
      .sign(Buffer.from(k, "base64url"));
    await expect(verify(token)).rejects.toMatchObject(refused);
  });

  test.each<[string, JWK, boolean]>([
    ["for signatures", { use: "sig" }, true],
    ["for encryption", { use: "enc" }, false],
    ["for verifying", { key_ops: ["verify"] }, true],
    ["for deriving", { key_ops: ["deriveKey"] }, false],
    ["for another algorithm", { alg: "ES256" }, false],
    ["that is damaged", { x: "AA" }, false],
  ])("a key %s", async (_, extra, isLetIn) => {
    const pair = await makePair("k1", extra);
    answer = serve(pair.jwk);
    const verified = (await open())(await pair.token());
    await (isLetIn
      ? expect(verified).resolves.toMatchObject(letIn)
      : expect(verified).rejects.toMatchObject(refused));
  });

  test("an algorithm that is not configured for the set is refused without a fetch", async () => {
    const pair = await makePair("k1");
    answer = serve(pair.jwk);
    const verify = await open({ jwksAlgorithms: ["RS256"] });
    await expect(verify(await pair.token())).rejects.toMatchObject(refused);
    expect(fetches).toBe(0);
  });
});
