// How the console is served: its files alone, under a strict policy, beside a site and the interface, or not at all.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { atEnd, temporaryFolder, useBrowser } from "../fixture.ts";

useBrowser();

const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const APP = "<!doctype html><title>An app</title>";

async function start(server: NonNullable<Parameters<typeof startTestServer>[0]>["server"] = {}) {
  const started = await startTestServer({ server });
  atEnd(() => started.close());
  return started;
}

describe("the console", () => {
  let server: TestServer;
  let page: string;
  beforeAll(async () => {
    server = await start();
    page = await (await fetch(`${server.url}/console`, { headers: HTML })).text();
  });
  const get = (path: string, init: RequestInit = {}) => fetch(server.url + path, init);
  const assets = () =>
    [...page.matchAll(/(?:src|href)="(\/console\/[^"]+)"/g)].map(([, at]) => at ?? "");

  test.each(["/console", "/console/", "/console?x=1", "/console/spaces/todo"])(
    "%s is its page, which nothing may keep, frame or add to",
    async (path) => {
      const answer = await get(path, { headers: HTML });
      expect([answer.status, await answer.text()]).toEqual([200, page]);
      const said = Object.fromEntries(answer.headers);
      expect(said).toMatchObject({
        "content-security-policy": POLICY,
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-cache",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      });
      expect(said["set-cookie"]).toBeUndefined();
    },
  );

  test("its page is never the one of an older version: the times of a package's files tell nothing", async () => {
    const { headers } = await get("/console", { headers: HTML });
    const later = new Date(Date.now() + 86_400_000).toUTCString();
    const again = await get("/console", {
      headers: {
        ...HTML,
        "if-none-match": headers.get("etag") ?? '"none"',
        "if-modified-since": later,
      },
    });
    expect([again.status, await again.text()]).toEqual([200, page]);
  });

  test("has files with names for good, compressed, that nothing is written into", async () => {
    expect(page).not.toMatch(/<style|<script(?! type="module" crossorigin src=)| style=| on\w+=/);
    expect(assets().length).toBeGreaterThan(2);
    let sent = 0;
    for (const path of assets()) {
      const answer = await get(path, { headers: { "accept-encoding": "gzip" } });
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers.get("content-security-policy")).toBe(POLICY);
      sent += Number(answer.headers.get("content-length"));
      if (!path.includes("/assets/")) continue;
      expect(answer.headers.get("cache-control")).toContain("immutable");
      expect(answer.headers.get("content-encoding")).toBe("gzip");
    }
    expect(sent).toBeLessThan(150_000);
  });

  test.each([
    ["GET", "/console/none.js"],
    ["GET", "/console/../package.json"],
    ["GET", "/console/%2e%2e/package.json"],
    ["GET", "/console/..%2fpackage.json"],
    ["GET", "/console/.env"],
    ["GET", "/console/assets"],
    ["GET", "/consoles"],
    ["GET", "/assets/index.js"],
    ["POST", "/console"],
    ["DELETE", "/console/index.html"],
  ])("%s %s is nothing", async (method, path) => {
    const answer = await get(path, { method });
    expect([answer.status, (await answer.json()).error.code]).toEqual([404, "not_found"]);
  });

  test("HEAD has no body", async () => {
    const answer = await get("/console", { method: "HEAD", headers: HTML });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });
});

describe("beside a site", () => {
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    await mkdir(join(folder, "console"));
    await writeFile(join(folder, "index.html"), APP);
    await writeFile(join(folder, "console", "x.txt"), "the app's");
  });

  test("the console has its address, and the app all others", async () => {
    const { url } = await start({ site: folder });
    const titleAt = async (path: string) =>
      /<title>(.*)<\/title>/.exec(await (await fetch(url + path, { headers: HTML })).text())?.[1];
    expect(await titleAt("/console")).toBe("Console");
    expect(await titleAt("/")).toBe("An app");
    expect(await titleAt("/consoles")).toBe("An app");
    expect((await fetch(`${url}/console/x.txt`)).status).toBe(404);
  });

  test("without the console the address is the app's", async () => {
    const { url } = await start({ site: folder, console: false });
    expect(await (await fetch(`${url}/console`, { headers: HTML })).text()).toBe(APP);
    expect(await (await fetch(`${url}/console/x.txt`)).text()).toBe("the app's");
  });
});

test("off: there is nothing at its address", async () => {
  const { url } = await start({ console: false });
  for (const path of ["/console", "/console/", "/console/index.html"]) {
    const answer = await fetch(url + path, { headers: HTML });
    expect([path, answer.status, (await answer.json()).error.code]).toEqual([
      path,
      404,
      "not_found",
    ]);
  }
});
