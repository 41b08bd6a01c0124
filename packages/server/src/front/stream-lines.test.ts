// The NDJSON stream of a first sync: whole, resumable, no faster than its reader, and over when it must be.

import { once } from "node:events";
import { connect } from "node:net";
import { formatCursor, type SyncResponse } from "@syncline/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { issueToken } from "../auth/issue-token.ts";
import { createMemoryStore } from "../store/memory.ts";
import type { Store } from "../store/port.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";
import type { HttpLimits } from "./limits.ts";

// Some wait for real time limits, on machines that may be busy.
const RECORDS = 240;
const NDJSON = { accept: "application/x-ndjson", "accept-encoding": "identity" };
const TIME = "2026-11-20T10:05:00.000Z-0000-k9x2";

let server: TestServer;
let pages = 0;

/** A store that counts how often a page is read from it. */
function countingStore(): Store {
  const store = createMemoryStore();
  return {
    ...store,
    page: (request) => {
      pages += 1;
      return store.page(request);
    },
  };
}

/** A space of about 48 MiB: more than the buffers of a connection hold. */
async function fill(user: string, space: string): Promise<void> {
  for (let id = 1; id <= RECORDS / 40; id++) {
    const changes = Array.from({ length: 40 }, (_, index) => ({
      collection: "files",
      id: `f${id}-${index}`,
      op: "put",
      time: TIME,
      fields: { text: "x".repeat(200_000) },
    }));
    const body = { clientId: "k9x2", now: TIME, cursor: null, pull: { limit: 1 } };
    const answer = await server.call(user, `/v1/todo/${space}/sync`, {
      method: "POST",
      body: JSON.stringify({ ...body, mutations: [{ id, seen: null, changes }] }),
    });
    const { results } = (await answer.json()) as SyncResponse;
    expect(results).toEqual([{ id, status: "applied" }]);
  }
}

async function start(httpLimits: Partial<HttpLimits> = {}): Promise<void> {
  const limits = { streamsOfUser: 2, streams: 3, closeMs: 500, ...httpLimits };
  server = await startTestServer({ store: countingStore(), server: { httpLimits: limits } });
  await fill("alice", "team");
  pages = 0;
}

beforeEach(() => start());
afterEach(() => server.close());

const stream = (user: string, query = "", headers: Record<string, string> = {}) =>
  server.call(user, `/v1/todo/team/changes${query}`, { headers: { ...NDJSON, ...headers } });

type Line = { readonly [name: string]: unknown };

async function linesOf(answer: Response): Promise<Line[]> {
  const text = await answer.text();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

/** Reads what comes until the stream breaks off or ends; the last line may be half of one. */
async function drain(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch {
    // A connection that is cut is one way to end early.
  }
  return text;
}

test("gives every record once, between a start and an end", async () => {
  const answer = await stream("alice", "?clientId=k9x2");
  expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = await linesOf(answer);
  expect(lines[0]).toMatchObject({ scope: "all", total: RECORDS });
  expect(new Set(lines.slice(1, -1).map(({ id }) => id)).size).toBe(RECORDS);
  expect(lines.at(-1)).toMatchObject({
    lastMutation: RECORDS / 40,
    digest: { files: expect.any(String) },
  });
});

test("[G2] goes on from any line's stamp", async () => {
  const [start, ...rest] = await linesOf(await stream("alice"));
  const stop = rest[100];
  const epoch = String(start?.["epoch"]);
  const cursor = formatCursor({ epoch, stamp: Number(stop?.["stamp"]), scope: "all" });
  const resumed = await linesOf(await stream("alice", `?cursor=${encodeURIComponent(cursor)}`));
  expect(resumed.slice(1).map(({ id }) => id)).toEqual(rest.slice(101).map(({ id }) => id));
});

test("[G11] a reader that does not read is not fed, and is cut off in the end", async () => {
  await server.close();
  await start({ idleMs: 2_500 });
  const answer = await stream("alice");
  const all = RECORDS / 5; // pages of 1 MiB hold five records, and one more
  await expect.poll(() => pages, { timeout: 15_000 }).toBeGreaterThan(0);
  await expect
    .poll(async () => (await server.call("bob", "/metrics")).text(), { timeout: 15_000 })
    .toMatch(/^syncline_connections 1$/m);
  // What it holds for such a reader goes with the pages that it reads: the sockets' buffers take a few.
  expect(pages).toBeLessThan(all / 4);
  expect(await drain(answer)).not.toContain('"lastMutation"');
});

test("[G11] a reader that goes away costs nothing more, and gives its place back", async () => {
  const gone = new AbortController();
  const address = `${server.url}/v1/todo/team/changes`;
  const headers = { ...NDJSON, authorization: `Bearer ${await server.token("alice")}` };
  const open = () => fetch(address, { headers, signal: gone.signal });
  await Promise.all([open(), open()]);
  const third = await stream("alice");
  expect(third.status).toBe(429);
  expect(third.headers.get("retry-after")).toBe("2");
  expect(await third.json()).toMatchObject({ error: { code: "rate_limited", retryAfter: 2 } });
  gone.abort();
  await expect.poll(async () => (await stream("alice")).status, { timeout: 15_000 }).toBe(200);
  const read = pages;
  expect(read).toBeLessThan((3 * RECORDS) / 5);
});

test("[G11] a reader that is gone before its stream begins holds no place", async () => {
  const authorization = `Bearer ${await server.token("alice")}`;
  const request = `GET /v1/todo/team/changes HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\naccept: application/x-ndjson\r\n\r\n`;
  for (let times = 0; times < 50; times++) {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    await once(socket, "connect");
    socket.write(request, () => socket.resetAndDestroy());
    await once(socket, "close");
  }
  await expect.poll(async () => (await stream("alice")).status, { timeout: 15_000 }).toBe(200);
});

test("[G11] all streams together have their places; beyond them 503", async () => {
  const give = (userId: string) =>
    server.call("alice", `/v1/todo/team/members/${userId}`, {
      method: "PUT",
      body: '{"role":"reader"}',
    });
  await give("bob");
  await give("carol");
  const held = [await stream("alice"), await stream("alice"), await stream("bob")];
  expect(held.map(({ status }) => status)).toEqual([200, 200, 200]);
  const answer = await stream("carol");
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
  // Pages need no place.
  expect((await server.call("carol", "/v1/todo/team/changes")).status).toBe(200);
  await Promise.all(held.map((one) => one.body?.cancel()));
});

describe("a stream ends early, without its last line,", () => {
  test("[G10] when the reader's right is withdrawn", async () => {
    const member = "/v1/todo/team/members/bob";
    await server.call("alice", member, { method: "PUT", body: '{"role":"reader"}' });
    const answer = await stream("bob");
    expect(answer.status).toBe(200);
    await server.call("alice", member, { method: "DELETE" });
    const text = await drain(answer);
    expect(text).not.toContain('"lastMutation"');
    expect(text.split("\n").length).toBeLessThan(RECORDS);
    expect((await stream("bob")).status).toBe(403);
  });

  test("[G10] when the reader's token expires", async () => {
    const { secret } = server;
    const token = await issueToken({ secret, userId: "alice", expiresInSeconds: 0 });
    const answer = await stream("alice", "", { authorization: `Bearer ${token}` });
    expect(answer.status).toBe(200); // within the tolerance for clocks
    expect(await drain(answer)).not.toContain('"lastMutation"');
  });
});

test("what is wrong with the request is an answer, not a broken stream", async () => {
  for (const [query, status] of [
    ["?cursor=abc", 400],
    ["?limit=x", 400],
  ] as const) {
    expect((await stream("alice", query)).status).toBe(status);
  }
  expect((await stream("mallory")).status).toBe(403);
});
