// Passkeys in a real browser, with a device that the test holds: one is made, and signs in on a page that knows nobody.

import { createMemoryStore, createServer } from "@syncline/server";
import type { CDPSession, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { bundle } from "../../tools/bundle.ts";
import { atEnd, newContext, SECRET, useBrowser } from "./fixture.ts";

useBrowser();

const ORIGIN = "https://app.example.com";
const PASSWORD = "orange-kite-42";
/** A page on which the test calls the clients; what they throw has a name and a code there, and here none. */
const ENTRY = `
import { createAccountClient, createPasskeyClient } from "@syncline/client/accounts";
const clients = {
  accounts: createAccountClient({ url: location.origin }),
  passkeys: createPasskeyClient({ url: location.origin }),
};
globalThis.call = (client, name, values) =>
  clients[client][name](...values).then(
    (value) => ({ value }),
    (error) => ({ failed: [error.name, error.code].join() }),
  );
`;

let script = "";
beforeAll(async () => {
  const { chunks } = await bundle(ENTRY, new URL("../../", import.meta.url));
  script = chunks.map(({ code }) => code).join("\n");
});

/** A server with accounts, whose pages are at an address that only the browser believes in. */
async function start(origins: readonly string[] = [ORIGIN]): Promise<string> {
  const server = await createServer({
    store: createMemoryStore(),
    apps: "open",
    auth: { secret: SECRET },
    accounts: { passkeys: { origins } },
    port: 0,
  });
  atEnd(() => server.close());
  await server.listen();
  return server.url;
}

async function openPage(url: string): Promise<{ page: Page; cdp: CDPSession }> {
  const context = await newContext();
  await context.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/app.js")
      return await route.fulfill({ contentType: "text/javascript", body: script });
    if (!pathname.startsWith("/accounts/"))
      return await route.fulfill({
        contentType: "text/html",
        body: '<!doctype html><title>App</title><script type="module" src="/app.js"></script>',
      });
    return await route.fulfill({ response: await route.fetch({ url: url + pathname }) });
  });
  const page = await context.newPage();
  await page.goto(ORIGIN);
  await page.waitForFunction(() => "call" in globalThis);
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  return { page, cdp };
}

/** A device with a fingerprint reader, whose owner is there and shows who he is, or does not. */
async function addDevice(cdp: CDPSession, isVerified = true): Promise<string> {
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: isVerified,
      automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}

interface Outcome {
  readonly value?: unknown;
  readonly failed?: string;
}

const call = (page: Page, client: "accounts" | "passkeys", name: string, ...values: unknown[]) =>
  page.evaluate(
    (args) => (Reflect.get(globalThis, "call") as (...of: unknown[]) => Promise<Outcome>)(...args),
    [client, name, values] as const,
  );
const passkeys = (page: Page, name: string, ...values: unknown[]) =>
  call(page, "passkeys", name, ...values);

/** A token of somebody who has just registered. */
async function register(page: Page, name = "ada"): Promise<string> {
  const address = `${name}@example.org`;
  await call(page, "accounts", "register", address, PASSWORD);
  const { value } = await call(page, "accounts", "signIn", address, PASSWORD);
  return tokenOf(value);
}
const tokenOf = (session: unknown) => String(Reflect.get(Object(session), "token"));
const NEW = { password: PASSWORD, name: "phone" };

test("a passkey is made, and signs in on a page where nobody is", async () => {
  const { page, cdp } = await openPage(await start());
  await addDevice(cdp);
  expect(await passkeys(page, "offered")).toEqual({ value: true });
  const token = await register(page);
  expect(await passkeys(page, "add", token, { password: "wrong one" })).toEqual({
    failed: "SynclineError,forbidden",
  });
  const made = await passkeys(page, "add", token, NEW);
  expect(made).toMatchObject({ value: { name: "phone", usedAtMs: null } });
  await call(page, "accounts", "signOut", token);
  await page.reload();
  await page.waitForFunction(() => "call" in globalThis);
  expect(await call(page, "accounts", "me", token)).toMatchObject({
    failed: "SynclineError,unauthenticated",
  });
  const session = await passkeys(page, "signIn", { device: "browser" });
  expect(session).toMatchObject({ value: { account: { email: "ada@example.org" } } });
  const fresh = tokenOf(session.value);
  const { value: list } = await passkeys(page, "list", fresh);
  expect(list).toMatchObject([{ name: "phone", usedAtMs: expect.any(Number) }]);
  const id = String(Reflect.get(Object((list as unknown[])[0]), "id"));
  await passkeys(page, "rename", fresh, id, "old phone");
  expect(await passkeys(page, "list", fresh)).toMatchObject({ value: [{ name: "old phone" }] });
  await passkeys(page, "remove", fresh, id);
  expect(await passkeys(page, "list", fresh)).toEqual({ value: [] });
  expect(await passkeys(page, "signIn")).toEqual({ failed: "SynclineError,unauthenticated" });
});

test("what comes between a person and a passkey has a name", async () => {
  const { page, cdp } = await openPage(await start());
  const token = await register(page);
  // Nobody shows who he is.
  const deaf = await addDevice(cdp, false);
  expect(await passkeys(page, "add", token, NEW)).toEqual({ failed: "PasskeyError,cancelled" });
  await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId: deaf });
  await addDevice(cdp);
  expect(await passkeys(page, "signIn")).toEqual({ failed: "PasskeyError,cancelled" });
  expect(await passkeys(page, "add", token, NEW)).toHaveProperty("value");
  expect(await passkeys(page, "add", token, NEW)).toEqual({ failed: "PasskeyError,known" });
  await page.evaluate(() => Reflect.deleteProperty(globalThis, "PublicKeyCredential"));
  expect(await passkeys(page, "offered")).toEqual({ value: false });
  expect(await passkeys(page, "signIn")).toEqual({ failed: "PasskeyError,unsupported" });
});

test("a page that the server was not told of has none", async () => {
  const { page, cdp } = await openPage(await start(["https://elsewhere.example.com"]));
  await addDevice(cdp);
  const token = await register(page);
  expect(await passkeys(page, "add", token, NEW)).toEqual({ failed: "PasskeyError,unsupported" });
  expect(await passkeys(page, "signIn")).toEqual({ failed: "PasskeyError,unsupported" });
});
