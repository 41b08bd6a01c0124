// The same day in Chromium: the original's two clients in pages, with Dexie on the browser's own IndexedDB and its own
// fetch; on one node with SQLite, and on two with PostgreSQL.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "@syncline/server";
import { type Browser, type BrowserContext, chromium, type Page, type Route } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../../tools/chromium.ts";
import { describeDay, type OpenClient } from "./describe-day.ts";
import { startMana } from "./fixture.ts";
import { onTwoNodes } from "./two-nodes.ts";
import type { UnifiedClient, UnifiedClientOptions } from "./unified-client.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
const DEXIE = join(dirname(createRequire(import.meta.url).resolve("dexie")), "modern/dexie.mjs");
const FACTORIES = {
  newer: ["unified-client.ts", "openUnifiedClient"],
  older: ["older-client.ts", "openOlderClient"],
} as const;
const PAGE = `<script type="importmap">{"imports":{"dexie":"/client/dexie.mjs"}}</script>`;

type PageClient = { readonly [name: string]: (...args: readonly unknown[]) => Promise<unknown> };

type OpenInPage = (options: UnifiedClientOptions) => Promise<PageClient>;

let browser: Browser;
const contexts: BrowserContext[] = [];
beforeAll(async () => {
  browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS] });
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});
afterAll(() => browser.close());

/** The clients' sources, as a page can read them. */
async function serve(route: Route): Promise<void> {
  const name = basename(new URL(route.request().url()).pathname);
  if (name === "page.html") {
    await route.fulfill({ contentType: "text/html", body: PAGE });
    return;
  }
  const text = await readFile(name === "dexie.mjs" ? DEXIE : join(HERE, name), "utf8");
  const body = name.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
  await route.fulfill({ contentType: "text/javascript", body });
}

/** A browser of its own, on a page of the node's origin. */
async function openPage(url: string): Promise<Page> {
  const context = await browser.newContext();
  contexts.push(context);
  const page = await context.newPage();
  await page.route("**/client/**", serve);
  await page.goto(`${url}/client/page.html`);
  return page;
}

const open: OpenClient = async (kind, options) => {
  const page = await openPage(options.url);
  const [module, factory] = FACTORIES[kind];
  // As text: what stands in a test is compiled for Node, and its imports with it.
  const content = `import { ${factory} } from "/client/${module}"; window.openClient = ${factory};`;
  await page.addScriptTag({ type: "module", content });
  await page.waitForFunction(() => "openClient" in window);
  const names = await page.evaluate(async (options) => {
    const { openClient } = window as unknown as { openClient: OpenInPage };
    const client = await openClient({ ...options, indexedDB, IDBKeyRange });
    Object.assign(window, { client });
    return (await indexedDB.databases()).map(({ name }) => name);
  }, options);
  // It is the browser's, and nobody else's.
  expect(names).toEqual([options.name]);
  return inPage(page);
};

/** The client of a page, from outside. */
function inPage(page: Page): UnifiedClient {
  const call = async <Result>(name: string, ...args: readonly unknown[]): Promise<Result> => {
    const result = await page.evaluate(
      async ({ name, args }) => {
        const { client } = window as unknown as { client: PageClient };
        const given = await client[name]?.(...args);
        return given instanceof Map ? [...given] : given;
      },
      { name, args },
    );
    return result as Result; // as the client's own type says
  };
  return {
    insert: (...args) => call("insert", ...args),
    update: (...args) => call("update", ...args),
    delete: (...args) => call("delete", ...args),
    all: async (collection) => new Map(await call<[string, object][]>("all", collection)) as never,
    pendingCount: () => call("pendingCount"),
    push: (...args) => call("push", ...args),
    pull: () => call("pull"),
    close: () => call("close"),
  };
}

describe("a day in Chromium on SQLite", () => {
  let folder = "";
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "syncline-mana-chromium-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const store = () => openSqliteStore({ path: join(folder, `${++count}.db`) });
  describeDay(async (options) => [await startMana(store, options)], open);
});
// PostgreSQL with them.
onTwoNodes("a day in Chromium", (start) => describeDay(start, open));
