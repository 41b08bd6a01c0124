// What the HTTP transport makes ready for the next push.

import { expect, it } from "vitest";
import { createMemoryStore } from "../../stores/memory.ts";
import { idsOf, makeEvent } from "../../testing/events.ts";
import { IntegerVersion } from "../../versions/integer.ts";
import { createHttpTransport } from "./client.ts";
import { createSyncHandler } from "./index.ts";

const list = (...ids: string[]) =>
  ids.map((id, i) => ({ event: makeEvent(id), version: new IntegerVersion(BigInt(i + 1)) }));

function world() {
  const server = createMemoryStore();
  const handler = createSyncHandler({ store: server });
  const bodies: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    bodies.push(await request.clone().text());
    return await handler(request);
  };
  const url = "http://peer";
  const transport = createHttpTransport({ url, fetch, compressAboveBytes: Infinity });
  return { server, transport, bodies };
}

it("is sent when it is pushed, once, and as it is without that", async () => {
  const { server, transport, bodies } = world();
  const events = list("a", "b");
  transport.prepare?.(events);
  expect(bodies).toEqual([]);
  await transport.push(events);
  await transport.push(events);
  expect(bodies).toHaveLength(2);
  expect(bodies[0]).toBe(bodies[1]);
  expect(await idsOf(server)).toEqual(["a", "b"]);
});

it("is forgotten when something else is pushed, or prepared", async () => {
  const { server, transport, bodies } = world();
  transport.prepare?.(list("never"));
  transport.prepare?.(list("nor this"));
  await transport.push(list("a"));
  await transport.push([]);
  expect(bodies).toHaveLength(1);
  expect(await idsOf(server)).toEqual(["a"]);
});

it("fails when it is pushed, where it cannot be written", async () => {
  const { server, transport, bodies } = world();
  const events = list("a", "\ud800");
  transport.prepare?.(events);
  await expect(transport.push(events)).rejects.toMatchObject({ code: "invalid", path: "id" });
  expect(bodies).toEqual([]);
  expect(await idsOf(server)).toEqual([]);
});
