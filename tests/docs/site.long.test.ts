// The documentation as a site: built by its command, then looked at in a browser. Every link leads somewhere, anchors too.

import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../tools/chromium.ts";
import { PATIENT, runProgram } from "../packaging/run-program.ts";

vi.setConfig(PATIENT);

const root = fileURLToPath(new URL("../../", import.meta.url));
const dist = join(root, "docs/dist");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".txt": "text/plain",
};

let server: Server;
let browser: Browser;
let url: string;
let pages: string[];

beforeAll(async () => {
  const { code, output } = await runProgram("npm", ["run", "docs"], root);
  if (code !== 0) throw new Error(output);
  pages = (await readdir(dist, { recursive: true })).filter((path) => path.endsWith(".html"));
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname.replace(/\/$/, "/index.html");
    readFile(join(dist, path)).then(
      (bytes) => response.setHeader("content-type", TYPES[extname(path)] ?? "").end(bytes),
      () => response.writeHead(404).end(),
    );
  }).listen(0);
  const address = server.address();
  url = `http://localhost:${typeof address === "object" ? address?.port : 0}`;
  browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS] });
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function openPage(path: string, width: number): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${url}/${path}`);
  await page.locator("h1").first().waitFor();
  return page;
}

test("every page is in the list of pages, and every link of the site leads to a page and its heading", async () => {
  expect(pages.length).toBeGreaterThan(18);
  const texts = new Map(pages.map((path) => [path, readFileSync(join(dist, path), "utf8")]));
  const missing: string[] = [];
  for (const [path, text] of texts) {
    if (!readFileSync(join(dist, "llms.txt"), "utf8").includes(`/${path})`))
      if (path !== "index.html" && path !== "404.html") missing.push(`${path} in the sidebar`);
    for (const [, href = ""] of text.matchAll(/href="([^"]*)"/g)) {
      if (!href.startsWith("#") && !href.startsWith("/") && !href.startsWith(".")) continue;
      const { pathname, hash } = new URL(href, `http://x/${path}`);
      const target = pathname.replace(/\/$/, "/index.html").slice(1);
      if (/\.(?:css|js|woff2)$/.test(target)) continue;
      const there = texts.get(target);
      const id = decodeURIComponent(hash.slice(1));
      if (there === undefined || (id !== "" && !there.includes(`id="${id}"`)))
        missing.push(`${path} → ${href}`);
    }
  }
  expect(missing).toEqual([]);
});

/** What the rules of accessibility say of a page as it is shown; in other colours only contrast can differ. */
async function audit(page: Page, colorScheme: "light" | "dark"): Promise<string[]> {
  await page.evaluate(
    (isDark) => document.documentElement.classList.toggle("dark", isDark),
    colorScheme === "dark",
  );
  return page.evaluate(
    async (rules) => {
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run(document, {
        resultTypes: ["violations"],
        ...(rules.length > 0 && { runOnly: { type: "rule", values: rules } }),
      });
      return violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`);
    },
    colorScheme === "dark" ? ["color-contrast"] : [],
  );
}

test("every page fits a phone, and is accessible, light and dark", async () => {
  const problems: string[] = [];
  const waiting = [...pages];
  const lookAt = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const page = await openPage(path, 390);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > 390) problems.push(`${path} is ${width} pixels wide`);
      await page.evaluate(AXE);
      for (const colorScheme of ["light", "dark"] as const)
        for (const what of await audit(page, colorScheme))
          problems.push(`${path} ${colorScheme}: ${what}`);
      await page.context().close();
    }
  };
  await Promise.all([lookAt(), lookAt()]);
  expect(problems).toEqual([]);
});

test("the search finds a page by a word in it, without a network", async () => {
  const page = await openPage("index.html", 1280);
  await page.getByRole("button", { name: "Search" }).first().click();
  await page.locator("#localsearch-input").waitFor();
  await page.context().setOffline(true);
  await page.locator("#localsearch-input").fill("tombstone");
  await page.getByRole("option").filter({ hasText: "Concepts" }).first().waitFor();
  await page.context().close();
});
