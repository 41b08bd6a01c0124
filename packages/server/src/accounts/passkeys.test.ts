// Passkeys through a server: who adds one signs in with it, on either store; and what is refused.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryStore, openSqliteStore } from "../store/index.ts";
import type { Store } from "../store/port.ts";
import {
  createTestAuthenticator,
  type Lies,
  type TestAuthenticator,
} from "../testing/authenticator.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";
import type { AccountOptions } from "./accounts.ts";
import { PASSWORD as ORANGE, passkeyCalls, type Session } from "./passkey-fixture.ts";

const ORIGIN = "https://app.example.com";
const PASSKEYS = { origins: [ORIGIN], name: "Example" };

let server: TestServer;
let folder: string;
let phone: TestAuthenticator;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-passkeys-"));
  phone = createTestAuthenticator({ origin: ORIGIN });
});
afterEach(async () => {
  vi.useRealTimers();
  await server.close();
  await rm(folder, { recursive: true });
});

const STORES = {
  memory: async () => createMemoryStore(),
  sqlite: () => openSqliteStore({ path: join(folder, "db") }),
};

async function start(options: AccountOptions = {}, open: () => Promise<Store> = STORES.memory) {
  server = await startTestServer({
    store: await open(),
    server: { accounts: { passkeys: PASSKEYS, ...options } },
  });
}
const calls = () => passkeyCalls(server.url);
const ada = () => calls().person("ada");

/** Somebody who has only a passkey: the password went, as when the address was shown in another way. */
async function withoutPassword() {
  const person = await ada();
  await calls().add(person, phone);
  await server.store.accounts.setSecret(person.userId, "-");
  return person;
}

describe.each(Object.entries(STORES))("on %s", (_name, open) => {
  test("who adds a passkey signs in with it, and finds it in the list", async () => {
    await start({}, open);
    const person = await ada();
    const made = await calls().add(person, phone, { name: "  my phone\n" });
    expect(made).toMatchObject({ status: 201, body: { name: "my phone", usedAtMs: null } });
    const session = await calls().signIn(phone, { device: "phone" });
    expect(session).toMatchObject({ status: 200, body: { account: { userId: person.userId } } });
    const token = String(session.body["token"]);
    const { body } = await calls().ask("GET", "passkeys", undefined, token);
    expect(body["passkeys"]).toEqual([
      { ...made.body, usedAtMs: expect.any(Number) as unknown as number },
    ]);
    const devices = await calls().ask("GET", "devices", undefined, token);
    expect(devices.body["devices"]).toMatchObject([{ name: "phone", current: true }, {}]);
  });

  test("it is renamed and removed, and is none from then on", async () => {
    await start({}, open);
    const person = await ada();
    const { body } = await calls().add(person, phone);
    const path = `passkeys/${String(body["id"])}`;
    expect((await calls().ask("PUT", path, { name: "old phone" }, person.token)).status).toBe(204);
    const list = await calls().ask("GET", "passkeys", undefined, person.token);
    expect(list.body["passkeys"]).toMatchObject([{ name: "old phone" }]);
    expect((await calls().ask("DELETE", path, undefined, person.token)).status).toBe(204);
    expect((await calls().ask("DELETE", path, undefined, person.token)).status).toBe(404);
    expect((await calls().ask("PUT", path, { name: "x" }, person.token)).status).toBe(404);
    expect((await calls().signIn(phone)).status).toBe(401);
  });

  test("passkeys go with the account", async () => {
    await start({}, open);
    const person = await ada();
    await calls().add(person, phone);
    expect((await calls().ask("DELETE", "me", undefined, person.token)).status).toBe(204);
    expect(await server.store.accounts.passkeys(person.userId)).toEqual([]);
    expect((await calls().signIn(phone)).status).toBe(401);
  });

  test("the last way in stays: of two passkeys that are removed at once, one does", async () => {
    await start({}, open);
    const person = await withoutPassword();
    const second = createTestAuthenticator({ origin: ORIGIN });
    await calls().add({ ...person, password: undefined }, second);
    const { body } = await calls().ask("GET", "passkeys", undefined, person.token);
    const ids = (body["passkeys"] as { readonly id: string }[]).map(({ id }) => id);
    const answers = await Promise.all(
      ids.map((id) => calls().ask("DELETE", `passkeys/${id}`, undefined, person.token)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    const kept = answers.find(({ status }) => status === 409);
    expect(kept?.body).toMatchObject({ error: { code: "conflict", path: "id" } });
  });
});

test("a browser is asked for a passkey that it finds by itself, of somebody whom it verified", async () => {
  await start();
  const person = await ada();
  const asked = await calls().ask("POST", "passkeys/start", { password: ORANGE }, person.token);
  expect(asked.body["options"]).toMatchObject({
    rp: { id: "app.example.com", name: "Example" },
    user: { name: "ada@example.org" },
    attestation: "none",
    excludeCredentials: [],
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  expect(JSON.stringify(asked.body)).not.toContain(person.userId);
  const [one, two] = [await calls().startSignIn(), await calls().startSignIn()];
  expect(one).toMatchObject({ rpId: "app.example.com", userVerification: "required" });
  expect(one.allowCredentials ?? []).toEqual([]);
  expect(one.challenge).not.toBe(two.challenge);
  await calls().add(person, phone);
  const again = await calls().ask("POST", "passkeys/start", { password: ORANGE }, person.token);
  expect(again.body["options"]).toMatchObject({ excludeCredentials: [{ type: "public-key" }] });
  expect(await calls().ask("GET", "passkeys/sign-in")).toMatchObject({
    status: 200,
    body: { rpId: "app.example.com" },
  });
});

describe("a token alone adds no passkey", () => {
  test("where the account has a password, and guesses are counted", async () => {
    await start();
    const { token } = await ada();
    const tries = [{}, ...Array.from({ length: 12 }, () => ({ password: "wrong-password" }))];
    const statuses: number[] = [];
    for (const body of tries)
      statuses.push((await calls().ask("POST", "passkeys/start", body, token)).status);
    // The sign-in was one.
    expect(statuses).toEqual([...Array(9).fill(403), ...Array(4).fill(429)]);
  });

  test("where it has none it does", async () => {
    await start();
    const person = await withoutPassword();
    const tablet = createTestAuthenticator({ origin: ORIGIN });
    expect((await calls().add({ ...person, password: undefined }, tablet)).status).toBe(201);
    expect((await calls().signIn(tablet)).status).toBe(200);
  });

  test("an API key adds none", async () => {
    await start();
    await server.server.keys.createUser("robot");
    const { key } = await server.server.keys.createKey("robot", {});
    expect((await calls().ask("POST", "passkeys/start", {}, key)).status).toBe(403);
  });
});

const refusedSignIn = {
  status: 401,
  body: { error: { code: "unauthenticated", message: "This passkey was not accepted." } },
};
const refusedPasskey = { status: 400, body: { error: { code: "invalid", path: "credential" } } };

describe("what is signed is refused", () => {
  test.each<[what: string, lies: Lies]>([
    ["on a page of another origin", { origin: "https://app.example.com.evil.example" }],
    ["on a page of another port", { origin: "https://app.example.com:8443" }],
    ["for another domain", { rpId: "evil.example" }],
    ["by nobody whom the device knows", { userVerified: false }],
    ["as something else", { type: "payment.get" }],
    ["with a challenge that is none", { challenge: "AAAA" }],
  ])("%s", async (_what, lies) => {
    await start();
    const person = await ada();
    expect(await calls().add(person, phone, {}, lies)).toMatchObject(refusedPasskey);
    expect(await server.store.accounts.passkeys(person.userId)).toEqual([]);
    await calls().add(person, phone);
    expect(await calls().signIn(phone, {}, lies)).toMatchObject(refusedSignIn);
    expect((await calls().signIn(phone)).status).toBe(200);
  });

  test.each<[what: string, lies: Lies]>([
    ["with another key", { otherKey: true }],
    ["with a passkey that nobody has", { id: "AAAAAAAAAAAAAAAAAAAAAA" }],
    ["for somebody else", { userHandle: "AAAAAAAA" }],
    ["with a count that was there before", { counter: 1 }],
    ["with no count, where there was one", { counter: 0 }],
  ])("%s", async (_what, lies) => {
    await start();
    await calls().add(await ada(), phone);
    expect(await calls().signIn(phone, {}, lies)).toMatchObject(refusedSignIn);
    expect((await calls().signIn(phone)).status).toBe(200);
  });

  test("twice, and once it was tried with something wrong", async () => {
    await start();
    await calls().add(await ada(), phone);
    const options = await calls().startSignIn();
    const finish = (lies: Lies = {}) =>
      calls().ask("POST", "passkeys/sign-in", { credential: phone.get(options, lies) });
    const both = await Promise.all([finish(), finish()]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(await finish()).toMatchObject(refusedSignIn);
    const next = await calls().startSignIn();
    const wrong = { credential: phone.get(next, { otherKey: true }) };
    expect(await calls().ask("POST", "passkeys/sign-in", wrong)).toMatchObject(refusedSignIn);
    const right = { credential: phone.get(next) };
    expect(await calls().ask("POST", "passkeys/sign-in", right)).toMatchObject(refusedSignIn);
  });

  test("after five minutes", async () => {
    await start();
    const person = await ada();
    await calls().add(person, phone);
    const options = await calls().startSignIn();
    const adding = await calls().startAdding(person);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5 * 60_000 + 1_000 });
    const credential = phone.get(options);
    expect(await calls().ask("POST", "passkeys/sign-in", { credential })).toMatchObject(
      refusedSignIn,
    );
    const made = { credential: phone.create(adding) };
    expect(await calls().ask("POST", "passkeys", made, person.token)).toMatchObject(refusedPasskey);
  });
});

test("a device that does not count is taken each time", async () => {
  await start();
  const synced = createTestAuthenticator({ origin: ORIGIN, counts: false });
  await calls().add(await ada(), synced);
  for (let time = 0; time < 3; time++) expect((await calls().signIn(synced)).status).toBe(200);
});

test("what somebody began nobody else ends, and a challenge to sign in makes no passkey", async () => {
  await start();
  const [mine, other] = [await ada(), await calls().person("eve")];
  const options = await calls().startAdding(mine);
  const stolen = { credential: phone.create(options) };
  expect(await calls().ask("POST", "passkeys", stolen, other.token)).toMatchObject(refusedPasskey);
  const { challenge } = await calls().startSignIn();
  const credential = phone.create({ ...options, challenge });
  expect(await calls().ask("POST", "passkeys", { credential }, mine.token)).toMatchObject(
    refusedPasskey,
  );
  for (const { userId } of [mine, other])
    expect(await server.store.accounts.passkeys(userId)).toEqual([]);
});

test("a passkey is one account's: whoever brings its id again is refused", async () => {
  await start();
  const [mine, other] = [await ada(), await calls().person("eve")];
  await calls().add(mine, phone);
  const { id } = phone.get(await calls().startSignIn());
  const copy = createTestAuthenticator({ origin: ORIGIN });
  const answer = await calls().add(other, copy, {}, { id });
  expect(answer).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
  const session = await calls().signIn(phone);
  expect(session.body).toMatchObject({ account: { userId: mine.userId } });
});

test("a certificate that nobody asked for is not looked at", async () => {
  await start();
  const certificate = Buffer.from("no certificate at all");
  expect(await calls().add(await ada(), phone, {}, { certificate })).toMatchObject({ status: 201 });
  expect((await calls().signIn(phone)).status).toBe(200);
});

test("what is no passkey at all is refused", async () => {
  await start();
  const person = await ada();
  for (const attestationObject of ["", "AAAA", "oA", "o2NmbXRkbm9uZQ", "v_8"]) {
    const credential = phone.create(await calls().startAdding(person));
    const response = { ...credential.response, attestationObject };
    const body = { credential: { ...credential, response } };
    expect(await calls().ask("POST", "passkeys", body, person.token)).toMatchObject(refusedPasskey);
    if (attestationObject !== "") continue;
    for (const clientDataJSON of ["", "AAAA", "e30", "bnVsbA"]) {
      const wrong = { credential: { ...credential, response: { ...response, clientDataJSON } } };
      const answer = await calls().ask("POST", "passkeys", wrong, person.token);
      expect(answer).toMatchObject(refusedPasskey);
    }
  }
});

test("an account has twenty passkeys at most", async () => {
  await start();
  const person = await withoutPassword();
  const add = () => calls().add({ ...person, password: undefined }, phone);
  for (let made = 1; made < 20; made++) expect((await add()).status).toBe(201);
  expect(await add()).toMatchObject({ status: 403, body: { error: { code: "quota_exceeded" } } });
});

test("attempts of one address are counted, for known and unknown passkeys alike", async () => {
  await start();
  await calls().add(await ada(), phone);
  const options = await calls().startSignIn();
  const tried = async (lies: Lies) => {
    const answers = [];
    for (let time = 0; time < 12; time++) {
      const credential = phone.get(options, lies);
      const { status, body } = await calls().ask("POST", "passkeys/sign-in", { credential });
      answers.push([status, JSON.stringify(body).replace(/,"retryAfter":\d+/, "")]);
    }
    return answers;
  };
  const known = await tried({ otherKey: true });
  expect(known.map(([status]) => status)).toEqual([...Array(10).fill(401), 429, 429]);
  expect(await tried({ id: "AAAAAAAAAAAAAAAAAAAAAA" })).toEqual(known);
  let last = 200;
  for (let time = 0; time < 110 && last === 200; time++)
    last = (await calls().ask("POST", "passkeys/sign-in/start")).status;
  expect(last).toBe(429);
});

test("a person whose account is locked is told so, with the right passkey alone", async () => {
  await start();
  const { userId } = await calls()
    .add(await ada(), phone)
    .then(() => calls().signIn(phone))
    .then(({ body }) => body["account"] as Session);
  await server.store.locks.lock(userId, Date.now());
  const locked = { status: 403, body: { error: { code: "account_locked" } } };
  // Another server did it, and told nobody: it is known in a second.
  await expect
    .poll(() => calls().signIn(phone), { timeout: 60_000, interval: 600 })
    .toMatchObject(locked);
  expect(await calls().signIn(phone, {}, { otherKey: true })).toMatchObject(refusedSignIn);
});

test("a new password by mail takes the passkeys of who knew the old one", async () => {
  const mails: { readonly token?: string }[] = [];
  await start({ sendMail: async (mail) => void mails.push(mail) });
  const person = await ada();
  await expect.poll(() => mails.length).toBe(1);
  await calls().add(person, phone);
  await calls().ask("POST", "mail", { email: person.email, purpose: "reset" });
  await expect.poll(() => mails.length).toBe(2);
  const change = { token: mails[1]?.token, newPassword: "green-owl-99" };
  expect((await calls().ask("POST", "reset", change)).status).toBe(204);
  expect((await calls().signIn(phone)).status).toBe(401);
});

test("who shows first that the address is his drops passkeys that somebody else may have added", async () => {
  const mails: { readonly token?: string }[] = [];
  await start({ sendMail: async (mail) => void mails.push(mail) });
  const squatter = await ada();
  await expect.poll(() => mails.length).toBe(1);
  await calls().add(squatter, phone);
  await calls().ask("POST", "mail", { email: squatter.email, purpose: "sign-in" });
  await expect.poll(() => mails.length).toBe(2);
  expect((await calls().ask("POST", "sign-in", { token: mails[1]?.token })).status).toBe(200);
  expect((await calls().signIn(phone)).status).toBe(401);
});

test("what is added and removed is in the audit", async () => {
  await start();
  const person = await ada();
  const { body } = await calls().add(person, phone, { name: "phone" });
  await calls().ask("DELETE", `passkeys/${String(body["id"])}`, undefined, person.token);
  const entries = await server.store.audit.list({ from: "", limit: 10, about: [person.userId] });
  expect(entries.map(({ action }) => action)).toEqual(["passkey.add", "passkey.remove"]);
});

describe("a server", () => {
  test("that is told of no page has no passkeys", async () => {
    server = await startTestServer({ server: { accounts: {} } });
    const person = await ada();
    for (const path of ["passkeys/start", "passkeys/sign-in/start"])
      expect((await calls().ask("POST", path, {}, person.token)).status).toBe(404);
  });

  test.each([
    ["https://app.example.com/account", 200],
    ["http://192.0.2.7/account", 404],
  ])("whose mails lead to %s answers %i", async (mailLinkUrl, status) => {
    server = await startTestServer({
      server: { accounts: { mailLinkUrl, sendMail: async () => {} } },
    });
    expect((await calls().ask("GET", "passkeys/sign-in")).status).toBe(status);
  });
});
