// What callers and logs see when something goes wrong, and what neither ever sees.

import { SynclineError } from "@syncline/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SYNC_REQUEST_EXAMPLE } from "../http/examples.ts";
import { createMemoryStore } from "../store/memory.ts";
import type { Store } from "../store/port.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

let server: TestServer;
let thrown: unknown;
let log = "";

/** A store whose reading fails when the test says so. */
function failingStore(): Store {
  const store = createMemoryStore();
  return {
    ...store,
    page: async (request) => {
      if (thrown !== undefined) throw thrown;
      return await store.page(request);
    },
  };
}

beforeEach(async () => {
  thrown = undefined;
  log = "";
  const logSink = {
    write: (line: string) => {
      log += line;
    },
  };
  server = await startTestServer({
    store: failingStore(),
    server: { logLevel: "trace", logSink, metrics: { token: "metrics-CANARY" } },
  });
});
afterEach(() => server.close());

test("an error that nobody expected is `internal` with a request id and nothing else (E02)", async () => {
  thrown = new Error('SQLITE_ERROR: near "DETAIL": /var/lib/syncline.db');
  for (const accept of ["application/json", "application/x-ndjson"]) {
    const answer = await server.call("alice", "/v1/todo/~/changes", { headers: { accept } });
    const id = answer.headers.get("x-request-id") ?? "";
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({
      error: {
        code: "internal",
        message: `Something went wrong that should not. It is logged as request ${id}.`,
      },
    });
    expect(log).toContain(id);
    expect(log).toContain("DETAIL");
  }
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

test("things that are thrown and are no errors are `internal` too", async () => {
  for (thrown of ["text", 5, null, {}, { statusCode: 200 }]) {
    const answer = await server.call("alice", "/v1/todo/~/changes");
    const { error } = (await answer.json()) as { error: { code: string } };
    expect([answer.status, error.code]).toEqual([500, "internal"]);
  }
});

test("an error of the catalogue keeps its code, status and time to wait; its details stay here", async () => {
  thrown = new SynclineError("unavailable", "The database is busy.", {
    retryAfter: 1.5,
    details: "DETAIL",
    cause: new Error("DETAIL"),
  });
  const answer = await server.call("alice", "/v1/todo/~/changes");
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
  const text = await answer.text();
  expect(JSON.parse(text)).toEqual({
    error: { code: "unavailable", message: "The database is busy.", retryAfter: 1.5 },
  });
});

test("no log, error or metric holds a token or the contents of a record (E01)", async () => {
  const token = await server.token("alice");
  const [mutation] = SYNC_REQUEST_EXAMPLE.mutations;
  const [change] = mutation?.changes ?? [];
  const fields = { title: "content-CANARY" };
  const body = JSON.stringify({
    ...SYNC_REQUEST_EXAMPLE,
    mutations: [{ ...mutation, changes: [{ ...change, fields }] }],
  });
  const post = (text: string, headers = {}) =>
    server.call("alice", "/v1/todo/~/sync", { method: "POST", body: text, headers });
  await post(body);
  await post(body.slice(0, -3));
  await post(body.replace('"put"', '"drop"'));
  await post(body, { authorization: `Bearer ${token}x` });
  await post(body, { "content-encoding": "gzip" });
  await server.call("alice", `/v1/todo/~/changes?token=${token}`);
  await server.call("alice", `/v1/todo/~/changes?cursor=${token.slice(0, 100)}`);
  await server.call("alice", "/v1/todo/~/records/todos/t1/explain");
  await server.call("alice", "/metrics", { headers: { authorization: "Bearer metrics-CANARY" } });
  thrown = new Error("broken");
  await post(body);
  const metrics = await server.call("alice", "/metrics", {
    headers: { authorization: "Bearer metrics-CANARY" },
  });
  const seen = log + (await metrics.text());
  expect(log).toContain("request completed");
  expect(log).toContain("broken");
  for (const secret of [...token.split("."), server.secret, "CANARY"]) {
    expect(seen).not.toContain(secret);
  }
});

test("metrics that have a token are for those who know it (E03)", async () => {
  for (const authorization of [undefined, "Bearer metrics-CANAR", "Bearer metrics-CANARYY"]) {
    const headers = authorization === undefined ? {} : { authorization };
    expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(401);
  }
});
