// API keys on the native protocol: in either header, on sockets, within their scopes, until they are taken away.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYNC_REQUEST_EXAMPLE } from "../http/examples.ts";
import { openRawSocket } from "../testing/raw-socket.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.server.keys.createUser("ana");
});
afterAll(() => server.close());

async function call(key: string, path: string, write = false, header = "x-api-key") {
  return await fetch(`${server.url}${path}`, {
    method: write ? "POST" : "GET",
    headers: {
      [header]: header === "authorization" ? `Bearer ${key}` : key,
      ...(write ? { "content-type": "application/json" } : {}),
    },
    ...(write ? { body: JSON.stringify(SYNC_REQUEST_EXAMPLE) } : {}),
  });
}

describe("an API key", () => {
  test.each(["x-api-key", "authorization"])("is good in %s", async (header) => {
    const { key } = await server.server.keys.createKey("ana");
    expect((await call(key, "/v1/todo/~/changes", false, header)).status).toBe(200);
    expect((await call(key, "/v1/todo/~bob/changes", false, header)).status).toBe(403);
  });

  test("is good for a socket", async () => {
    const { key } = await server.server.keys.createKey("ana");
    await using socket = await openRawSocket(server, undefined);
    socket.say({ type: "auth", token: key });
    const { expiresAt } = await socket.next("ready");
    // Nobody is taken at their word for long: a key that was taken away ends its sockets.
    expect(Number(expiresAt) - Date.now()).toBeLessThanOrEqual(300_000);
    socket.say({ type: "subscribe", space: "todo/~", cursor: null });
    await socket.next("changes");
  });

  test("is good for its scopes and nothing else", async () => {
    const keyOf = async (...scopes: string[]) =>
      (await server.server.keys.createKey("ana", { scopes })).key;
    const reads = async (key: string, path: string) => (await call(key, path)).status;
    const reader = await keyOf("read:todo");
    expect(await reads(reader, "/v1/todo/~/changes")).toBe(200);
    // What it reads is answered; what it writes is refused, mutation by mutation.
    const pushed = await call(reader, "/v1/todo/~/sync", true);
    expect(await pushed.json()).toMatchObject({
      results: [{ status: "rejected", error: { code: "forbidden" } }],
    });
    expect(await reads(reader, "/v1/notes/~/changes")).toBe(403);
    const one = await keyOf("todo/~ana");
    expect((await call(one, "/v1/todo/~/sync", true)).status).toBe(200);
    expect(await reads(one, "/v1/todo/other/changes")).toBe(403);
    expect(await reads(await keyOf("tod"), "/v1/todo/~/changes")).toBe(403);
  });

  test("is good no more once it is taken away, or never was", async () => {
    const { key, info } = await server.server.keys.createKey("ana");
    await server.server.keys.revoke("ana", info.uuid);
    for (const text of [key, `sk_${"A".repeat(43)}`, "sk_", "garbage"]) {
      const answer = await call(text, "/v1/todo/~/changes");
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain(text);
    }
  });

  test("does not open the server's own space, nor does a token, nor a token for the user whom no rule holds back", async () => {
    await server.server.keys.createUser(".root");
    const { key } = await server.server.keys.createKey(".root");
    expect((await call(key, "/v1/.syncline/keys/changes")).status).toBe(404);
    expect((await server.call("ana", "/v1/.syncline/keys/changes")).status).toBe(404);
    expect((await server.call(".root", "/v1/todo/~/changes")).status).toBe(401);
  });
});
