// Traces at a real receiver: the spans of a push and of what it sends, their parents, and nothing that is secret.

import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createMemoryBus } from "../bus/memory.ts";
import { createMemoryStore } from "../store/memory.ts";
import { openRawSocket } from "../testing/raw-socket.ts";
import { startTestServer } from "../testing/start-server.ts";
import { isTraceparent } from "./tracing.ts";

interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

let bodies: string[];
let receiver: ReturnType<typeof createHttpServer>;
let tracesUrl: string;
beforeEach(async () => {
  bodies = [];
  receiver = createHttpServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      bodies.push(`${request.url} ${body}`);
      response.setHeader("content-type", "application/json").end("{}");
    });
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  tracesUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`; // it listens on a port
});
afterEach(() => {
  receiver.closeAllConnections();
  receiver.close();
});

function received(): ReceivedSpan[] {
  return bodies.flatMap((text) => {
    const body = JSON.parse(text.slice(text.indexOf("{"))) as {
      resourceSpans: { scopeSpans: { spans: ReceivedSpan[] }[] }[];
    }; // what the exporter sends
    return body.resourceSpans.flatMap((one) => one.scopeSpans.flatMap(({ spans }) => spans));
  });
}

function body(text: string) {
  const time = "2026-11-20T10:00:00.000Z-0000-c1";
  const changes = [{ collection: "todos", id: "t1", op: "put", time, fields: { text } }];
  return JSON.stringify({
    clientId: "c1",
    now: time,
    cursor: null,
    mutations: [{ id: 1, seen: null, changes }],
  });
}

test("a push is one trace, from the request of somebody else's trace to the frame on another node's socket", async () => {
  const store = createMemoryStore();
  const bus = createMemoryBus();
  const auth = { secret: "one secret for both nodes, long enough for HS256" };
  const a = await startTestServer({ store, server: { bus, auth, tracesUrl } });
  const b = await startTestServer({ store, server: { bus, auth, tracesUrl } });
  const socket = await openRawSocket(b, "alice");
  socket.say({ type: "subscribe", space: "todo/~", cursor: null, clientId: "c2" });
  await socket.next("changes");
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  const secret = "a secret that a record holds";
  const answer = await a.call("alice", "/v1/todo/~/sync", {
    method: "POST",
    headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    body: body(secret),
  });
  expect(answer.status).toBe(200);
  await socket.next("changes");
  await socket[Symbol.asyncDispose]();
  await a.close();
  await b.close();
  const spans = received().filter((span) => span.traceId === traceId);
  const byName = new Map(spans.map((span) => [span.name, span]));
  const parentOf = (name: string) =>
    spans.find(({ spanId }) => spanId === byName.get(name)?.parentSpanId)?.name;
  expect(byName.get("POST /v1/:app/:space/sync")?.parentSpanId).toBe("00f067aa0ba902b7");
  expect(parentOf("engine.sync")).toBe("POST /v1/:app/:space/sync");
  expect(parentOf("store.commit")).toBe("engine.sync");
  expect(parentOf("engine.read")).toBe("engine.sync");
  expect(byName.has("live.frame")).toBe(true);
  const all = bodies.join("");
  expect(all).toContain("/v1/traces");
  for (const hidden of [secret, "alice", await a.token("alice"), auth.secret])
    expect(all).not.toContain(hidden);
});

test("what fails is marked by its code, and a traceparent of rubbish begins a new trace", async () => {
  const server = await startTestServer({ server: { tracesUrl } });
  for (const traceparent of [
    "rubbish",
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    "x".repeat(5_000),
  ]) {
    const answer = await server.call("alice", "/v1/todo/~bob/changes", {
      headers: { traceparent },
    });
    expect(answer.status).toBe(403);
  }
  await server.close();
  const failed = received().filter(({ name }) => name === "engine.pull");
  expect(failed.map(({ status }) => status)).toEqual(
    Array(3).fill({ code: 2, message: "forbidden" }),
  );
  expect(new Set(received().map(({ traceId }) => traceId)).size).toBe(3);
});

test("a collector that is away disturbs nobody", async () => {
  await using server = await startTestServer({ server: { tracesUrl: "http://127.0.0.1:1" } });
  expect((await server.call("alice", "/v1/todo/~/changes")).status).toBe(200);
});

test.each([
  ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true],
  ["01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false],
  ["00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false],
  [7, false],
])("%s is a traceparent: %s", (text, is) => {
  expect(isTraceparent(text)).toBe(is);
});
