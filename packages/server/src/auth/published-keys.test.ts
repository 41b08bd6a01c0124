// The keys that are published: others check tokens with them, also after the server signs with another one.

import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { runCommand } from "../cli/run-command.ts";
import { startTestServer } from "../testing/start-server.ts";
import { createTokenIssuer } from "./token-issuer.ts";
import type { PrivateKey, PublicKey, TokenOptions } from "./token-options.ts";
import { createTokenVerifier } from "./verify-token.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const pkcs8 = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const spki = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed = generateKeyPairSync("ed25519");
const PAIRS = [
  ["RS256", rsa],
  ["ES256", p256],
  ["EdDSA", ed],
] as const;
const OLD: PublicKey = { algorithm: "EdDSA", key: spki(ed.publicKey) };
const NEW: PrivateKey = { algorithm: "ES256", key: pkcs8(p256.privateKey) };

async function issue(options: TokenOptions): Promise<string> {
  const issuer = await createTokenIssuer(options);
  return (await issuer?.({ userId: "alice", expiresInSeconds: 60 })) ?? "";
}

async function published(auth: TokenOptions) {
  await using server = await startTestServer({ server: { auth } });
  const answer = await fetch(`${server.url}/.well-known/jwks.json`);
  const text = await answer.text();
  return { answer, text, keys: (JSON.parse(text) as JSONWebKeySet).keys };
}

describe("GET /.well-known/jwks.json", () => {
  test.each(PAIRS)(
    "has the public half of a key for %s, and nothing of the private one",
    async (algorithm, pair) => {
      const auth: TokenOptions = { privateKey: { algorithm, key: pkcs8(pair.privateKey) } };
      const { answer, text, keys } = await published(auth);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
      const token = await issue(auth);
      expect(keys).toMatchObject([
        { alg: algorithm, use: "sig", kid: decodeProtectedHeader(token).kid },
      ]);
      expect(keys[0]?.kid).toMatch(/^[\w-]{43}$/);
      const secrets = Object.entries(pair.privateKey.export({ format: "jwk" })).filter(
        ([name]) => !(name in pair.publicKey.export({ format: "jwk" })),
      );
      expect(secrets.length).toBeGreaterThan(0);
      for (const [name, value] of secrets) {
        expect(keys[0]).not.toHaveProperty(name);
        expect(text).not.toContain(String(value));
      }
      const { payload } = await jwtVerify(token, createLocalJWKSet({ keys }));
      expect(payload.sub).toBe("alice");
    },
  );

  test("calls a key what its owner calls it", async () => {
    const { keys } = await published({ privateKey: { ...NEW, keyId: "2026-11" } });
    expect(keys).toMatchObject([{ kid: "2026-11", kty: "EC", crv: "P-256" }]);
  });

  test("is not there where a secret signs, and never has keys of others", async () => {
    await using server = await startTestServer({ server: { auth: { secret: SECRET } } });
    expect((await fetch(`${server.url}/.well-known/jwks.json`)).status).toBe(404);
    await using trusting = await startTestServer({
      server: { auth: { secret: SECRET, publicKeys: [OLD] } },
    });
    expect((await fetch(`${trusting.url}/.well-known/jwks.json`)).status).toBe(404);
    const { keys } = await published({ secret: SECRET, privateKey: NEW, publicKeys: [OLD] });
    expect(keys.map(({ kty }) => kty)).toEqual(["EC"]);
  });
});

describe("a key that was retired", () => {
  const before: TokenOptions = {
    privateKey: { algorithm: "EdDSA", key: pkcs8(ed.privateKey) },
  };
  const after: TokenOptions = { privateKey: NEW, retiredKeys: [OLD] };

  test("still opens what it has signed, here and where its document is read; new tokens are of the new one", async () => {
    const [old, young] = [await issue(before), await issue(after)];
    expect(decodeProtectedHeader(young).alg).toBe("ES256");
    const verify = await createTokenVerifier(after);
    for (const token of [old, young]) expect((await verify(token)).userId).toBe("alice");
    const { keys } = await published(after);
    expect(keys.map(({ kid }) => kid)).toEqual(
      [young, old].map((token) => decodeProtectedHeader(token).kid),
    );
    for (const token of [old, young])
      expect((await jwtVerify(token, createLocalJWKSet({ keys }))).payload.sub).toBe("alice");
  });

  test("opens nothing once it is not named any more", async () => {
    const verify = await createTokenVerifier({ privateKey: NEW });
    await expect(verify(await issue(before))).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test.each([
    [{ ...OLD, key: pkcs8(ed.privateKey) }, /no EdDSA public key/],
    [{ ...OLD, key: ed.privateKey.export({ format: "jwk" }) }, /secret or private key/],
    [{ ...OLD, key: { kty: "oct", k: "c2VjcmV0" } }, /secret or private key/],
    [{ ...OLD, key: "" }, /no EdDSA public key/],
  ] as [PublicKey, RegExp][])(
    "that is none is refused by name, and not published",
    async (key, message) => {
      await expect(
        startTestServer({ server: { auth: { ...after, retiredKeys: [OLD, key] } } }),
      ).rejects.toMatchObject({
        code: "config",
        path: "auth.retiredKeys.1",
        message: expect.stringMatching(message),
      });
    },
  );
});

describe("on the command line", () => {
  test.each([
    ["old.pem", undefined],
    ["private.pem", /^config: This is a private key.*\(retiredKeyFiles\)/],
    ["p384.pem", /^config: .*no algorithm that is known here/],
    ["garbage.pem", /^config: This is no public key in PEM form/],
    ["none.pem", /^config: .*cannot be read from/],
  ])("--retired-key-files old.pem,%s", async (name, refused) => {
    const folder = mkdtempSync(join(tmpdir(), "syncline-keys-"));
    const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
    write("key.pem", NEW.key);
    write("old.pem", spki(ed.publicKey));
    write("private.pem", pkcs8(ed.privateKey));
    write("p384.pem", spki(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey));
    write("garbage.pem", "garbage");
    const args = ["--private-key-file", "key.pem", "--private-key-algorithm", "ES256"];
    const stop = new AbortController();
    const { promise: told, resolve: say } = Promise.withResolvers<string>();
    const stream = { write: say };
    const code = runCommand(
      ["serve", "--port", "0", "--json", ...args, "--retired-key-files", `old.pem,${name}`],
      {
        stdout: stream,
        stderr: stream,
        stdin: Readable.from([]),
        env: {},
        cwd: folder,
        signal: stop.signal,
      },
    );
    try {
      const text = await told;
      if (refused !== undefined) {
        expect(text).toMatch(refused);
        expect(text).not.toContain(NEW.key.split("\n")[1]);
        return;
      }
      const { url } = JSON.parse(text) as { url: string };
      const answer = await fetch(`${url}/.well-known/jwks.json`);
      expect(((await answer.json()) as JSONWebKeySet).keys.map(({ alg }) => alg)).toEqual([
        "ES256",
        "EdDSA",
        "EdDSA",
      ]);
    } finally {
      stop.abort();
      await code;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
