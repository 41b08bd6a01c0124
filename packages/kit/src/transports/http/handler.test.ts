// What a handler refuses before it parses it, and what it says of itself.

import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import type { EventStore } from "../../ports.ts";
import { createMemoryStore } from "../../stores/memory.ts";
import { idsOf, makeEvent } from "../../testing/events.ts";
import { createEnvelopeHandler, createSyncHandler, type SyncHandler } from "./index.ts";

const nested = (levels: number, inside = "7") =>
  `${"[".repeat(levels)}${inside}${"]".repeat(levels)}`;
const record = (id: string, data: string) =>
  `{"event":{"id":"${id}","type":"T","aggregate_id":"a","data":${data},"metadata":null},"version":"0"}`;
const post = (path: string, body: string | Uint8Array<ArrayBuffer>, encoding?: string) =>
  new Request(`http://peer${path}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      ...(encoding === undefined ? {} : { "content-encoding": encoding }),
    },
  });

async function asked(handler: (request: Request) => Promise<Response>, request: Request) {
  const answer = await handler(request);
  return { status: answer.status, text: await answer.text() };
}

it("refuses a body that is nested without end by name, before it is parsed", async () => {
  const store = createMemoryStore();
  const handler = createSyncHandler({ store });
  const refused = {
    status: 413,
    text: '{"error":"request body nested too deep: maximum depth is 1000 levels"}',
  };
  // The long number is what makes the reader look at every value.
  const bottomless = nested(1_000_000, "12345678901234567890");
  const body = `[${record("a", "1")},${record("b", bottomless)}]`;
  expect(await asked(handler, post("/push", body))).toEqual(refused);
  expect(await asked(handler, post("/push", new Uint8Array(gzipSync(body)), "gzip"))).toEqual(
    refused,
  );
  expect(await asked(handler, post("/pull-cursor", `{"since":${nested(2_000)}}`))).toEqual(refused);
  expect(await asked(handler, post("/push", "[".repeat(5_000)))).toEqual(refused);
  const envelope = createEnvelopeHandler({ store });
  expect(await asked(envelope, post("/pull", `{"since":${nested(2_000)}}`))).toMatchObject({
    status: 413,
  });
  expect(await idsOf(store)).toEqual([]);
});

it("lets through brackets that are text, and refuses an event that is too deep alone", async () => {
  const store = createMemoryStore();
  const handler = createSyncHandler({ store });
  const text = JSON.stringify('\\"['.repeat(5_000));
  const wide = `[${"[],".repeat(5_000)}1]`;
  const body = `[${record("text", text)},${record("wide", wide)},${record("deep", nested(300))},${record("last", nested(120))}]`;
  expect(await asked(handler, post("/push", body))).toMatchObject({ status: 422 });
  expect(await idsOf(store)).toEqual(["text", "wide", "last"]);
});

it("counts what it did", async () => {
  const store = createMemoryStore();
  const failing = { ...store, latestVersion: () => Promise.reject(new Error("gone")) };
  const began = new Date("2026-02-03T04:05:06Z");
  const environment = {
    now: () => began.getTime(),
    random: () => 0,
    setTimer: () => () => undefined,
  };
  const handler = createSyncHandler({
    store: failing,
    environment,
    admit: ({ headers }) =>
      headers.has("x-stranger") ? new Response("no", { status: 401 }) : undefined,
  });
  await handler(post("/push", `[${record("a", "1")},${record("b", "2")}]`));
  await handler(post("/sync/push", `[${record("a", '"other"')}]`));
  await handler(new Request("http://peer/pull"));
  await handler(new Request("http://peer/pull", { headers: { "x-stranger": "1" } }));
  await handler(new Request("http://peer/nowhere"));
  await handler(new Request("http://peer/latest-version"));
  expect(handler.stats()).toEqual({
    startedAt: began,
    requests: { "/push": 2, "/pull": 2, "/latest-version": 1, other: 1 },
    ...{ received: 3, rejected: 1, sent: 2, refused: 2, failed: 1 },
  });
});

it("says whether its store answers", async () => {
  const store = createMemoryStore();
  await store.store(makeEvent("a"));
  const over = (own: EventStore): SyncHandler => createSyncHandler({ store: own });
  expect(await over(store).health()).toEqual({
    ...{ status: "up", version: "1", durationMs: expect.any(Number) },
  });
  const stuck = { ...store, latestVersion: () => new Promise<never>(() => undefined) };
  expect(await over(stuck).health({ timeoutMs: 5 })).toMatchObject({
    ...{ status: "down", error: { code: "unavailable" } },
  });
  await store.close();
  expect(await over(store).health()).toMatchObject({ status: "down", error: { code: "closed" } });
});
