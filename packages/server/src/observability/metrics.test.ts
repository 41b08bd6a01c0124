// Metrics: each is there from the start, and counts what it says.

import { afterAll, beforeAll, expect, test } from "vitest";
import { SYNC_REQUEST_EXAMPLE } from "../http/examples.ts";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** The value of one line of the metrics. */
async function readingOf(line: string): Promise<number | undefined> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const found = text.split("\n").find((one) => one.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}

test("are named in Prometheus' form", async () => {
  const answer = await fetch(`${server.url}/metrics`);
  expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const names = [...(await answer.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      "syncline_pushes_total",
      "syncline_mutations_total",
      "syncline_commit_seconds",
      "syncline_delta_records",
      "syncline_delta_bytes",
      "syncline_request_seconds",
      "syncline_connections",
      "nodejs_eventloop_lag_seconds",
      "process_resident_memory_bytes",
    ]),
  );
});

test("count pushes, mutations by status, deltas and requests by route", async () => {
  const sync = async (change: object, id: number, policies: object) => {
    const [mutation] = SYNC_REQUEST_EXAMPLE.mutations;
    const changes = [{ ...mutation?.changes[0], ...change }];
    const mutations = [{ id, seen: null, changes }];
    await server.call("alice", "/v1/todo/~/sync", {
      method: "POST",
      body: JSON.stringify({ ...SYNC_REQUEST_EXAMPLE, policies, mutations }),
    });
  };
  const policies = { notes: "versioned" };
  const note = { collection: "notes", id: "n1", baseVersion: 0 };
  await sync(note, 1, policies);
  await sync(note, 1, policies);
  await sync({ ...note, fields: { title: "again" } }, 2, policies);
  await sync({ fields: { constructor: 1 } }, 3, {});
  expect(await readingOf("syncline_pushes_total")).toBe(4);
  for (const status of ["applied", "duplicate", "conflict", "rejected"]) {
    expect([status, await readingOf(`syncline_mutations_total{status="${status}"}`)]).toEqual([
      status,
      1,
    ]);
  }
  expect(await readingOf("syncline_commit_seconds_count")).toBe(4);
  expect(await readingOf("syncline_delta_records_count")).toBe(4);
  expect(await readingOf("syncline_delta_records_sum")).toBe(4);
  expect(await readingOf("syncline_delta_bytes_sum")).toBeGreaterThan(400);
  const route = 'method="POST",route="/v1/:app/:space/sync",status="200"';
  expect(await readingOf(`syncline_request_seconds_count{${route}}`)).toBe(4);
  expect(await readingOf("syncline_connections")).toBeGreaterThan(0);
});

test("[G11] have as many series as there are routes, whatever addresses are asked for", async () => {
  for (let at = 0; at < 20; at++) {
    await fetch(`${server.url}/nothing-${at}`);
    await fetch(`${server.url}/v1/app-${at}/space-${at}/changes`);
  }
  const text = await (await fetch(`${server.url}/metrics`)).text();
  expect(text).not.toContain("nothing-");
  expect(text).not.toContain("app-1");
  expect(text.split("\n").filter((line) => line.includes('route="none"')).length).toBeLessThan(20);
});
