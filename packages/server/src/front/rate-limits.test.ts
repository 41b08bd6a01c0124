// Rate limits and overload as a caller meets them: headers, 429, 503, over requests and sockets.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { networkOf } from "../rate/throttle.ts";
import { startTestRedis, type TestProcess } from "../testing/processes.ts";
import { openRawSocket } from "../testing/raw-socket.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

const SECRET = "a secret that all nodes of this test share";
/** Fills so slowly that no test sees it. */
const still = (burst: number) => ({ perSecond: 0.001, burst });

const changes = (server: TestServer, user: string) => server.call(user, "/v1/todo/~/changes");

function push(mutations: number, clientId = "c1") {
  const time = `2026-11-20T10:00:00.000Z-0000-${clientId}`;
  return {
    clientId,
    now: time,
    cursor: null,
    mutations: Array.from({ length: mutations }, (_, i) => ({
      id: i + 1,
      seen: null,
      changes: [{ collection: "todos", id: `t${i}`, op: "put", time, fields: { i } }],
    })),
  };
}

/** Keeps the event loop from turning, as long work in one piece does. */
function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe("rate limits", () => {
  test("a user is told what is left, then refused with 429 until it fills again; others are not touched", async () => {
    await using server = await startTestServer({ server: { rateLimits: { user: still(3) } } });
    const left = [];
    for (let i = 0; i < 3; i++)
      left.push((await changes(server, "alice")).headers.get("ratelimit-remaining"));
    expect(left).toEqual(["2", "1", "0"]);
    const refused = await changes(server, "alice");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(900);
    expect(refused.headers.get("ratelimit-limit")).toBe("3");
    expect(refused.headers.get("ratelimit-remaining")).toBe("0");
    expect(Number(refused.headers.get("ratelimit-reset"))).toBeGreaterThan(2_900);
    expect(await refused.json()).toEqual({
      error: { code: "rate_limited", message: expect.any(String), retryAfter: expect.any(Number) },
    });
    expect((await changes(server, "bob")).status).toBe(200);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('syncline_rate_limited_total{kind="user"} 1');
  });

  test("a push costs as many units as it has mutations, and is refused whole", async () => {
    await using server = await startTestServer({ server: { rateLimits: { user: still(10) } } });
    const send = (mutations: number, clientId: string) =>
      server.call("alice", "/v1/todo/~/sync", {
        method: "POST",
        body: JSON.stringify(push(mutations, clientId)),
      });
    expect((await send(8, "c1")).headers.get("ratelimit-remaining")).toBe("2");
    expect((await send(3, "c2")).status).toBe(429);
    expect(
      await server.store.client("todo/~alice", { userId: "alice", clientId: "c2" }),
    ).toBeUndefined();
    expect((await send(2, "c2")).status).toBe(200);
  });

  test("an address is counted before anybody is known, as its proxy says only where that is trusted", async () => {
    await using server = await startTestServer({
      server: { rateLimits: { address: still(2) }, trustProxy: ["127.0.0.1"] },
    });
    const from = (address: string) =>
      fetch(`${server.url}/v1/todo/~/changes`, { headers: { "x-forwarded-for": address } });
    expect((await from("203.0.113.7")).status).toBe(401);
    expect((await from("203.0.113.7")).status).toBe(401);
    expect((await from("203.0.113.7")).status).toBe(429);
    expect((await from("203.0.113.8")).status).toBe(401);
    // One subscriber of IPv6 has a whole /64.
    expect((await from("2001:db8:1:2::1")).status).toBe(401);
    expect((await from("2001:db8:1:2:ffff::2")).status).toBe(401);
    expect((await from("2001:db8:1:2::3")).status).toBe(429);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  test("messages of a socket count like requests, and opening one counts for its address", async () => {
    await using server = await startTestServer({
      server: { rateLimits: { user: still(4), address: still(1) } },
    });
    await using socket = await openRawSocket(server, "alice");
    socket.say({ type: "subscribe", space: "todo/~", cursor: null, clientId: "c1" });
    await socket.next("changes");
    socket.say({ type: "push", ref: 7, space: "todo/~", ...push(4) });
    expect(await socket.next("error")).toMatchObject({
      ref: 7,
      error: { code: "rate_limited", retryAfter: expect.any(Number) },
    });
    socket.say({ type: "push", ref: 8, space: "todo/~", ...push(3) });
    expect(await socket.next("pushed")).toMatchObject({ ref: 8 });
    await expect(openRawSocket(server, "alice")).rejects.toThrow();
  });

  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0:1::1", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["nonsense", "nonsense"],
  ])("%s is counted as %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe("rate limits of two nodes on one Redis", () => {
  let redis: TestProcess;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.stop());

  test("a burst over both gets no more than one node would give (D07); without Redis each gives its own, and says so", async () => {
    const lines: string[] = [];
    const options = {
      rateLimits: { user: still(20) },
      rateLimitsUrl: redis.url,
      auth: { secret: SECRET },
      logLevel: "warn",
      logSink: { write: (line: string) => void lines.push(line) },
    };
    await using a = await startTestServer({ server: options });
    await using b = await startTestServer({ server: options });
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => changes(i % 2 === 0 ? a : b, "alice")),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    await redis.kill();
    await expect
      .poll(async () => await (await fetch(`${a.url}/metrics`)).text())
      .toContain("syncline_rate_limits_alone 1");
    expect((await changes(a, "alice")).status).toBe(200);
    expect((await changes(a, "alice")).status).toBe(200);
    const said = lines.filter((line) => line.includes("Redis is away"));
    expect(said).toHaveLength(2); // one of each node
    expect(said.join("")).not.toContain("redis://");
    await redis.start();
    await expect
      .poll(
        async () => {
          await changes(a, "bob");
          return await (await fetch(`${a.url}/metrics`)).text();
        },
        { timeout: 15_000 },
      )
      .toContain("syncline_rate_limits_alone 0");
  });
});

test("[G11] while the event loop lags, work is refused with 503 and Retry-After; health and the site still answer", async () => {
  const site = await mkdtemp(join(tmpdir(), "syncline-lag-"));
  onTestFinished(() => rm(site, { recursive: true, force: true }));
  await writeFile(join(site, "index.html"), "<title>App</title>");
  await using server = await startTestServer({ server: { httpLimits: { lagMs: 40 }, site } });
  expect((await changes(server, "alice")).status).toBe(200);
  const token = await server.token("alice");
  const headers = { authorization: `Bearer ${token}` };
  let refused: Response | undefined;
  const end = performance.now() + 20_000;
  while (refused === undefined && performance.now() < end) {
    const answers = Array.from({ length: 4 }, () =>
      fetch(`${server.url}/v1/todo/~/changes`, { headers }),
    );
    stall(200);
    for (const answer of await Promise.all(answers))
      if (answer.status === 503) refused ??= answer;
      else await answer.arrayBuffer();
  }
  expect(refused?.headers.get("retry-after")).toBe("2");
  expect(await refused?.json()).toMatchObject({ error: { code: "unavailable" } });
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  // Nobody asks again for a part that a page lacks: it would stay blank.
  expect((await fetch(server.url)).status).toBe(200);
  expect((await fetch(`${server.url}/nothing.js`)).status).toBe(404);
  await expect
    .poll(async () => (await fetch(`${server.url}/v1/todo/~/changes`, { headers })).status, {
      timeout: 20_000,
    })
    .toBe(200);
});

test("a stall of the process, as its own other work makes it, refuses nobody", async () => {
  await using server = await startTestServer({ server: { httpLimits: { lagMs: 500 } } });
  for (let stalls = 0; stalls < 2; stalls++) {
    const waiting = ["alice", "bob", "carol"].map((user) => changes(server, user));
    stall(1_500);
    const answers = await Promise.all(waiting);
    // The sample that saw it.
    await wait(600);
    answers.push(await changes(server, "dave"));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  }
});
