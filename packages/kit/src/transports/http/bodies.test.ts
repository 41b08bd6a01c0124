// Bodies of requests and answers: types, encodings, sizes, bombs, and what breaks off in the middle.

import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMemoryStore } from "../../stores/memory.ts";
import { makeEvent } from "../../testing/events.ts";
import { IntegerVersion } from "../../versions/index.ts";
import { createHttpTransport } from "./client.ts";
import { createSyncHandler, toNodeListener } from "./index.ts";

const record = (id: string, data: unknown = null) =>
  JSON.stringify({
    event: { id, type: "t", aggregate_id: "", data, metadata: null },
    version: "1",
  });

/** Posts to a handler with limits. */
async function post(
  body: Uint8Array | string,
  headers: { [name: string]: string } = {},
  limits: { maxRequestBytes?: number; maxInflatedBytes?: number } = {},
  path = "/push",
) {
  const handler = createSyncHandler({ store: createMemoryStore(), ...limits });
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
  const response = await handler(
    new Request(`http://p${path}`, { method: "POST", body: bytes, headers }),
  );
  return { status: response.status, text: await response.text() };
}

describe("content type and encoding", () => {
  it.each(["application/json", "application/json; charset=utf-8", "application/jsonp"])(
    "takes %s",
    async (type) => {
      expect((await post("[]", { "content-type": type })).status).toBe(200);
    },
  );

  it.each([
    "text/plain",
    "text/html",
    "application/xml",
    "application/octet-stream",
    "Application/JSON",
  ])("refuses %s", async (type) => {
    for (const path of ["/push", "/pull-cursor"]) {
      const { status, text } = await post("[]", { "content-type": type }, {}, path);
      expect([status, text]).toEqual([415, '{"error":"unsupported media type"}']);
    }
  });

  it.each(["gzip", "GZIP", " gzip "])("takes the encoding %j", async (encoding) => {
    expect((await post(gzipSync("[]"), { "content-encoding": encoding })).status).toBe(200);
  });

  it.each(["deflate", "br", "compress", "gzip, deflate", "identity"])(
    "refuses the encoding %s",
    async (encoding) => {
      const { status, text } = await post("[]", { "content-encoding": encoding });
      expect(status).toBe(415);
      expect(text).toBe(
        `{"error":"unsupported content encoding: ${encoding} (only gzip is supported)"}`,
      );
    },
  );

  it("does not look at the type of what has no body", async () => {
    const handler = createSyncHandler({ store: createMemoryStore() });
    const headers = { "content-type": "text/plain" };
    expect((await handler(new Request("http://p/pull", { headers }))).status).toBe(200);
  });
});

describe("sizes", () => {
  const gzip = { "content-encoding": "gzip" };

  it("refuses a declared length before it reads", async () => {
    const { status, text } = await post("x", { "content-length": "99999999" });
    expect([status, text]).toEqual([
      413,
      '{"error":"request body too large: maximum size is 10485760 bytes"}',
    ]);
  });

  it("refuses what is longer than it was declared, or not declared", async () => {
    const limits = { maxRequestBytes: 100, maxInflatedBytes: 200 };
    expect(await post(`[${record("a", "x".repeat(200))}]`, {}, limits)).toEqual({
      status: 413,
      text: '{"error":"http: request body too large"}',
    });
    expect(
      (await post("[]".padEnd(200), {}, { maxRequestBytes: 1000, maxInflatedBytes: 100 })).status,
    ).toBe(413);
    expect((await post("[]".padEnd(100), {}, limits)).status).toBe(200);
    expect(
      (await post(" ".repeat(2048), {}, { maxRequestBytes: 1024 }, "/pull-cursor")).status,
    ).toBe(413);
  });

  it("stops a bomb at the limit after decompression", async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(1024 * 1024);
    const before = process.memoryUsage().rss;
    expect(await post(bomb, gzip)).toEqual({
      status: 413,
      text: '{"error":"decompressed data exceeds maximum size limit"}',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    const limits = { maxRequestBytes: 5_000, maxInflatedBytes: 3_000 };
    expect((await post(gzipSync("x".repeat(4_000)), gzip, limits)).status).toBe(413);
  });

  it.each<[string, Uint8Array, string]>([
    ["text", Buffer.from("no gzip at all"), "gzip: invalid header"],
    ["nothing", new Uint8Array(0), "gzip: invalid header"],
    ["one byte", Buffer.from([0x1f]), "gzip: invalid header"],
    ["a bad method", Buffer.from([0x1f, 0x8b, 9, 0, 0, 0, 0, 0, 0, 0, 0]), "gzip: invalid header"],
    ["half of it", gzipSync(record("a", "y".repeat(500))).subarray(0, 30), "unexpected EOF"],
  ])("refuses %s for gzip", async (_, bytes, why) => {
    expect(await post(bytes, gzip)).toEqual({
      status: 400,
      text: `{"error":"invalid gzip data: ${why}"}`,
    });
  });

  it("refuses limits that would refuse everything", () => {
    const store = createMemoryStore();
    for (const bad of [{ maxRequestBytes: 0 }, { maxInflatedBytes: 0 }, { compressFromBytes: -1 }])
      expect(() => createSyncHandler({ store, ...bad })).toThrowError(
        expect.objectContaining({ code: "config" }),
      );
    expect(() => createHttpTransport({ url: "ftp://x" })).toThrowError(
      expect.objectContaining({ code: "config" }),
    );
  });
});

describe("answers", () => {
  it("are compressed from 1024 bytes on for whoever names gzip", async () => {
    const store = createMemoryStore();
    await store.store(makeEvent("large", { data: "x".repeat(9_000) }));
    const handler = createSyncHandler({ store });
    const get = (path: string, encoding?: string) =>
      handler(
        new Request(`http://p${path}`, {
          headers: encoding === undefined ? {} : { "accept-encoding": encoding },
        }),
      );
    const packed = await get("/pull", "gzip;q=0, deflate");
    expect([packed.headers.get("content-encoding"), packed.headers.get("vary")]).toEqual([
      "gzip",
      "Accept-Encoding",
    ]);
    const plain = await get("/pull");
    expect(plain.headers.get("content-encoding")).toBeNull();
    const inflated = gunzipSync(Buffer.from(await packed.arrayBuffer()));
    expect(inflated.toString()).toBe(await plain.text());
    expect((await get("/latest-version", "gzip")).headers.get("content-encoding")).toBeNull();
  });
});

describe("over a socket", () => {
  const store = createMemoryStore();
  const server = createServer(toNodeListener(createSyncHandler({ store })));
  let port = 0;
  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port; // it listens on a port
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = () => `http://127.0.0.1:${port}`;

  /** Sends bytes as they are, and gives what came back until the end. */
  async function raw(text: string, end: boolean): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString();
    });
    socket.write(text);
    if (end) socket.end();
    await once(socket, "close");
    return answer;
  }

  it("takes a since that was glued into the url as it is", async () => {
    const answer = await raw(
      'GET /pull?since={"a":1} HTTP/1.1\r\nHost: p\r\nConnection: close\r\n\r\n',
      false,
    );
    expect(answer).toContain("400 Bad Request");
    expect(answer).toContain(String.raw`'{\"a\":1}'`);
  });

  it("stores nothing of a body that broke off", async () => {
    const body = `[${record("half")}]`;
    const head = `POST /push HTTP/1.1\r\nHost: p\r\nContent-Length: ${body.length}\r\n\r\n`;
    await raw(head + body.slice(0, 40), true);
    expect((await store.latestVersion()).isZero()).toBe(true);
    const transport = createHttpTransport({ url: url() });
    expect((await transport.latestVersion()).isZero()).toBe(true);
  });

  it("answers a body that is too large before it has all of it", async () => {
    const answer = await raw(
      "POST /push HTTP/1.1\r\nHost: p\r\nContent-Length: 99999999\r\n\r\n[",
      false,
    );
    expect(answer).toContain("413 Payload Too Large");
  });

  it("carries large events both ways, compressed", async () => {
    const transport = createHttpTransport({
      url: url(),
      headers: async () => ({ authorization: "Bearer x" }),
    });
    const event = makeEvent("big", { data: "x".repeat(900_000) });
    await transport.push([{ event, version: new IntegerVersion(1n) }]);
    expect((await transport.pull(null)).events[0]?.event).toEqual(event);
    const small = createHttpTransport({ url: url(), maxResponseBytes: 1_000 });
    await expect(small.pull(null)).rejects.toMatchObject({ code: "too_large" });
  });

  it("sends less at once to a peer with smaller limits, and goes past what it never takes", async () => {
    const small = createMemoryStore();
    const limits = { maxRequestBytes: 2_000, maxInflatedBytes: 2_000 };
    const handler = createSyncHandler({ store: small, ...limits });
    const transport = createHttpTransport({
      url: "http://p",
      compressAboveBytes: Number.POSITIVE_INFINITY,
      fetch: (input, init) => handler(new Request(input, init)),
    });
    const events = Array.from({ length: 20 }, (_, i) => ({
      event: makeEvent(`e${i}`, { data: "x".repeat(i === 7 ? 3_000 : 300) }),
      version: new IntegerVersion(BigInt(i + 1)),
    }));
    const { rejected } = await transport.push(events);
    expect(rejected.map(({ id, error }) => [id, error.code])).toEqual([["e7", "too_large"]]);
    expect((await small.latestVersion()).toString()).toBe("19");
  });

  it("says offline where nobody listens", async () => {
    const transport = createHttpTransport({ url: "http://127.0.0.1:9" });
    await expect(transport.pull(null)).rejects.toMatchObject({ code: "offline" });
  });

  it("lets a guard answer first", async () => {
    const guarded = createSyncHandler({ store, admit: () => new Response("no", { status: 401 }) });
    expect((await guarded(new Request("http://p/pull"))).status).toBe(401);
  });
});
