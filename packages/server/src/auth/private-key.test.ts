// Tokens signed with a private key: who accepts them, which keys are refused, and what no key makes acceptable.

import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { decodeProtectedHeader, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../cli/run-command.ts";
import { startTestServer } from "../testing/start-server.ts";
import { createTokenIssuer } from "./token-issuer.ts";
import type { PrivateKey, TokenOptions } from "./token-options.ts";
import { createTokenVerifier } from "./verify-token.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
const ed = generateKeyPairSync("ed25519");

const pkcs8 = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const spki = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();
const RS256: PrivateKey = { algorithm: "RS256", key: pkcs8(rsa.privateKey) };

async function issue(options: TokenOptions): Promise<string> {
  const issuer = await createTokenIssuer(options);
  return (await issuer?.({ userId: "alice", expiresInSeconds: 60, sessionId: "s1" })) ?? "";
}

describe("a private key", () => {
  test.each([
    ["RS256", pkcs8(rsa.privateKey)],
    ["RS256", rsa.privateKey.export({ type: "pkcs1", format: "pem" }).toString()],
    ["ES256", pkcs8(p256.privateKey)],
    ["ES256", p256.privateKey.export({ type: "sec1", format: "pem" }).toString()],
    ["EdDSA", pkcs8(ed.privateKey)],
  ] as const)("for %s signs tokens that this server accepts", async (algorithm, key) => {
    const options: TokenOptions = {
      privateKey: { algorithm, key, keyId: "2026" },
      issuer: "kanso-api",
      audience: "kanso",
    };
    const token = await issue(options);
    expect(decodeProtectedHeader(token)).toEqual({ alg: algorithm, typ: "JWT", kid: "2026" });
    const verify = await createTokenVerifier(options);
    expect(await verify(token)).toMatchObject({ userId: "alice", sessionId: "s1" });
    const elsewhere = await createTokenVerifier({ ...options, issuer: "another" });
    await expect(elsewhere(token)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("signs what who has only its public key accepts, and nobody else", async () => {
    const token = await issue({ privateKey: RS256 });
    const reader = await createTokenVerifier({
      publicKeys: [{ algorithm: "RS256", key: spki(rsa.publicKey) }],
    });
    expect(await reader(token)).toMatchObject({ userId: "alice" });
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
    for (const options of [
      { secret: SECRET },
      { publicKeys: [{ algorithm: "RS256", key: spki(other.publicKey) }] },
      { privateKey: { algorithm: "ES256", key: pkcs8(p256.privateKey) } },
    ] satisfies TokenOptions[]) {
      const verify = await createTokenVerifier(options);
      await expect(verify(token)).rejects.toMatchObject({ code: "unauthenticated" });
    }
  });

  test("takes the place of the secret for signing; tokens of the secret are good until they end", async () => {
    const before = await issue({ secret: SECRET });
    const both: TokenOptions = { secret: SECRET, privateKey: RS256 };
    expect(decodeProtectedHeader(await issue(both)).alg).toBe("RS256");
    expect(await (await createTokenVerifier(both))(before)).toMatchObject({ userId: "alice" });
    const after = await createTokenVerifier({ privateKey: RS256 });
    await expect(after(before)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("never makes its public half a secret: an HS256 token signed with it is refused", async () => {
    const verify = await createTokenVerifier({ privateKey: RS256, secret: SECRET });
    for (const key of [spki(rsa.publicKey), spki(rsa.publicKey).trim()]) {
      const forged = await new SignJWT({ sub: "root" })
        .setProtectedHeader({ alg: "HS256" })
        .setExpirationTime("1h")
        .sign(new TextEncoder().encode(key));
      await expect(verify(forged)).rejects.toMatchObject({ code: "unauthenticated" });
    }
  });
});

const locked = rsa.privateKey
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
  .toString();

describe("refused by name, and without a word of the key", () => {
  test.each([
    ["an RSA key for ES256", "ES256", pkcs8(rsa.privateKey), /is for RS256.*says ES256/],
    ["an EC key for RS256", "RS256", pkcs8(p256.privateKey), /is for ES256.*says RS256/],
    ["an Ed25519 key for RS256", "RS256", pkcs8(ed.privateKey), /is for EdDSA.*says RS256/],
    ["a key of another curve", "ES256", pkcs8(p384.privateKey), /no algorithm that is known/],
    ["a key for PSS", "RS256", pkcs8(pss.privateKey), /no algorithm that is known/],
    ["an RSA key that is too short", "RS256", pkcs8(weak.privateKey), /2048 bits or more/],
    ["a public key", "RS256", spki(rsa.publicKey), /a public key, no private one/],
    ["a locked key", "RS256", locked, /passphrase/],
    ["no key", "RS256", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----", /no private/],
    ["nothing", "RS256", "", /no private key/],
  ] as const)("%s", async (_what, algorithm, key, message) => {
    const privateKey = { algorithm, key };
    for (const open of [createTokenVerifier, createTokenIssuer]) {
      const failure = await open({ privateKey }).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({
        code: "config",
        path: "auth.privateKey",
        message: expect.stringMatching(message),
      });
      const secretPart = key.split("\n")[1] ?? "";
      if (secretPart.length > 20) expect(String(failure)).not.toContain(secretPart);
    }
  });
});

test("accounts sign with it: who registers gets a token that the public key checks", async () => {
  await using server = await startTestServer({
    server: { accounts: {}, auth: { privateKey: RS256, issuer: "kanso-api" } },
  });
  const post = async (path: string) =>
    await fetch(`${server.url}/accounts/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "ada@example.org", password: "orange-kite-42" }),
    });
  expect((await post("register")).status).toBe(201);
  const { token } = (await (await post("login")).json()) as { token: string };
  expect(decodeProtectedHeader(token).alg).toBe("RS256");
  const verify = await createTokenVerifier({
    publicKeys: [{ algorithm: "RS256", key: spki(rsa.publicKey) }],
    issuer: "kanso-api",
  });
  expect((await verify(token)).userId).toMatch(/./);
  const answer = await fetch(`${server.url}/v1/todo/~/changes`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(200);
  const forged = await server.token("mallory"); // HS256, with a secret that is not configured
  const refused = await fetch(`${server.url}/v1/todo/~/changes`, {
    headers: { authorization: `Bearer ${forged}` },
  });
  expect(refused.status).toBe(401);
});

describe("on the command line", () => {
  let folder = "";
  // Where none of these tests is run, nothing would remove it again.
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "syncline-key-"));
    writeFileSync(join(folder, "rsa.pem"), RS256.key);
    writeFileSync(join(folder, "ec.pem"), pkcs8(p256.privateKey));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = async (...args: string[]) => {
    let said = "";
    const stream = { write: (text: string) => (said += text) };
    const code = await runCommand(args, {
      stdout: stream,
      stderr: stream,
      stdin: Readable.from([]),
      env: {},
      cwd: folder,
      signal: new AbortController().signal,
    });
    return { code, said };
  };

  test("syncline token signs with the file's key", async () => {
    const { code, said } = await run("token", "alice", "--private-key-file", "rsa.pem");
    expect([code, decodeProtectedHeader(said.trim()).alg]).toEqual([0, "RS256"]);
    const verify = await createTokenVerifier({ privateKey: RS256 });
    expect(await verify(said.trim())).toMatchObject({ userId: "alice" });
  });

  test.each([
    [["serve", "--private-key-file", "ec.pem"], /^config: .*is for ES256.*\(auth\.privateKey\)/],
    [["serve", "--private-key-file", "none.pem"], /^config: .*cannot be read.*\(privateKeyFile\)/],
    [["token", "a", "--private-key-algorithm", "HS256"], /privateKeyAlgorithm .*one of EdDSA/],
  ])("%j is refused", async (args, message) => {
    const { code, said } = await run(...args);
    expect(code).toBe(1);
    expect(said).toMatch(message);
    expect(said).not.toMatch(/\n\s+at /);
  });
});
