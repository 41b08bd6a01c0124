// A site beside the interface: files, navigation, caches, conditions, and everything that must not be served.

import { mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gzipSync } from "node:zlib";
import { SynclineError } from "@syncline/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import type { CreateDialect } from "../dialects/port.ts";
import { createMemoryStore } from "../store/memory.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

const INDEX = "<!doctype html><title>App</title>";
const SCRIPT = "export const answer = 42;\n".repeat(100);
const SECRET = "what lies beside the site is nobody's business";
const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

let outside: string;
let folder: string;
let server: TestServer;

/** Speaks of habits, and has a page of its own for what it does not have. */
const dialect: CreateDialect = () => ({
  name: "habits",
  protocols: [
    {
      name: "habits",
      routes: [
        { method: "GET", path: "/api/v1/habits", open: true, handle: () => ({ body: "[]" }) },
        { method: "GET", path: "/ping", open: true, handle: () => ({ body: "pong" }) },
      ],
      identify: async () => ({ userId: "nobody" }),
      refuse: () => ({ status: 500 }),
    },
  ],
});

beforeAll(async () => {
  outside = await realpath(await mkdtemp(join(tmpdir(), "syncline-site-")));
  folder = join(outside, "dist");
  await mkdir(join(folder, "assets"), { recursive: true });
  await mkdir(join(folder, ".git"));
  await mkdir(join(outside, "dist-other"));
  const files: { readonly [name: string]: string | Buffer } = {
    "index.html": INDEX,
    "sw.js": "self.onfetch = null;",
    "app.webmanifest": '{"name":"App"}',
    "icon-1024x1024.png": "PNG",
    "page-settings.js": "",
    "about.html": "<p>About</p>",
    "a b ä.txt": "a name with blanks",
    "assets/index-bkRafxQ_.js": SCRIPT,
    "assets/index-bkRafxQ_.js.br": brotliCompressSync(SCRIPT),
    "assets/index-bkRafxQ_.js.gz": gzipSync(SCRIPT),
    "app-4f3a9c1b.css": "a{}",
    "stale.js": "new",
    "stale.js.br": brotliCompressSync("old"),
    ".env": SECRET,
    ".git/config": SECRET,
    "metrics/index.html": SECRET,
    "../secret.txt": SECRET,
    "../dist-other/secret.txt": SECRET,
  };
  await mkdir(join(folder, "metrics"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const before = new Date(Date.now() - 60_000);
  await utimes(join(folder, "stale.js.br"), before, before);
  await symlink(join(outside, "secret.txt"), join(folder, "link.txt"));
  await symlink(outside, join(folder, "up"));
  await symlink(join(folder, "about.html"), join(folder, "inside.html"));
  server = await startTestServer({ server: { site: folder, dialects: [dialect] } });
});
afterAll(async () => {
  await server.close();
  await rm(outside, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

/** Sends the path as it is written: `fetch` would tidy it up. */
function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const request = httpRequest({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, bytes, text: bytes.toString() });
      });
    });
    request.on("error", reject);
    request.end();
  });
}

describe("what is served", () => {
  test.each([
    ["/", INDEX, "text/html; charset=utf-8", "no-cache"],
    ["/?from=home", INDEX, "text/html; charset=utf-8", "no-cache"],
    ["/index.html", INDEX, "text/html; charset=utf-8", "no-cache"],
    ["/about.html", "<p>About</p>", "text/html; charset=utf-8", "no-cache"],
    ["/inside.html", "<p>About</p>", "text/html; charset=utf-8", "no-cache"],
    ["/sw.js", "self.onfetch = null;", "text/javascript; charset=utf-8", "no-cache"],
    ["/app.webmanifest", '{"name":"App"}', "application/manifest+json", "no-cache"],
    ["/icon-1024x1024.png", "PNG", "image/png", "no-cache"],
    ["/page-settings.js", "", "text/javascript; charset=utf-8", "no-cache"],
    ["/a%20b%20%C3%A4.txt", "a name with blanks", "text/plain; charset=utf-8", "no-cache"],
    ["/app-4f3a9c1b.css", "a{}", "text/css; charset=utf-8", "public, max-age=31536000, immutable"],
    [
      "/assets/index-bkRafxQ_.js",
      SCRIPT,
      "text/javascript; charset=utf-8",
      "public, max-age=31536000, immutable",
    ],
  ])("%s", async (path, text, type, cache) => {
    const answer = await get(path);
    const { "content-type": sentType, "cache-control": sentCache } = answer.headers;
    expect([answer.status, answer.text, sentType, sentCache]).toEqual([200, text, type, cache]);
    expect(answer.headers["content-encoding"]).toBeUndefined();
    expect(answer.headers["content-length"]).toBe(String(Buffer.byteLength(text)));
  });

  test("with headers that let nothing foreign run", async () => {
    const { headers } = await get("/");
    const { host } = new URL(server.url);
    expect(headers["content-security-policy"]).toBe(
      `default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws://${host} wss://${host}; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    );
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
  });

  test("a host that is none does not get into the policy", async () => {
    const { headers } = await get("/", { host: "a; script-src *" });
    expect(headers["content-security-policy"]).toContain("connect-src 'self'; img-src");
  });

  test("to HEAD all but the contents", async () => {
    const got = await get("/about.html");
    const head = await get("/about.html", {}, "HEAD");
    expect([head.status, head.text]).toEqual([200, ""]);
    for (const name of ["etag", "content-length", "content-type", "cache-control"])
      expect(head.headers[name]).toBe(got.headers[name]);
  });

  test.each([
    ["gzip, deflate, br", "br"],
    ["br;q=1.0, gzip;q=0.8", "br"],
    ["gzip, br;q=0", "gzip"],
    ["GZIP", "gzip"],
    ["br;q=0, gzip; q=0.0", undefined],
    ["identity", undefined],
    ["brotli", undefined],
  ])("precompressed to %s", async (accepted, encoding) => {
    const answer = await get("/assets/index-bkRafxQ_.js", { "accept-encoding": accepted });
    expect([answer.status, answer.headers["content-encoding"]]).toEqual([200, encoding]);
    expect(answer.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(answer.headers.vary).toBe("Accept-Encoding");
    if (encoding === "br") expect(brotliDecompressSync(answer.bytes).toString()).toBe(SCRIPT);
    if (encoding === undefined) expect(answer.text).toBe(SCRIPT);
  });

  test("not what was compressed before the file was written anew", async () => {
    const answer = await get("/stale.js", { "accept-encoding": "br" });
    expect([answer.headers["content-encoding"], answer.text]).toEqual([undefined, "new"]);
  });

  test("once: who has it is told so", async () => {
    const { headers } = await get("/index.html");
    const again = await get("/", { "if-none-match": String(headers.etag) });
    expect([again.status, again.text]).toEqual([304, ""]);
    expect(again.headers["cache-control"]).toBe("no-cache");
    const other = await get("/", { "if-none-match": 'W/"other"' });
    expect([other.status, other.text]).toEqual([200, INDEX]);
  });

  test("in parts", async () => {
    const part = await get("/about.html", { range: "bytes=3-7" });
    expect([part.status, part.text]).toEqual([206, "About"]);
    expect(part.headers["content-range"]).toBe("bytes 3-7/12");
    const packed = await get("/assets/index-bkRafxQ_.js", {
      range: "bytes=-3",
      "accept-encoding": "br",
    });
    expect([packed.status, packed.text]).toEqual([206, SCRIPT.slice(-3)]);
    const beyond = await get("/about.html", { range: "bytes=100-" });
    expect([beyond.status, beyond.text]).toEqual([416, ""]);
    expect(beyond.headers["content-range"]).toBe("bytes */12");
    const strange = await get("/about.html", { range: "lines=1" });
    expect([strange.status, strange.text]).toEqual([200, "<p>About</p>"]);
    const failed = await get("/about.html", { "if-match": '"other"' });
    expect([failed.status, failed.text]).toEqual([412, ""]);
  });
});

describe("navigation", () => {
  test.each(["/habits", "/habits/h1/edit", "/statistics?year=2026", "/h%C3%A4bits"])(
    "%s opens the app",
    async (path) => {
      const answer = await get(path, HTML);
      expect([answer.status, answer.text]).toEqual([200, INDEX]);
      expect(answer.headers["cache-control"]).toBe("no-cache");
    },
  );

  test.each([
    ["a script that is not there", "/assets/gone-4f3a9c1b.js", HTML],
    ["an address that a script asks for", "/habits", { accept: "application/json" }],
    ["an address that anything is taken from", "/habits", { accept: "*/*" }],
    ["nothing said", "/habits", {}],
  ])("%s does not", async (_what, path, headers) => {
    await refused(await get(path, headers));
  });
});

/** As everything that the interface does not have. */
async function refused(answer: Answer): Promise<void> {
  expect(answer.status).toBe(404);
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(JSON.parse(answer.text)).toEqual({
    error: { code: "not_found", message: "There is nothing at this address." },
  });
  expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
}

describe("what is not served", () => {
  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/../../secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/%2e%2e%2fdist-other/secret.txt",
    "/..\\secret.txt",
    "/..%5csecret.txt",
    "/.env",
    "/%2eenv",
    "/.git/config",
    "/assets/./index-bkRafxQ_.js",
    "/link.txt",
    "/up/secret.txt",
    "/up/dist-other/secret.txt",
    "/secret.txt%00.html",
    "/index.html%00",
    "/index.html/",
    "/assets",
    "/assets/",
    "/assets//index-bkRafxQ_.js",
    "//index.html",
    "//secret.txt",
    "/%252e%252e/secret.txt",
    "/etc/passwd",
    "//etc/passwd",
    `/${"a/".repeat(600)}b`,
    "/metrics/index.html",
  ])("%s", async (path) => {
    const answer = await get(path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toContain(SECRET);
    expect(answer.text).not.toContain("export");
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  });

  test.each(["/%ff", "/%zz", "/%"])("%s, which is no address", async (path) => {
    const { status, text } = await get(path, HTML);
    expect([400, 404]).toContain(status);
    expect(text).not.toContain(INDEX);
  });

  test.each(["POST", "PUT", "DELETE", "PATCH", "TRACE"])("anything to %s", async (method) => {
    for (const path of ["/", "/index.html", "/habits"]) {
      const answer = await get(path, HTML, method);
      expect([method, path, answer.status]).toEqual([method, path, 404]);
      expect(answer.text).not.toContain("<title>");
    }
  });

  test.each(["/v1/todo", "/v1/todo/~/nothing", "/health/x", "/api/v1/nothing", "/api", "/docs/x"])(
    "the interface's %s, whoever asks",
    async (path) => {
      const answer = await get(path, HTML);
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain(INDEX);
    },
  );

  test("where the interface has something, it answers", async () => {
    expect((await get("/health", HTML)).text).toBe('{"status":"ok"}');
    expect((await get("/api/v1/habits", HTML)).text).toBe("[]");
    expect((await get("/ping", HTML)).text).toBe("pong");
    expect((await get("/v1/todo/~/changes", HTML)).status).toBe(401);
    expect((await get("/docs/", HTML)).text).toContain("swagger");
  });
});

test("a folder that is none, or has no index.html, is refused by name before anything starts", async () => {
  for (const site of [
    join(folder, "nowhere"),
    join(folder, "assets"),
    join(folder, "about.html"),
  ]) {
    const store = createMemoryStore();
    const options = {
      store,
      apps: "open",
      auth: { secret: server.secret },
      site,
      port: 0,
    } as const;
    await expect(createServer(options)).rejects.toSatisfy(
      (thrown) =>
        thrown instanceof SynclineError && thrown.code === "config" && thrown.path === "site",
    );
    await store.close();
  }
});
