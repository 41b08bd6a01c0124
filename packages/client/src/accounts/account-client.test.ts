// The account client against a server.

import { createMemoryStore, type Mail } from "@syncline/server";
import { startTestProvider, startTestServer, type TestServer } from "@syncline/server/testing";
import { afterEach, expect, test } from "vitest";
import { type AccountClient, createAccountClient } from "./index.ts";

const EMAIL = "ada@example.org";
const PASSWORD = "orange-kite-42";

let server: TestServer;
afterEach(() => server.close());

async function start(accounts: object): Promise<AccountClient> {
  server = await startTestServer({ store: createMemoryStore(), server: { accounts } });
  return createAccountClient({ url: server.url });
}

test("registers, signs in, renews, lists devices, changes the password, goes", async () => {
  const accounts = await start({});
  const made = await accounts.register(EMAIL, PASSWORD);
  expect(made).toMatchObject({ status: "made", account: { email: EMAIL } });
  await expect(accounts.register(EMAIL, PASSWORD)).rejects.toMatchObject({ code: "conflict" });
  await expect(accounts.signIn(EMAIL, "wrong one")).rejects.toMatchObject({
    code: "unauthenticated",
  });
  const first = await accounts.signIn(EMAIL, PASSWORD, { device: "phone" });
  const { token } = await accounts.refresh(first.refreshToken);
  expect(await accounts.me(token)).toEqual(first.account);
  expect(await accounts.devices(token)).toMatchObject([{ name: "phone", current: true }]);
  await accounts.changePassword(token, { password: PASSWORD, newPassword: "green-owl-99" });
  await accounts.signOut(token);
  await expect(accounts.me(token)).rejects.toMatchObject({ code: "unauthenticated" });
  const again = await accounts.signIn(EMAIL, "green-owl-99");
  await accounts.remove(again.token);
  await expect(accounts.signIn(EMAIL, "green-owl-99")).rejects.toMatchObject({
    code: "unauthenticated",
  });
  expect(await accounts.mailing()).toBeUndefined();
});

test("verifies an address, signs in by mail, sets a new password", async () => {
  const mails: Mail[] = [];
  const accounts = await start({
    sendMail: async (mail: Mail) => void mails.push(mail),
    verification: "required",
  });
  const token = async () => {
    await expect.poll(() => mails.length).toBe(1);
    return mails.pop()?.token ?? "";
  };
  expect(await accounts.mailing()).toEqual({ verification: "required" });
  expect(await accounts.register(EMAIL, PASSWORD)).toEqual({ status: "mailed", email: EMAIL });
  expect(await accounts.verify(await token())).toMatchObject({ email: EMAIL });
  await accounts.askMail("sign-in", EMAIL);
  const used = await token();
  const session = await accounts.signInByMail(used);
  expect(await accounts.me(session.token)).toMatchObject({ email: EMAIL });
  await expect(accounts.signInByMail(used)).rejects.toMatchObject({
    code: "unauthenticated",
    path: "token",
  });
  await accounts.askMail("reset", EMAIL);
  await accounts.resetPassword(await token(), "green-owl-99");
  await expect(accounts.me(session.token)).rejects.toMatchObject({ code: "unauthenticated" });
  await accounts.signIn(EMAIL, "green-owl-99");
});

test("what is no answer of a server, and a server that is away, are offline", async () => {
  await start({});
  const page = createAccountClient({
    url: server.url,
    fetch: async () => new Response("<html>", { status: 200 }),
  });
  await expect(page.signIn(EMAIL, PASSWORD)).rejects.toMatchObject({ code: "offline" });
  const silent = createAccountClient({
    url: server.url,
    timeoutMs: 20,
    fetch: (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      }),
  });
  await expect(silent.signIn(EMAIL, PASSWORD)).rejects.toMatchObject({ code: "offline" });
});

test("signs in by a provider that the test runs, as the page of the app would", async () => {
  await using provider = await startTestProvider();
  const accounts = await start({
    oidcProviders: [
      {
        name: "example",
        issuer: provider.issuer,
        clientId: provider.clientId,
        clientSecret: provider.clientSecret,
        redirectUrl: "https://app.example.com/account",
      },
    ],
  });
  expect(await accounts.providers()).toEqual([{ name: "example", title: "example" }]);
  const { url, flow } = await accounts.startProvider("example");
  const back = provider.signIn(url, { sub: "1", email: EMAIL, email_verified: true });
  const session = await accounts.finishProvider(flow, `?${back}`, { device: "phone" });
  expect(await accounts.me(session.token)).toMatchObject({ email: EMAIL });
  await expect(accounts.finishProvider(flow, back)).rejects.toMatchObject({
    code: "unauthenticated",
  });
});

test("a server without providers has none", async () => {
  const accounts = await start({});
  expect(await accounts.providers()).toEqual([]);
});
