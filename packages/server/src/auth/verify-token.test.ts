// Which tokens are let in: table A07–A11 of the attack list, and what is refused at start.

import { createHmac, generateKeyPairSync, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { type CryptoKey, exportJWK, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { createTokenVerifier, type TokenOptions } from "./verify-token.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const NOW = NOW_MS / 1000;
const SECRET = "0123456789abcdef0123456789abcdef";
const environment = { now: () => NOW_MS, failed: () => {} };

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const otherRsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed = generateKeyPairSync("ed25519");
const pem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();

interface Made {
  readonly alg?: string;
  readonly key?: KeyObject | CryptoKey | Uint8Array;
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
}

/** A token that is right but for what is given. */
async function make({ alg = "HS256", key, claims = {}, header = {} }: Made = {}): Promise<string> {
  const payload = { sub: "alice", exp: NOW + 600, ...claims };
  const text = JSON.parse(JSON.stringify(payload)) as Record<string, unknown>; // drops what is undefined
  return await new SignJWT(text)
    .setProtectedHeader({ alg, ...header })
    .sign(key ?? new TextEncoder().encode(SECRET));
}

/** A token put together by hand, for what no library would sign. */
function forge(header: object, payload: object, secret?: string | Buffer): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature =
    secret === undefined ? "" : createHmac("sha256", secret).update(signed).digest("base64url");
  return `${signed}.${signature}`;
}

const verifierOf = (options: TokenOptions) => createTokenVerifier(options, environment);

describe("tokens that are let in", () => {
  test.each([
    ["HS256 with the secret", { secret: SECRET }, () => make()],
    [
      "RS256 with a PEM key",
      { publicKeys: [{ algorithm: "RS256", key: `\n ${pem(rsa.publicKey)}` }] },
      () => make({ alg: "RS256", key: rsa.privateKey }),
    ],
    [
      "ES256 with a PEM key",
      { publicKeys: [{ algorithm: "ES256", key: pem(ec.publicKey) }] },
      () => make({ alg: "ES256", key: ec.privateKey }),
    ],
    [
      "EdDSA with a PEM key",
      { publicKeys: [{ algorithm: "EdDSA", key: pem(ed.publicKey) }] },
      () => make({ alg: "EdDSA", key: ed.privateKey }),
    ],
    [
      "the second of two keys with one algorithm, during a rotation",
      {
        publicKeys: [
          { algorithm: "RS256", key: pem(otherRsa.publicKey) },
          { algorithm: "RS256", key: pem(rsa.publicKey) },
        ],
      },
      () => make({ alg: "RS256", key: rsa.privateKey }),
    ],
    [
      "issuer and audience as asked for",
      { secret: SECRET, issuer: "https://id.example.com", audience: "syncline" },
      () => make({ claims: { iss: "https://id.example.com", aud: ["other", "syncline"] } }),
    ],
    ["an exp within the tolerance", { secret: SECRET }, () => make({ claims: { exp: NOW - 4 } })],
  ] satisfies [string, TokenOptions, () => Promise<string>][])("%s", async (_, options, token) => {
    const verify = await verifierOf(options);
    expect((await verify(await token())).userId).toBe("alice");
  });

  test("a JWK is read as a key", async () => {
    const key = await exportJWK(ed.publicKey);
    const verify = await verifierOf({ publicKeys: [{ algorithm: "EdDSA", key }] });
    const principal = await verify(await make({ alg: "EdDSA", key: ed.privateKey }));
    expect(principal).toEqual({ userId: "alice", expiresAtMs: (NOW + 600) * 1000 });
  });
});

describe("tokens that are refused", () => {
  const claims = { sub: "alice", exp: NOW + 600 };
  const publicKeys = [
    { algorithm: "RS256", key: pem(rsa.publicKey) },
    { algorithm: "ES256", key: pem(ec.publicKey) },
  ] as const;
  const strict = { secret: SECRET, issuer: "us", audience: "syncline", maxLifetimeSeconds: 3_600 };
  const fits = { iss: "us", aud: "syncline" };

  test.each([
    ["A07 alg none", { secret: SECRET }, () => forge({ alg: "none" }, claims)],
    ["A07 alg NONE", { secret: SECRET }, () => forge({ alg: "NONE" }, claims)],
    ["A07 no alg", { secret: SECRET }, () => forge({ typ: "JWT" }, claims, SECRET)],
    ["A07 alg that is no text", { secret: SECRET }, () => forge({ alg: 5 }, claims, SECRET)],
    [
      "A08 HS256 signed with the RSA public key as PEM",
      { publicKeys },
      () => forge({ alg: "HS256" }, claims, pem(rsa.publicKey)),
    ],
    [
      "A08 the same, where a secret is configured too",
      { secret: SECRET, publicKeys },
      () => forge({ alg: "HS256" }, claims, pem(rsa.publicKey)),
    ],
    [
      "A08 HS256 signed with the trimmed PEM",
      { publicKeys },
      () => forge({ alg: "HS256" }, claims, pem(rsa.publicKey).trim()),
    ],
    [
      "A08 HS256 signed with the public key as DER",
      { publicKeys },
      () => forge({ alg: "HS256" }, claims, rsa.publicKey.export({ type: "spki", format: "der" })),
    ],
    [
      "A09 RS256 named for a key that is for ES256",
      { publicKeys: [{ algorithm: "ES256", key: pem(ec.publicKey) }] },
      () => make({ alg: "RS256", key: rsa.privateKey }),
    ],
    [
      "A09 PS256 with a key that is for RS256",
      { publicKeys },
      () => make({ alg: "PS256", key: rsa.privateKey }),
    ],
    [
      "A09 RS512 with a key that is for RS256",
      { publicKeys },
      () => make({ alg: "RS512", key: rsa.privateKey }),
    ],
    ["A09 another key", { publicKeys }, () => make({ alg: "RS256", key: otherRsa.privateKey })],
    [
      "A09 another kid than the key's",
      { publicKeys: [{ ...publicKeys[0], keyId: "k1" }] },
      () => make({ alg: "RS256", key: rsa.privateKey, header: { kid: "k2" } }),
    ],
    [
      "A10 a key embedded in the header",
      { publicKeys },
      async () =>
        make({
          alg: "RS256",
          key: otherRsa.privateKey,
          header: { jwk: await exportJWK(otherRsa.publicKey) },
        }),
    ],
    [
      "A10 an address of keys in the header",
      { publicKeys },
      () =>
        make({
          alg: "RS256",
          key: otherRsa.privateKey,
          header: { jku: "http://127.0.0.1:1/jwks", x5u: "http://127.0.0.1:1/x5u" },
        }),
    ],
    ["A11 no exp", { secret: SECRET }, () => make({ claims: { exp: undefined } })],
    [
      "A11 exp as text",
      { secret: SECRET },
      () => forge({ alg: "HS256" }, { sub: "alice", exp: String(NOW + 600) }, SECRET),
    ],
    ["A11 exp as a fraction", { secret: SECRET }, () => make({ claims: { exp: NOW + 600.5 } })],
    ["A11 exp beyond all numbers", { secret: SECRET }, () => make({ claims: { exp: 1e300 } })],
    ["A11 expired", { secret: SECRET }, () => make({ claims: { exp: NOW - 6 } })],
    ["A11 good for too long", strict, () => make({ claims: { ...fits, exp: NOW + 3_601 } })],
    ["A11 nbf in the future", { secret: SECRET }, () => make({ claims: { nbf: NOW + 60 } })],
    [
      "A11 nbf as text",
      { secret: SECRET },
      () => forge({ alg: "HS256" }, { ...claims, nbf: "0" }, SECRET),
    ],
    ["A11 no aud", strict, () => make({ claims: { iss: "us" } })],
    ["A11 another aud", strict, () => make({ claims: { ...fits, aud: "other" } })],
    ["A11 no iss", strict, () => make({ claims: { aud: "syncline" } })],
    ["A11 another iss", strict, () => make({ claims: { ...fits, iss: "them" } })],
    [
      "A11 an unknown crit",
      { secret: SECRET },
      () => forge({ alg: "HS256", crit: ["exp2"], exp2: 1 }, claims, SECRET),
    ],
    ["no sub", { secret: SECRET }, () => make({ claims: { sub: undefined } })],
    ["an empty sub", { secret: SECRET }, () => make({ claims: { sub: "" } })],
    [
      "a sub that is a number",
      { secret: SECRET },
      () => forge({ alg: "HS256" }, { ...claims, sub: 5 }, SECRET),
    ],
    [
      "a sub that is too long",
      { secret: SECRET },
      () => make({ claims: { sub: "a".repeat(129) } }),
    ],
    ["a NUL in sub", { secret: SECRET }, () => make({ claims: { sub: "a\0b" } })],
    ["a NUL in sid", { secret: SECRET }, () => make({ claims: { sid: "a\0b" } })],
    ["a lone surrogate as sub", { secret: SECRET }, () => make({ claims: { sub: "\ud800" } })],
    ["another secret", { secret: SECRET }, () => forge({ alg: "HS256" }, claims, "x".repeat(32))],
    ["a payload that is a list", { secret: SECRET }, () => forge({ alg: "HS256" }, [], SECRET)],
    ["no token at all", { secret: SECRET }, () => ""],
    ["two dots", { secret: SECRET }, () => ".."],
  ] satisfies [string, TokenOptions, () => string | Promise<string>][])(
    "%s",
    async (_, options, token) => {
      const verify = await verifierOf(options);
      await expect(verify(await token())).rejects.toMatchObject({ code: "unauthenticated" });
    },
  );

  test("[G10] no text gets past the verifier, and none breaks it", async () => {
    const verify = await verifierOf({ secret: SECRET, publicKeys });
    const good = await make();
    const damaged = fc
      .tuple(fc.nat(good.length - 1), fc.constantFrom(..."AZaz09-_.=~ "))
      .map(([at, char]) => good.slice(0, at) + char + good.slice(at + 1))
      // The last character of a signature holds bits that do not count.
      .filter((token) => token.slice(0, -1) !== good.slice(0, -1));
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.string(), fc.base64String()), async (token) => {
        await expect(verify(token)).rejects.toMatchObject({ code: "unauthenticated" });
      }),
      { numRuns: 300 },
    );
  });
});

describe("configurations that are refused at start (E04)", () => {
  const small = generateKeyPairSync("rsa", { modulusLength: 1024 });
  test.each([
    ["no key at all", {}, "auth"],
    ["a short secret", { secret: "secret" }, "auth.secret"],
    ["a PEM key as secret", { secret: pem(rsa.publicKey) }, "auth.secret"],
    [
      "text that is no key",
      { publicKeys: [{ algorithm: "RS256", key: "nonsense" }] },
      "auth.publicKeys.0",
    ],
    [
      "a key of another kind than its algorithm",
      { publicKeys: [{ algorithm: "RS256", key: pem(ec.publicKey) }] },
      "auth.publicKeys.0",
    ],
    [
      "an RSA key that is too small",
      { publicKeys: [{ algorithm: "RS256", key: pem(small.publicKey) }] },
      "auth.publicKeys.0",
    ],
    [
      "a JWK for another algorithm",
      {
        publicKeys: [
          { algorithm: "RS256", key: { ...rsa.publicKey.export({ format: "jwk" }), alg: "PS256" } },
        ],
      },
      "auth.publicKeys.0",
    ],
    [
      "a private key",
      { publicKeys: [{ algorithm: "EdDSA", key: ed.privateKey.export({ format: "jwk" }) }] },
      "auth.publicKeys.0",
    ],
    [
      "a symmetric JWK",
      { publicKeys: [{ algorithm: "RS256", key: { kty: "oct", k: "AAAA" } }] },
      "auth.publicKeys.0",
    ],
    ["an address that is none", { jwksUrl: "keys" }, "auth.jwksUrl"],
    ["keys over http from elsewhere", { jwksUrl: "http://id.example.com/jwks" }, "auth.jwksUrl"],
    ["keys from a file", { jwksUrl: "file:///etc/jwks.json" }, "auth.jwksUrl"],
  ] satisfies [string, unknown, string][])("%s", async (_, options, path) => {
    // Some rows are wrong in ways that only a caller without types could write.
    const made = verifierOf(options as TokenOptions);
    await expect(made).rejects.toMatchObject({ code: "config", path });
  });
});
