// The billing gate, against a service of our own that answers as it is told to.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createMemoryStore, manaBilling } from "@syncline/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EPOCH, type ManaServer, startMana } from "./fixture.ts";

const INACTIVE =
  '{"error":"sync_inactive","message":"Cloud Sync ist nicht aktiv. Aktiviere Sync in den Einstellungen."}\n';

let upstream: Server;
let asked: IncomingMessage[];
let answer: (response: ServerResponse) => void;
let server: ManaServer;

beforeEach(async () => {
  asked = [];
  answer = (response) => response.end('{"active":true}');
  upstream = createServer((request, response) => {
    asked.push(request);
    answer(response);
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const { port } = upstream.address() as AddressInfo; // it listens on a port
  const gate = manaBilling({
    url: `http://127.0.0.1:${port}/`,
    serviceKey: "key",
    timeoutMs: 1_000,
  });
  server = await startMana(async () => createMemoryStore(), {}, { server: { gate } });
});
afterEach(async () => {
  await server.close();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});

const push = (user = "anna") => server.call(user, "/sync/todo", { method: "POST", body: "{}" });

test("[DM12] an active user syncs, and the service is asked once in five minutes, with the key", async () => {
  for (let i = 0; i < 3; i++) expect((await push("a/b")).status).toBe(200);
  expect((await server.call("a/b", `/sync/todo/pull?collection=t&since=${EPOCH}`)).status).toBe(
    200,
  );
  expect(asked.map(({ url }) => url)).toEqual(["/api/v1/internal/sync/status/a%2Fb"]);
  expect(asked[0]?.headers["x-service-key"]).toBe("key");
});

test.each(['{"active":false}', "{}", "null"])(
  "[DM12] %s means 402 on push, pull and stream, and nowhere else",
  async (body) => {
    answer = (response) => response.end(body);
    for (const refused of [
      await server.call("anna", "/sync/todo", { method: "POST", body: "not even JSON" }),
      await server.call("anna", "/sync/todo/pull"),
      await server.call("anna", "/sync/todo/stream"),
    ]) {
      expect([refused.status, refused.headers.get("content-type")]).toEqual([
        402,
        "application/json",
      ]);
      expect(await refused.text()).toBe(INACTIVE);
    }
    expect(asked).toHaveLength(1);
    for (const path of ["/health", "/metrics"])
      expect((await fetch(server.url + path)).status).toBe(200);
    const native = await server.call("anna", "/v1/todo/~/changes");
    expect([native.status, await native.json()]).toMatchObject([
      402,
      { error: { code: "payment_required" } },
    ]);
    const nobody = await fetch(`${server.url}/sync/todo`, {
      method: "POST",
      headers: { authorization: "Bearer x" },
    });
    expect(nobody.status).toBe(401);
  },
);

test.each<[string, (response: ServerResponse) => void]>([
  ["answers 500", (response) => response.writeHead(500).end()],
  ["answers what is no JSON", (response) => response.end("<html>")],
  ["cuts the connection", (response) => response.destroy()],
  ["does not answer", () => {}],
  [
    "sends on to somewhere else",
    (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
  ],
])(
  "[DM12] where the service %s, users sync, and it is asked again next time",
  async (_what, fail) => {
    answer = fail;
    const started = performance.now();
    const answers = await Promise.all(Array.from({ length: 5 }, () => push()));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(performance.now() - started).toBeLessThan(2_000);
    // Whoever asks while the question is open waits for its answer.
    expect(asked.length).toBeLessThan(5);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(
      `syncline_gate_total{outcome="failed"} ${asked.length}`,
    );
    answer = (response) => response.end('{"active":false}');
    // After a silence it is asked without anybody waiting for it.
    await vi.waitFor(async () => expect((await push()).status).toBe(402));
  },
);

test("[DM12] a service that hangs costs nobody but the first anything", async () => {
  await server.close();
  const { port } = upstream.address() as AddressInfo; // it listens on a port
  const gate = manaBilling({
    url: `http://127.0.0.1:${port}/`,
    serviceKey: "key",
    timeoutMs: 3_000,
  });
  server = await startMana(async () => createMemoryStore(), {}, { server: { gate } });
  answer = () => {};
  expect((await push()).status).toBe(200);
  const waiting = asked.length;
  const answers = await Promise.all(["b", "c", "d"].map((user) => push(user)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  // All three were answered while their own questions were still open.
  await vi.waitFor(() => expect(asked.length - waiting).toBe(3));
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(
    `syncline_gate_total{outcome="failed"} ${waiting}`,
  );
});
