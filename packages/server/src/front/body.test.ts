// Bodies on the wire: compressed, in pieces, too large, too slow, cut off.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYNC_REQUEST_EXAMPLE } from "../http/examples.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

// Some wait for real time limits, on machines that may be busy.
const MIB = 1024 * 1024;

let server: TestServer;
/** The same with little patience. */
let hasty: TestServer;
let token = "";
beforeAll(async () => {
  server = await startTestServer({
    server: { httpLimits: { bodiesBytes: 24 * MIB, closeMs: 500 } },
  });
  token = await server.token("alice");
  hasty = await startTestServer({ server: { httpLimits: { headersMs: 300, requestMs: 600 } } });
});
afterAll(() => Promise.all([server.close(), hasty.close()]));

const json = JSON.stringify(SYNC_REQUEST_EXAMPLE);

async function post(body: BodyInit, headers: Record<string, string> = {}) {
  const init = { method: "POST", body, headers, duplex: "half" };
  const answer = await server.call("alice", "/v1/todo/~/sync", init as RequestInit); // `duplex` is not in its type
  const { error } = (await answer.json()) as { error?: { code: string } };
  return [answer.status, error?.code];
}

/** Zeros that would unpack to far more than the limit. */
const zeros = Buffer.alloc(200 * MIB);
const bombs = {
  gzip: gzipSync(zeros),
  deflate: deflateSync(zeros),
  br: brotliCompressSync(Buffer.alloc(64 * MIB)),
};

describe("encodings", () => {
  test.each([
    ["gzip", gzipSync(json)],
    ["x-gzip", gzipSync(json)],
    ["GZIP", gzipSync(json)],
    ["br", brotliCompressSync(json)],
    ["deflate", deflateSync(json)],
    ["identity", Buffer.from(json)],
  ])("%s is read", async (encoding, body) => {
    expect(await post(body, { "content-encoding": encoding })).toEqual([200, undefined]);
  });

  test.each([
    ["zstd", Buffer.from(json)],
    ["compress", Buffer.from(json)],
    ["gzip, gzip", gzipSync(gzipSync(json))],
    ["gzip, br", brotliCompressSync(gzipSync(json))],
    ["nonsense", Buffer.from(json)],
  ])("%s → 415", async (encoding, body) => {
    const seen = await post(body, { "content-encoding": encoding });
    expect(seen).toEqual([415, "unsupported_media_type"]);
  });

  test.each([
    ["gzip that is none", "gzip", Buffer.from(json)],
    ["gzip cut short", "gzip", gzipSync(json).subarray(0, -12)],
    ["gzip with a flipped byte", "gzip", Buffer.from(gzipSync(json)).fill(0xff, 20, 24)],
    ["brotli that is none", "br", Buffer.from(json)],
    ["deflate that is none", "deflate", Buffer.from(json)],
    ["gzip of nothing", "gzip", gzipSync("")],
    ["nothing as gzip", "gzip", Buffer.alloc(0)],
  ])("%s → 400", async (_, encoding, body) => {
    expect(await post(body, { "content-encoding": encoding })).toEqual([400, "invalid"]);
  });

  test.each(Object.entries(bombs))(
    "[G11] a %s bomb → 413, in little memory",
    async (encoding, body) => {
      const before = process.memoryUsage.rss();
      const seen = await post(body, { "content-encoding": encoding });
      expect(seen).toEqual([413, "too_large"]);
      expect(process.memoryUsage.rss() - before).toBeLessThan(64 * MIB);
    },
  );

  test("[G11] compressed data without end and without content → 413", async () => {
    const empty = gzipSync("");
    const body = Buffer.concat(
      Array.from({ length: Math.ceil((11 * MIB) / empty.length) }, () => empty),
    );
    expect(await post(body, { "content-encoding": "gzip" })).toEqual([413, "too_large"]);
  });

  test("answers are compressed where that is asked for and worth it", async () => {
    const fields = { title: "long ".repeat(1_000) };
    const [mutation] = SYNC_REQUEST_EXAMPLE.mutations;
    const change = { ...mutation?.changes[0], fields };
    const body = { ...SYNC_REQUEST_EXAMPLE, mutations: [{ ...mutation, changes: [change] }] };
    const init = { method: "POST", body: JSON.stringify(body) };
    await server.call("zoe", "/v1/todo/~/sync", init);
    for (const accept of ["application/json", "application/x-ndjson"]) {
      for (const [asked, given] of [
        ["gzip", "gzip"],
        ["br, gzip", "br"],
        ["gzip;q=0", null],
        ["zstd", null],
      ]) {
        const headers = { accept, "accept-encoding": String(asked) };
        const answer = await server.call("zoe", "/v1/todo/~/changes", { headers });
        expect([accept, asked, answer.headers.get("content-encoding")]).toEqual([
          accept,
          asked,
          given,
        ]);
        expect(await answer.text()).toContain(fields.title);
      }
    }
    const small = await server.call("yan", "/v1/todo/~/changes", {
      headers: { "accept-encoding": "gzip" },
    });
    expect(small.headers.get("content-encoding")).toBeNull();
  });
});

describe("sizes", () => {
  /** So many bytes in pieces, without a length. */
  function pieces(bytes: number): ReadableStream<Uint8Array> {
    const piece = new Uint8Array(65_536).fill(0x20);
    let sent = 0;
    return new ReadableStream({
      pull(controller) {
        if (sent >= bytes) controller.close();
        else controller.enqueue(piece);
        sent += piece.length;
      },
    });
  }

  test("10 MiB are read, whatever they are; more → 413, with a length and without", async () => {
    const limit = 10 * MIB;
    const padded = json + " ".repeat(limit - json.length);
    expect(await post(padded)).toEqual([200, undefined]);
    expect(await post(`${padded} `)).toEqual([413, "too_large"]);
    expect(await post(pieces(limit))).toEqual([400, "invalid"]);
    expect(await post(pieces(limit + 65_536))).toEqual([413, "too_large"]);
  });

  test("a connection goes on after a body that was refused", async () => {
    const socket = await open();
    socket.write(head("POST", "/v1/todo/~/sync", { "content-length": "20000000" }));
    expect(await readAnswer(socket)).toContain("HTTP/1.1 413");
    socket.write(Buffer.alloc(20_000_000, 0x20));
    socket.write(head("GET", "/v1/todo/~/changes", {}));
    expect(await readAnswer(socket)).toContain("HTTP/1.1 200");
    socket.destroy();
  });

  test("[G11] bodies that wait at the same time have one budget; beyond it 503, and it comes back", async () => {
    const halves = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const socket = await open();
        socket.write(head("POST", "/v1/todo/~/sync", { "content-length": String(9 * MIB) }));
        socket.write(Buffer.alloc(8 * MIB, 0x20));
        return socket;
      }),
    );
    // Three of them have room and wait for their rest; the fourth is answered.
    const answer = await Promise.race(halves.map(readAnswer));
    expect(answer).toMatch(/^HTTP\/1.1 503/);
    expect(answer).toMatch(/retry-after: 2/i);
    for (const socket of halves) socket.destroy();
    await expect
      .poll(() => post(json + " ".repeat(9 * MIB)), { timeout: 8_000 })
      .toEqual([200, undefined]);
  });
});

async function open(to = server): Promise<Socket> {
  const socket = connect(Number(new URL(to.url).port), "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => {}); // being cut off is what some tests wait for
  return socket;
}

function head(method: string, path: string, headers: Record<string, string>): string {
  const all = {
    host: "localhost",
    authorization: `Bearer ${token}`,
    ...(method === "POST" ? { "content-type": "application/json" } : {}),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** The next piece that the server sends; empty when it closes the connection. */
async function readAnswer(socket: Socket): Promise<string> {
  return await new Promise((resolve) => {
    socket.once("data", (chunk) => resolve(chunk.toString()));
    socket.once("close", () => resolve(""));
  });
}

describe("slow and broken senders", () => {
  test("headers that do not end are given up, and it is said in our shape (D04)", async () => {
    const socket = await open(hasty);
    socket.write("GET /health HTTP/1.1\r\nhost: localhost\r\n");
    const answer = await readAnswer(socket);
    expect(answer).toContain("HTTP/1.1 408");
    expect(answer).toContain('{"error":{"code":"unavailable"');
  });

  test("a body that does not end is given up (D04)", async () => {
    const socket = await open(hasty);
    const authorization = `Bearer ${await hasty.token("alice")}`;
    socket.write(head("POST", "/v1/todo/~/sync", { authorization, "content-length": "1000" }));
    socket.write(json.slice(0, 10));
    expect(await readAnswer(socket)).toMatch(/^(HTTP\/1.1 4|$)/);
    await (socket.destroyed || once(socket, "close"));
  });

  test.each([
    ["no HTTP", "hello\r\n\r\n", "HTTP/1.1 400", "invalid"],
    [
      "two lengths",
      head("POST", "/v1/todo/~/sync", { "content-length": "5\r\ncontent-length: 6" }),
      "HTTP/1.1 400",
      "invalid",
    ],
    [
      "a length and pieces",
      head("POST", "/v1/todo/~/sync", { "content-length": "5", "transfer-encoding": "chunked" }),
      "HTTP/1.1 400",
      "invalid",
    ],
    [
      "a length that is none",
      head("POST", "/v1/todo/~/sync", { "content-length": "-5" }),
      "HTTP/1.1 400",
      "invalid",
    ],
    [
      "pieces that are none",
      `${head("POST", "/v1/todo/~/sync", { "transfer-encoding": "chunked" })}zz\r\n`,
      "HTTP/1.1 400",
      "invalid",
    ],
    [
      "a header of 20 kB",
      head("GET", "/health", { cookie: "a".repeat(20_000) }),
      "HTTP/1.1 431",
      "too_large",
    ],
  ])("%s is answered in our shape", async (_, sent, status, code) => {
    const socket = await open();
    socket.write(sent);
    const answer = await readAnswer(socket);
    expect(answer).toContain(status);
    expect(answer).toContain(`{"error":{"code":"${code}"`);
    socket.destroy();
  });

  test("a sender that goes away in the middle leaves nothing behind", async () => {
    for (let times = 0; times < 20; times++) {
      const socket = await open();
      socket.write(head("POST", "/v1/todo/~/sync", { "content-length": "5000000" }));
      socket.write(Buffer.alloc(1_000_000, 0x20));
      socket.destroy();
    }
    await expect
      .poll(() => post(json + " ".repeat(9 * MIB)), { timeout: 8_000 })
      .toEqual([200, undefined]);
  });
});
