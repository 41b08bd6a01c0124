// Event streams: deltas over plain HTTP.

import { once } from "node:events";
import { request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { issueToken } from "../auth/issue-token.ts";
import { createRawClient } from "../testing/raw-client.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

interface Heard {
  readonly event: string;
  readonly id: string;
  readonly data: { readonly [name: string]: unknown };
}

let server: TestServer;
afterEach(() => server.close());

/** Reads events until so many have come, or the stream ends. */
async function events(body: ReadableStream<Uint8Array> | null, count: number): Promise<Heard[]> {
  const heard: Heard[] = [];
  let text = "";
  const decoder = new TextDecoder();
  const reader = (body ?? new ReadableStream<Uint8Array>()).getReader();
  while (heard.length < count) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      const lines = new Map(
        part.split("\n").map((line) => {
          const at = line.indexOf(": ");
          return [line.slice(0, at), line.slice(at + 2)] as const;
        }),
      );
      const event = lines.get("event");
      if (event === undefined) continue;
      heard.push({
        event,
        id: lines.get("id") ?? "",
        data: JSON.parse(lines.get("data") ?? "null") as Heard["data"],
      });
    }
  }
  reader.releaseLock();
  return heard;
}

function clientOf(space = "todo/~") {
  const { engine } = server.server;
  const options = { clientId: "c1", userId: "alice", space };
  return createRawClient({ engine, now: () => Date.now() }, options);
}

test("brings everything, then each commit, and resumes from Last-Event-ID", async () => {
  server = await startTestServer({ limits: { pageRecords: 10 } });
  const client = clientOf();
  for (let i = 0; i < 25; i++) await client.push(client.change("put", "todos", `t${i}`, { i }));
  const stream = await server.call("alice", "/v1/todo/~/live");
  expect(stream.status).toBe(200);
  expect(stream.headers.get("content-type")).toContain("text/event-stream");
  expect(stream.headers.get("content-encoding")).toBeNull();
  const first = await events(stream.body, 3);
  expect(first.map(({ data }) => (data["changes"] as unknown[]).length)).toEqual([10, 10, 5]);
  expect(first.map(({ data }) => data["more"])).toEqual([true, true, false]);
  await client.push(client.change("put", "todos", "new", {}));
  const [live] = await events(stream.body, 1);
  expect(live).toMatchObject({ event: "changes", data: { changes: [{ id: "new" }] } });
  expect(live?.id).toBe(live?.data["cursor"]);
  await stream.body?.cancel();
  const again = await server.call("alice", "/v1/todo/~/live", {
    headers: { "last-event-id": first[2]?.id ?? "" },
  });
  expect((await events(again.body, 1))[0]).toMatchObject({ data: { changes: [{ id: "new" }] } });
  await again.body?.cancel();
});

test("what cannot be streamed is an error with its status", async () => {
  server = await startTestServer();
  const client = clientOf("todo/team");
  await client.push(client.change("put", "todos", "t1", {}));
  const statusOf = async (user: string, path: string, headers = {}) => {
    const answer = await server.call(user, path, { headers });
    const { error } = (await answer.json()) as { error: { code: string } };
    return `${answer.status} ${error.code}`;
  };
  expect(await statusOf("bob", "/v1/todo/team/live")).toBe("403 forbidden");
  expect(await statusOf("alice", "/v1/todo/team/live?cursor=rubbish")).toBe("400 invalid");
  expect(await statusOf("alice", "/v1/todo/team/live?limit=1")).toBe("400 invalid");
  expect(await statusOf("alice", "/v1/todo/~/live", { "last-event-id": "x".repeat(500) })).toBe(
    "400 invalid",
  );
  const foreign = await server.call("alice", "/v1/todo/team/changes");
  const { cursor } = (await foreign.json()) as { cursor: string };
  expect(await statusOf("alice", "/v1/todo/~/live", { "last-event-id": cursor })).toBe("409 reset");
});

test("ends with its token, and when the right to the space is withdrawn", async () => {
  server = await startTestServer();
  const client = clientOf("todo/team");
  await client.push(client.change("put", "todos", "t1", {}));
  const role = JSON.stringify({ role: "reader" });
  await server.call("alice", "/v1/todo/team/members/bob", { method: "PUT", body: role });
  const token = await issueToken({ secret: server.secret, userId: "bob", expiresInSeconds: 1 });
  const short = await fetch(`${server.url}/v1/todo/team/live`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await events(short.body, 99)).toHaveLength(1);
  const stream = await server.call("bob", "/v1/todo/team/live");
  await events(stream.body, 1);
  await server.call("alice", "/v1/todo/team/members/bob", { method: "DELETE" });
  expect(await events(stream.body, 99)).toMatchObject([
    { event: "error", data: { error: { code: "forbidden" } } },
  ]);
});

test("[G11] a reader that stops reading is bounded, and gets everything when it reads on", async () => {
  server = await startTestServer({ server: { liveLimits: { bufferedBytes: 64 * 1024 } } });
  const client = clientOf();
  const call = request(`${server.url}/v1/todo/~/live`, {
    headers: { authorization: `Bearer ${await server.token("alice")}` },
  });
  call.end();
  const [response] = (await once(call, "response")) as [import("node:http").IncomingMessage];
  response.pause();
  const text = "x".repeat(200_000);
  for (let i = 0; i < 60; i++) await client.push(client.change("put", "todos", `t${i}`, { text }));
  const seen = new Set<string>();
  let rest = "";
  response.setEncoding("utf8");
  for await (const piece of response as AsyncIterable<string>) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("data: ")) continue;
      const data = JSON.parse(line.slice(6)) as { changes?: { id: string }[] };
      for (const { id } of data.changes ?? []) seen.add(id);
    }
    if (seen.size === 60) break;
  }
  expect(seen.size).toBe(60);
});

test("streams of a user are counted, and a shutdown ends them", async () => {
  server = await startTestServer({ server: { liveLimits: { socketsOfUser: 1 } } });
  const stream = await server.call("alice", "/v1/todo/~/live");
  expect((await server.call("alice", "/v1/todo/~/live")).status).toBe(429);
  await server.close();
  expect((await events(stream.body, 99)).length).toBeLessThanOrEqual(1);
});
