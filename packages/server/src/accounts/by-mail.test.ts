// What is done by mail, through a server: told alike whether or not there is an account, used once, by whom the mail was for.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryStore, openSqliteStore } from "../store/index.ts";
import type { Store } from "../store/port.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";
import type { AccountOptions } from "./accounts.ts";
import type { Mail } from "./mail.ts";

const ADA = { email: "ada@example.org", password: "orange-kite-42" };
const EVE = { email: "eve@example.org", password: "purple-crow-17" };
const HOUR_MS = 3_600_000;

let mails: Mail[];
let server: TestServer;
let folder: string;
beforeEach(async () => {
  mails = [];
  folder = await mkdtemp(join(tmpdir(), "syncline-mails-"));
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
  const sendMail = async (mail: Mail) => void mails.push(mail);
  server = await startTestServer({
    store: await open(),
    server: { accounts: { sendMail, ...options } },
  });
}

async function post(path: string, body: object, headers: { readonly [name: string]: string } = {}) {
  const answer = await fetch(`${server.url}/accounts/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  const value = (text === "" ? {} : JSON.parse(text)) as { [name: string]: unknown };
  return { status: answer.status, body: value, headers: answer.headers };
}

/** The next mail that was not looked at. */
async function mail(purpose: Mail["purpose"]): Promise<Mail> {
  await expect.poll(() => mails.length).toBeGreaterThan(0);
  const [next] = mails.splice(0, 1);
  expect(next?.purpose).toBe(purpose);
  return next as Mail; // the line before has seen it
}
const token = async (purpose: Mail["purpose"]) => (await mail(purpose)).token ?? "";
const ask = (purpose: string, email = ADA.email) => post("mail", { email, purpose });
const me = (session: { readonly body: { readonly token?: unknown } }) =>
  fetch(`${server.url}/accounts/me`, {
    headers: { authorization: `Bearer ${session.body.token}` },
  });

async function registered(who = ADA) {
  expect((await post("register", who)).status).toBe(202);
  return await token("verify");
}

describe.each(Object.entries(STORES))("on %s", (_name, open) => {
  test("a new password is set once, signs every device out, and the old one is none any more", async () => {
    await start({}, open);
    await registered();
    const device = await post("login", ADA);
    expect((await me(device)).status).toBe(200);
    expect(await ask("reset")).toMatchObject({ status: 202, body: {} });
    const change = { token: await token("reset"), newPassword: "green-owl-99" };
    const uses = await Promise.all([post("reset", change), post("reset", change)]);
    expect(uses.map(({ status }) => status).sort()).toEqual([204, 401]);
    expect((await post("reset", change)).status).toBe(401);
    expect((await me(device)).status).toBe(401);
    expect((await post("login", ADA)).status).toBe(401);
    expect((await post("login", { ...ADA, password: "green-owl-99" })).status).toBe(200);
  });

  test("who signs in by mail is signed in, once", async () => {
    await start({}, open);
    await post("verify", { token: await registered() });
    await ask("sign-in");
    const used = await token("sign-in");
    const session = await post("sign-in", { token: used, device: "phone" });
    expect(session).toMatchObject({ status: 200, body: { account: { email: ADA.email } } });
    expect((await me(session)).status).toBe(200);
    expect((await post("sign-in", { token: used })).status).toBe(401);
    expect((await post("login", ADA)).status).toBe(200); // whose address was verified keeps the password
  });

  test("where verification is required there is no account before, and the password is the one of the mail that was used", async () => {
    await start({ verification: "required" }, open);
    const mine = await registered();
    const other = await registered({ ...ADA, password: "somebody else's" });
    expect((await post("login", ADA)).status).toBe(401);
    expect((await post("verify", { token: mine })).body).toMatchObject({ email: ADA.email });
    expect((await post("login", ADA)).status).toBe(200);
    expect((await post("verify", { token: other })).status).toBe(401);
    expect((await post("login", { ...ADA, password: "somebody else's" })).status).toBe(401);
  });
});

describe.each(["later", "required"] as const)("with verification %s", (verification) => {
  test("who registers is told the same for a known address, whose owner gets a mail, and nothing changes", async () => {
    await start({ verification });
    const made = await post("register", ADA);
    await post("verify", { token: await token("verify") });
    const known = await post("register", { ...ADA, password: "another-one-5" });
    expect([made.status, known.status]).toEqual([202, 202]);
    expect(known.body).toEqual(made.body);
    const names = (of: Headers) => [...of.keys()].sort();
    expect(names(known.headers)).toEqual(names(made.headers));
    expect((await mail("known")).to).toBe(ADA.email);
    expect((await post("login", { ...ADA, password: "another-one-5" })).status).toBe(401);
    expect((await post("login", ADA)).status).toBe(200);
  });
});

test("the same registration sent again is no second one: its owner is not told of a stranger", async () => {
  await start();
  const key = { "idempotency-key": "k1" };
  await post("register", ADA, key);
  await token("verify");
  expect((await post("register", ADA, key)).status).toBe(202);
  await ask("reset");
  await mail("reset"); // the next mail, so there was none before
});

test("known and unknown addresses are told the same, before anybody is looked up", async () => {
  await start();
  await registered();
  const answers = [];
  for (const purpose of ["verify", "reset", "sign-in"])
    for (const email of [ADA.email, "nobody@example.org"]) {
      const { status, body } = await ask(purpose, email);
      answers.push(JSON.stringify([status, body]));
    }
  expect(new Set(answers)).toEqual(new Set(["[202,{}]"]));
  await expect.poll(() => mails.length).toBe(3);
  expect(new Set(mails.map(({ to }) => to))).toEqual(new Set([ADA.email]));
});

test("an answer does not wait for the mail, and a mail that cannot be sent is nobody's error", async () => {
  let sent = () => {};
  const sending = new Promise<void>((resolve) => {
    sent = resolve;
  });
  await start({
    sendMail: async () => {
      await sending;
      throw new Error("no mail today");
    },
  });
  expect((await post("register", ADA)).status).toBe(202);
  expect((await ask("reset")).status).toBe(202);
  sent();
  expect((await ask("reset")).status).toBe(202);
});

test("a token is good for its purpose alone, and trying it for another does not use it up", async () => {
  await start();
  await registered();
  await ask("reset");
  const used = await token("reset");
  expect((await post("verify", { token: used })).status).toBe(401);
  expect((await post("sign-in", { token: used })).status).toBe(401);
  expect((await post("reset", { token: used, newPassword: "short" })).status).toBe(400);
  expect((await post("reset", { token: used, newPassword: "long enough" })).status).toBe(204);
});

test("somebody else's token changes somebody else's account, and no other", async () => {
  await start();
  await registered(ADA);
  await registered(EVE);
  await ask("reset", EVE.email);
  const change = { token: await token("reset"), newPassword: "eve was here" };
  expect((await post("reset", { ...change, email: ADA.email })).status).toBe(400);
  expect((await post("reset", change)).status).toBe(204);
  expect((await post("login", ADA)).status).toBe(200);
  expect((await post("login", EVE)).status).toBe(401);
});

test.each([
  ["sign-in", 15 * 60_000],
  ["reset", HOUR_MS],
  ["verify", 24 * HOUR_MS],
] as const)("a mail to %s is good for its time", async (purpose, ms) => {
  await start();
  await registered();
  const body = (used: string) => ({
    token: used,
    ...(purpose === "reset" ? { newPassword: "green-owl-99" } : {}),
  });
  const startMs = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: startMs });
  await ask(purpose);
  const late = await token(purpose);
  vi.setSystemTime(startMs + ms + 1_000);
  expect((await post(purpose, body(late))).status).toBe(401);
  await ask(purpose);
  const inTime = await token(purpose);
  vi.setSystemTime(startMs + 2 * ms);
  expect((await post(purpose, body(inTime))).status).toBeLessThan(300);
});

test("a new password makes the other mails worthless", async () => {
  await start();
  await registered();
  await ask("sign-in");
  const earlier = await token("sign-in");
  await ask("reset");
  await post("reset", { token: await token("reset"), newPassword: "green-owl-99" });
  expect((await post("sign-in", { token: earlier })).status).toBe(401);
});

test("who shows first that the address is his drops a password that somebody else may have chosen", async () => {
  await start();
  await registered(); // by somebody else, who cannot read the mail
  const squatter = await post("login", ADA);
  await ask("sign-in");
  const owner = await post("sign-in", { token: await token("sign-in") });
  expect((await me(owner)).status).toBe(200);
  expect((await me(squatter)).status).toBe(401);
  expect((await post("login", ADA)).status).toBe(401);
});

test("an account that the operator locked is sent nothing, and no mail from before opens it", async () => {
  await start();
  await registered();
  await ask("reset");
  await ask("sign-in");
  const [first, second] = [await token("reset"), await token("sign-in")];
  const row = await server.store.accounts.byEmail(ADA.email);
  await server.store.locks.lock(row?.userId ?? "", Date.now());
  const LOCKED = expect.objectContaining({ code: "account_locked" });
  const locked = async (path: string, body: object) => {
    const answer = await post(path, body);
    return [answer.status, answer.body["error"]];
  };
  // Another server did it, and told nobody: it is known in a second.
  await expect
    .poll(() => locked("login", ADA), { timeout: 60_000, interval: 600 })
    .toEqual([403, LOCKED]);
  expect(await locked("reset", { token: first, newPassword: "green-owl-99" })).toEqual([
    403,
    LOCKED,
  ]);
  expect(await locked("sign-in", { token: second })).toEqual([403, LOCKED]);
  expect((await ask("reset")).status).toBe(202);
  await registered(EVE); // the next mail is hers
  expect((await server.store.accounts.byEmail(ADA.email))?.secret).toBe(row?.secret);
});

test("a mail leads to the app's page, whatever host a request names, and its token is behind the #", async () => {
  await start({ mailLinkUrl: "https://app.example.com/account" });
  await registered();
  await post("mail", { email: ADA.email, purpose: "reset" }, { host: "evil.example" });
  const { link, token: used, text } = await mail("reset");
  expect(link).toBe(`https://app.example.com/account#reset=${used}`);
  expect(text).toContain(link);
  expect(text).not.toContain("evil");
});

test("nobody's mailbox is filled, and no address sends mails to many: known and unknown alike", async () => {
  await start();
  await registered();
  for (const email of [ADA.email, "nobody@example.org"]) {
    const statuses = [];
    for (let i = 0; i < 7; i++) statuses.push((await ask("reset", email)).status);
    const ofMailbox = email === ADA.email ? 4 : 5; // the registration was one
    expect(statuses.filter((status) => status === 202)).toHaveLength(ofMailbox);
    expect(statuses.slice(ofMailbox)).toEqual(Array(7 - ofMailbox).fill(429));
  }
  const others = [];
  for (let i = 0; i < 20; i++) others.push(await ask("sign-in", `someone${i}@example.org`));
  const refused = others.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(5);
  expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(mails.length).toBeLessThan(6);
});

test("a server that sends no mail has none of this, and says that an address is known", async () => {
  server = await startTestServer({ server: { accounts: {} } });
  expect((await post("register", ADA)).status).toBe(201);
  expect((await post("register", ADA)).status).toBe(409);
  expect((await ask("reset")).status).toBe(404);
  expect((await post("reset", { token: "x", newPassword: "green-owl-99" })).status).toBe(404);
});

test("no token is kept: the store has its hash alone", async () => {
  await start({}, STORES.sqlite);
  const used = await registered();
  await server.close();
  const { readFile } = await import("node:fs/promises");
  const bytes = Buffer.concat(
    await Promise.all(
      ["db", "db-wal"].map((name) => readFile(join(folder, name)).catch(() => Buffer.alloc(0))),
    ),
  );
  expect(bytes.includes(ADA.email)).toBe(true);
  expect(bytes.includes(used)).toBe(false);
});
