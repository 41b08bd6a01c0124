// Signing in by a provider of OpenID Connect, which the test runs; and answers that are none.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryStore, openSqliteStore } from "../store/index.ts";
import type { Store } from "../store/port.ts";
import {
  type Person,
  startTestProvider,
  TEST_CLIENT,
  type TestProvider,
} from "../testing/oidc-provider.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";
import { readProviders } from "./oidc-provider.ts";

const PASSWORD = "orange-kite-42";
const ADA: Person = { sub: "ada-1", email: "Ada@example.org", email_verified: true };
const REDIRECT = "https://app.example.com/account";

let provider: TestProvider;
let second: TestProvider;
let server: TestServer;
let folder: string;
beforeEach(async () => {
  provider = await startTestProvider();
  second = await startTestProvider();
  folder = await mkdtemp(join(tmpdir(), "syncline-oidc-"));
});
afterEach(async () => {
  vi.useRealTimers();
  await server.close();
  await Promise.all([provider.close(), second.close()]);
  await rm(folder, { recursive: true });
});

const STORES = {
  memory: async () => createMemoryStore(),
  sqlite: () => openSqliteStore({ path: join(folder, "db") }),
};

async function start(open: () => Promise<Store> = STORES.memory) {
  const common = { ...TEST_CLIENT, redirectUrl: REDIRECT };
  server = await startTestServer({
    store: await open(),
    server: {
      accounts: {
        oidcProviders: [
          { ...common, name: "first", title: "The First", issuer: provider.issuer },
          { ...common, name: "second", issuer: second.issuer },
        ],
      },
    },
  });
}

async function post(path: string, body: object) {
  const answer = await fetch(`${server.url}/accounts/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as { [name: string]: unknown } };
}

async function depart(name = "first") {
  const { status, body } = await post("providers/start", { provider: name });
  expect(status).toBe(200);
  return { url: String(body["url"]), flow: String(body["flow"]) };
}

async function signIn(person: Person, by = provider) {
  const { url, flow } = await depart(by === provider ? "first" : "second");
  return await post("providers/finish", { flow, search: by.signIn(url, person) });
}

const userOf = ({ body }: { readonly body: { [name: string]: unknown } }) =>
  (body["account"] as { readonly userId: string }).userId;

describe.each(Object.entries(STORES))("on %s", (_name, open) => {
  test("who comes back from a provider has an account, and the same one the next time", async () => {
    await start(open);
    const first = await signIn(ADA);
    expect(first).toMatchObject({ status: 200, body: { account: { email: "ada@example.org" } } });
    const again = await signIn({ ...ADA, email: "new-address@example.org" });
    expect(userOf(again)).toBe(userOf(first));
    const authorization = `Bearer ${again.body["token"]}`;
    const me = await fetch(`${server.url}/accounts/me`, { headers: { authorization } });
    expect(me.status).toBe(200);
    expect((await post("login", { email: "ada@example.org", password: "-" })).status).toBe(401);
  });
});

test("the provider is asked with PKCE, state and nonce, anew each time", async () => {
  await start();
  const [one, two] = [new URL((await depart()).url), new URL((await depart()).url)];
  expect(one.origin).toBe(provider.issuer);
  expect(one.searchParams.get("redirect_uri")).toBe(REDIRECT);
  expect(one.searchParams.get("code_challenge_method")).toBe("S256");
  for (const name of ["state", "nonce", "code_challenge"]) {
    expect(one.searchParams.get(name)?.length).toBeGreaterThan(20);
    expect(one.searchParams.get(name)).not.toBe(two.searchParams.get(name));
  }
  const answer = await fetch(`${server.url}/accounts/providers`);
  expect(await answer.json()).toEqual({
    providers: [
      { name: "first", title: "The First" },
      { name: "second", title: "second" },
    ],
  });
  expect((await post("providers/start", { provider: "third" })).status).toBe(404);
});

test("an account is linked by a verified address alone", async () => {
  await start();
  const made = await post("register", { email: "ada@example.org", password: PASSWORD });
  for (const person of [
    { sub: "x", email: "ada@example.org" },
    { sub: "x", email: "ada@example.org", email_verified: false },
    { sub: "x", email_verified: true },
    { ...ADA, email_verified: "true" as unknown as boolean },
  ])
    expect((await signIn(person)).status).toBe(403);
  const linked = await signIn(ADA);
  expect(userOf(linked)).toBe(made.body["userId"]);
  expect(userOf(await signIn({ ...ADA, sub: "other" }, second))).toBe(made.body["userId"]);
});

test("an account whose address nobody had verified loses the password that it was made with", async () => {
  await start();
  await post("register", { email: "ada@example.org", password: PASSWORD });
  expect((await post("login", { email: "ada@example.org", password: PASSWORD })).status).toBe(200);
  await signIn(ADA);
  expect((await post("login", { email: "ada@example.org", password: PASSWORD })).status).toBe(401);
});

test("one provider's subject is nobody at another one", async () => {
  await start();
  const first = await signIn(ADA);
  const other = await signIn({ ...ADA, email: "somebody@example.org" }, second);
  expect(userOf(other)).not.toBe(userOf(first));
});

describe("refused is", () => {
  const refused = { status: 401, body: { error: { code: "unauthenticated" } } };

  test("an answer that was used", async () => {
    await start();
    const { url, flow } = await depart();
    const search = provider.signIn(url, ADA);
    expect((await post("providers/finish", { flow, search })).status).toBe(200);
    expect(await post("providers/finish", { flow, search })).toMatchObject(refused);
  });

  test("an answer to somebody else's departure, by its state", async () => {
    await start();
    const [mine, other] = [await depart(), await depart()];
    const search = provider.signIn(other.url, ADA);
    expect(await post("providers/finish", { flow: mine.flow, search })).toMatchObject(refused);
  });

  test("a second answer to one departure, with a code of its own", async () => {
    await start();
    const { url, flow } = await depart();
    const [first, other] = [provider.signIn(url, ADA), provider.signIn(url, ADA)];
    expect((await post("providers/finish", { flow, search: first })).status).toBe(200);
    expect(await post("providers/finish", { flow, search: other })).toMatchObject(refused);
  });

  test("the right code with another state", async () => {
    await start();
    const { url, flow } = await depart();
    const search = new URLSearchParams(provider.signIn(url, ADA));
    search.set("state", "another");
    expect(await post("providers/finish", { flow, search: `${search}` })).toMatchObject(refused);
  });

  test("a code of somebody else's departure with the right state, by PKCE", async () => {
    await start();
    const [mine, other] = [await depart(), await depart()];
    const search = new URLSearchParams(provider.signIn(other.url, ADA));
    search.set("state", new URL(mine.url).searchParams.get("state") ?? "");
    const answer = await post("providers/finish", { flow: mine.flow, search: `${search}` });
    expect(answer).toMatchObject(refused);
  });

  test("an answer without a state, with an error, with nothing", async () => {
    await start();
    for (const search of ["code=x", "error=access_denied", "", "?", "code=x&state=x&code=y"]) {
      const { flow } = await depart();
      expect(await post("providers/finish", { flow, search })).toMatchObject(refused);
    }
    expect(await post("providers/finish", { flow: "x", search: "code=x" })).toMatchObject(refused);
  });

  test.each([
    ["another nonce", { nonce: "another" }],
    ["another issuer", { iss: "https://evil.example" }],
    ["another audience", { aud: "another client" }],
  ])("an id token with %s", async (_what, claims) => {
    await start();
    provider.lie(claims);
    expect(await signIn(ADA)).toMatchObject(refused);
    expect(await server.store.accounts.byEmail("ada@example.org")).toBeUndefined();
  });

  test("an id token that another key signed", async () => {
    await start();
    provider.useOtherKey();
    expect(await signIn(ADA)).toMatchObject(refused);
  });

  test("one provider's answer in another one's flow", async () => {
    await start();
    const { url, flow } = await depart("second");
    const search = provider.signIn(url, ADA);
    expect(await post("providers/finish", { flow, search })).toMatchObject(refused);
  });

  test("an answer after ten minutes", async () => {
    await start();
    const { url, flow } = await depart();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * 60_000 + 1_000 });
    const search = provider.signIn(url, ADA);
    expect(await post("providers/finish", { flow, search })).toMatchObject(refused);
  });

  test("a person whose account is locked", async () => {
    await start();
    const userId = userOf(await signIn(ADA));
    await server.store.locks.lock(userId, Date.now());
    const locked = { status: 403, body: { error: { code: "account_locked" } } };
    // Another server did it, and told nobody: it is known in a second.
    await expect.poll(() => signIn(ADA), { timeout: 60_000, interval: 600 }).toMatchObject(locked);
    expect(await signIn({ ...ADA, sub: "other" }, second)).toMatchObject(locked);
  });
});

test("a provider that is away is said to be, and asked again", async () => {
  await start();
  const { issuer } = second;
  await second.close();
  expect((await post("providers/start", { provider: "second" })).status).toBe(503);
  expect(issuer).toContain("127.0.0.1");
  expect((await post("providers/start", { provider: "first" })).status).toBe(200);
  second = await startTestProvider(); // for afterEach
});

test("departures of one address are counted", async () => {
  await start();
  let last = 200;
  for (let i = 0; i < 110 && last === 200; i++)
    last = (await post("providers/start", { provider: "first" })).status;
  expect(last).toBe(429);
});

test.each([
  ["no list", {}],
  ["no client", [{ name: "a", issuer: "https://a.example", redirectUrl: REDIRECT }]],
  [
    "plain http",
    [{ ...TEST_CLIENT, name: "a", issuer: "http://a.example", redirectUrl: REDIRECT }],
  ],
  [
    "a page with a query",
    [{ ...TEST_CLIENT, name: "a", issuer: "https://a.example", redirectUrl: `${REDIRECT}?x=1` }],
  ],
  [
    "something unknown",
    [
      {
        ...TEST_CLIENT,
        name: "a",
        issuer: "https://a.example",
        redirectUrl: REDIRECT,
        clientsecret: "x",
      },
    ],
  ],
])("providers with %s are refused", async (_what, given) => {
  await start();
  expect(() => readProviders(given)).toThrow(/provider|needs|issuer|redirectUrl/i);
});
