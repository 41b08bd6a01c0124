// A page by plain http under a name that is not localhost, and a server of another origin: what works, and what is said.

import { once } from "node:events";
import { createServer as createPageServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer, issueToken, openSqliteStore } from "@syncline/server";
import { type Browser, chromium, type Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../tools/bundle.ts";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../tools/chromium.ts";
import { atEnd, SECRET, temporaryFolder, until, useBrowser } from "./fixture.ts";

useBrowser();

const ENTRY = `
  import { collection, openClient } from "@syncline/client";
  import { openIndexedDbStore } from "@syncline/client/indexeddb";
  globalThis.openApp = async (url, token) => openClient({
    url, app: "todo", token: async () => token,
    store: await openIndexedDbStore({ name: "todo" }),
    collections: { todos: collection() },
  });`;

interface PageClient {
  readonly status: {
    getSnapshot(): {
      readonly phase: string;
      readonly reason: { readonly message: string } | null;
    };
  };
  readonly collections: {
    readonly todos: {
      insert(todo: { title: string }): { readonly synced: Promise<{ readonly status: string }> };
      query(): Promise<readonly { readonly title: string }[]>;
    };
  };
}

interface PageGlobals {
  client: PageClient;
  openApp(url: string, token: string): Promise<PageClient>;
}

let browser: Browser;
let script: string;
beforeAll(async () => {
  const names = ["--host-resolver-rules=MAP *.test 127.0.0.1", "--no-proxy-server"];
  browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS, ...names] });
  const { chunks } = await bundle(ENTRY, new URL("../../", import.meta.url));
  script = chunks.map(({ code }) => code).join("\n");
});
afterAll(() => browser.close());

/** Serves the page that has the client in it. */
async function startPages(): Promise<string> {
  const server = createPageServer(({ url }, response) => {
    const isScript = url === "/app.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : '<script type="module" src="/app.js"></script>');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://app.test:${(server.address() as AddressInfo).port}`; // it listens on a port
}

async function startSync(corsOrigins: readonly string[]): Promise<string> {
  const server = await createServer({
    store: await openSqliteStore({ path: `${temporaryFolder()}/sync.db` }),
    apps: [{ name: "todo", collections: { todos: {} } }],
    auth: { secret: SECRET },
    corsOrigins,
    port: 0,
  });
  await server.listen();
  atEnd(() => server.close());
  return `http://sync.test:${new URL(server.url).port}`;
}

/** Opens the page, and the client in it. */
async function openPage(origin: string, url: string) {
  const context = await browser.newContext();
  atEnd(() => context.close());
  const warned: string[] = [];
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "warning") warned.push(message.text());
  });
  await page.goto(origin);
  await page.waitForFunction(() => "openApp" in window);
  const token = await issueToken({ secret: SECRET, userId: "ann", expiresInSeconds: 3_600 });
  await page.evaluate(
    async ([server, bearer]) => {
      const globals = window as unknown as PageGlobals;
      globals.client = await globals.openApp(server, bearer);
    },
    [url, token] as const,
  );
  return { page, warned };
}

const statusOf = (page: Page) =>
  page.evaluate(() => (window as unknown as PageGlobals).client.status.getSnapshot());

test("a page that is no secure context writes and syncs, and says what it has to do without", async () => {
  const origin = await startPages();
  const { page, warned } = await openPage(origin, await startSync([origin]));
  const outcome = await page.evaluate(async () => {
    const { client } = window as unknown as PageGlobals;
    const { status } = await client.collections.todos.insert({ title: "by http" }).synced;
    return [
      isSecureContext,
      "randomUUID" in crypto,
      status,
      await client.collections.todos.query(),
    ];
  });
  expect(outcome).toMatchObject([false, false, "applied", [{ title: "by http" }]]);
  expect(warned).toEqual([expect.stringMatching(/no secure context.*Web Locks/)]);
});

test("a server that does not allow the page's origin is told from one that is not there", async () => {
  const origin = await startPages();
  const url = await startSync([]);
  const forbidden = await openPage(origin, url);
  await until(async () => (await statusOf(forbidden.page)).phase === "offline", "offline");
  expect((await statusOf(forbidden.page)).reason?.message).toMatch(
    new RegExp(`^${url} answers.*CORS header.*--cors-origins ${origin}`),
  );
  expect(forbidden.warned.filter((text) => text.includes("CORS header"))).toHaveLength(1);

  const gone = createPageServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  const { port } = gone.address() as AddressInfo; // it listens on a port
  gone.close();
  const nobody = await openPage(origin, `http://sync.test:${port}`);
  await until(async () => (await statusOf(nobody.page)).phase === "offline", "offline");
  expect((await statusOf(nobody.page)).reason?.message).toMatch(
    new RegExp(`^http://sync.test:${port} was not reached.*--cors-origins`),
  );
});
