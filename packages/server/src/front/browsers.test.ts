// What browsers are told: which origins may call, and that nothing here may be run, framed, guessed or kept.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

const APP = "https://app.example.com";

let server: TestServer;
let closed: TestServer;
beforeAll(async () => {
  server = await startTestServer({ server: { corsOrigins: [APP, "http://localhost:5173"] } });
  closed = await startTestServer();
});
afterAll(() => Promise.all([server.close(), closed.close()]));

const preflight = (at: TestServer, origin: string, path = "/v1/todo/~/sync") =>
  fetch(at.url + path, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type,x-evil",
    },
  });

describe("CORS (D01, D02)", () => {
  test.each([APP, "http://localhost:5173"])(
    "%s may call, and is told so by name",
    async (origin) => {
      const asked = await preflight(server, origin);
      expect(asked.status).toBe(204);
      expect(asked.headers.get("access-control-allow-origin")).toBe(origin);
      expect(asked.headers.get("access-control-allow-methods")).toContain("POST");
      expect(asked.headers.get("access-control-allow-headers")).not.toContain("x-evil");
      expect(asked.headers.get("vary")).toContain("Origin");
      const answer = await server.call("alice", "/v1/todo/~/changes", { headers: { origin } });
      expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
      expect(answer.headers.get("access-control-expose-headers")).toContain("retry-after");
    },
  );

  test("an error can be read by the page that caused it", async () => {
    const answer = await fetch(`${server.url}/v1/todo/~/changes`, { headers: { origin: APP } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("access-control-allow-origin")).toBe(APP);
  });

  test.each([
    "null",
    "https://evil.com",
    "https://app.example.com.evil.com",
    "https://evil.com/https://app.example.com",
    "http://app.example.com",
    "https://app.example.com:8443",
    "HTTPS://APP.EXAMPLE.COM",
    "http://127.0.0.1:5173",
    "http://[",
    "*",
  ])("%s may not", async (origin) => {
    for (const at of [server, closed]) {
      for (const answer of [
        await preflight(at, origin),
        await at.call("alice", "/v1/todo/~/changes", { headers: { origin } }),
      ]) {
        expect(answer.status).toBeLessThan(500);
        expect(answer.headers.get("access-control-allow-origin")).not.toBe(origin);
        expect(answer.headers.get("access-control-allow-origin")).not.toBe("*");
      }
    }
  });

  test("credentials are never allowed: tokens travel in a header", async () => {
    for (const origin of [APP, "https://evil.com"]) {
      const asked = await preflight(server, origin);
      expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
    }
  });
});

test("every answer, good or bad, carries the headers that keep browsers from harm", async () => {
  for (const path of ["/", "/health", "/metrics", "/openapi.json", "/nope", "/v1/todo/~/changes"]) {
    const { headers } = await server.call("alice", path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none';frame-ancestors 'none'",
    );
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("server")).toBeNull();
  }
});

test("data and refusals are never kept by a cache", async () => {
  for (const userId of ["alice", "mallory"]) {
    const { headers } = await server.call(userId, "/v1/todo/~alice/changes");
    expect(headers.get("cache-control")).toBe("no-store");
  }
  const refused = await fetch(`${server.url}/v1/todo/~/changes`);
  expect(refused.headers.get("cache-control")).toBe("no-store");
});

test("contents come back as they were written, as JSON and nothing else (C09)", async () => {
  const time = "2026-11-20T10:05:00.000Z-0000-k9x2";
  const fields = {
    html: "<script>alert(1)</script>",
    csv: "=cmd()",
    ansi: "\u001b[2J",
    sep: "\u2028",
  };
  const changes = [{ collection: "todos", id: "t1", op: "put", time, fields }];
  const mutations = [{ id: 1, seen: null, changes }];
  const answer = await server.call("carol", "/v1/todo/~/sync", {
    method: "POST",
    body: JSON.stringify({ clientId: "k9x2", now: time, cursor: null, mutations }),
  });
  expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(await answer.json()).toMatchObject({ changes: [{ fields }] });
});
