// A server's life: it starts or says why not, serves, and ends without losing what it was given.

import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer as createNetServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SyncResponse } from "@syncline/core";
import { afterAll, describe, expect, test } from "vitest";
import { createServer } from "./create-server.ts";
import { SYNC_REQUEST_EXAMPLE } from "./http/examples.ts";
import { createMemoryStore } from "./store/memory.ts";
import type { Store } from "./store/port.ts";
import { openSqliteStore } from "./store/sqlite/sqlite-store.ts";
import { startTestServer } from "./testing/start-server.ts";

const folder = mkdtempSync(join(tmpdir(), "syncline-server-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = "0123456789abcdef0123456789abcdef";
const push = { method: "POST", body: JSON.stringify(SYNC_REQUEST_EXAMPLE) };

describe("starting", () => {
  test("[G10] without a key for tokens is refused, however it is written (E04)", async () => {
    for (const auth of [{}, { secret: "" }, { secret: "dev" }, { publicKeys: [] }]) {
      const made = createServer({ store: createMemoryStore(), apps: "open", auth });
      await expect(made).rejects.toMatchObject({ code: "config" });
    }
  });

  test("on a port that is taken says so", async () => {
    const other = createNetServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const server = await createServer({
      store: createMemoryStore(),
      apps: "open",
      auth: { secret },
      port,
      logLevel: "silent",
    });
    await expect(server.listen()).rejects.toMatchObject({
      code: "config",
      message: expect.stringContaining(String(port)),
    });
    await server.close();
    await new Promise((resolve) => other.close(resolve));
  });

  test("[G10] an app that is not declared is not served", async () => {
    await using server = await startTestServer({
      apps: [{ name: "todo", collections: { todos: {} } }],
    });
    expect((await server.call("alice", "/v1/todo/~/changes")).status).toBe(200);
    const answer = await server.call("alice", "/v1/other/~/changes");
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: { path: "app" } }]);
    // Nobody makes a shared space in an app that does not say so.
    expect((await server.call("alice", "/v1/todo/team/sync", push)).status).toBe(403);
  });
});

describe("serving", () => {
  test("[G1] what was answered applied is in the database file that the next server opens", async () => {
    const path = join(folder, "kept.db");
    for (const status of ["applied", "duplicate"]) {
      await using server = await startTestServer({ store: await openSqliteStore({ path }) });
      const answer = await server.call("alice", "/v1/todo/~/sync", push);
      const { results, changes } = (await answer.json()) as SyncResponse;
      expect(results).toMatchObject([{ id: 1, status }]);
      expect(changes).toMatchObject([{ id: "t1", version: 1 }]);
    }
  });

  test("health is the process, ready is the database", async () => {
    let isAway = false;
    const store = createMemoryStore();
    const failing: Store = {
      ...store,
      async probe() {
        if (isAway) throw new Error("away");
      },
    };
    await using server = await startTestServer({ store: failing });
    // What was found out is good for a second.
    const PATIENCE = { timeout: 10_000 };
    const statuses = async () => {
      const answers = [await fetch(`${server.url}/health`), await fetch(`${server.url}/ready`)];
      return answers.map(({ status }) => status);
    };
    expect(await statuses()).toEqual([200, 200]);
    isAway = true;
    await expect.poll(statuses, PATIENCE).toEqual([200, 503]);
    const answer = await fetch(`${server.url}/ready`);
    expect(answer.headers.get("retry-after")).toBe("2");
    expect(await answer.json()).toMatchObject({ error: { code: "unavailable" } });
    isAway = false;
    await expect.poll(statuses, PATIENCE).toEqual([200, 200]);
  });
});

describe("ending", () => {
  /** A store whose commits wait until they are let go, and that tells in which order it was used. */
  function heldStore() {
    const order: string[] = [];
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const memory = createMemoryStore();
    const store: Store = {
      ...memory,
      commit: async (units) => {
        started.resolve();
        await gate.promise;
        order.push("commit");
        return await memory.commit(units);
      },
      close: async () => {
        order.push("close");
        await memory.close();
      },
    };
    return { store, order, started: started.promise, letGo: gate.resolve };
  }

  test("finishes what runs, answers it, and closes the store last", async () => {
    const { store, order, started, letGo } = heldStore();
    const server = await startTestServer({ store });
    const answer = server.call("alice", "/v1/todo/~/sync", push);
    await started;
    const closed = server.close();
    letGo();
    expect((await answer).status).toBe(200);
    await closed;
    expect(order.at(-1)).toBe("close");
    expect(order.filter((step) => step === "close")).toEqual(["close"]);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
    await server.close();
    expect(order.filter((step) => step === "close")).toEqual(["close"]);
  });

  test("what arrives meanwhile on an open connection is told to come back", async () => {
    const { store, started, letGo } = heldStore();
    const server = await startTestServer({ store });
    const answer = server.call("alice", "/v1/todo/~/sync", push);
    await started;
    const closed = server.close();
    const ready = await fetch(`${server.url}/ready`).then(
      ({ status }) => status,
      () => "refused",
    );
    expect([503, "refused"]).toContain(ready);
    letGo();
    await answer;
    await closed;
  });

  test("[G11] does not wait for ever for what never ends", async () => {
    const { store, order, started } = heldStore();
    const server = await startTestServer({ store, server: { httpLimits: { closeMs: 100 } } });
    const answer = server.call("alice", "/v1/todo/~/sync", push).then(
      () => "answered",
      () => "cut",
    );
    await started;
    await server.close();
    expect(await answer).toBe("cut");
    expect(order).toEqual(["close"]);
  });
});

test.each<[string, string, RequestInit]>([
  ["a push", "sync", push],
  ["a page", "changes", {}],
  ["a stream", "changes", { headers: { accept: "application/x-ndjson" } }],
])(
  "[G9] a database that hangs under %s is answered 503 after the time for a request",
  async (_, path, init) => {
    const memory = createMemoryStore();
    const store: Store = { ...memory, page: () => new Promise<never>(() => {}) };
    const httpLimits = { requestMs: 50, closeMs: 50 };
    await using server = await startTestServer({ store, server: { httpLimits } });
    const answer = await server.call("alice", `/v1/todo/~/${path}`, init);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(await answer.json()).toMatchObject({ error: { code: "unavailable" } });
  },
);

test("[G11] connections beyond the limit are closed, and those within it go on", async () => {
  await using server = await startTestServer({ server: { httpLimits: { connections: 3 } } });
  const open = () =>
    new Promise<Socket | "closed">((resolve) => {
      const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
      socket.on("error", () => {});
      socket.once("close", () => resolve("closed"));
      socket.once("data", () => resolve(socket));
      socket.write("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
    });
  const held = await Promise.all([open(), open(), open()]);
  expect(held).not.toContain("closed");
  expect(await open()).toBe("closed");
  for (const socket of held) if (socket !== "closed") socket.destroy();
  await expect.poll(async () => (await fetch(`${server.url}/health`)).status).toBe(200);
});

test.each([
  ["nobody's", {}, "127.0.0.1"],
  ["a proxy's", { trustProxy: ["127.0.0.1"] }, "203.0.113.7"],
  ["another proxy's", { trustProxy: ["192.0.2.1"] }, "127.0.0.1"],
])(
  "X-Forwarded-For is believed when it is %s that is trusted (D06)",
  async (_, options, address) => {
    const lines: string[] = [];
    const logSink = { write: (line: string) => void lines.push(line) };
    await using server = await startTestServer({
      server: { ...options, logLevel: "info", logSink },
    });
    const headers = { "x-forwarded-for": "10.0.0.1, 203.0.113.7" };
    await fetch(`${server.url}/health`, { headers });
    expect(lines.join("")).toContain(`"remoteAddress":"${address}"`);
  },
);
