// Lists of spaces over sockets, on two nodes that share a store and a bus.

import { expect, test } from "vitest";
import { createMemoryBus } from "../bus/memory.ts";
import { createMemoryStore } from "../store/memory.ts";
import type { Store } from "../store/port.ts";
import { connect, push, put, serve } from "../testing/socket-fixture.ts";

/** A store that one of several servers may close. */
function shared(store: Store): Store {
  return { ...store, close: async () => {}, [Symbol.asyncDispose]: async () => {} };
}

async function twoNodes() {
  const [store, bus] = [createMemoryStore(), createMemoryBus()];
  const node = () =>
    serve({ store: shared(store), server: { bus: { ...bus, close: async () => {} } } });
  return [await node(), await node()] as const;
}

test("a list comes whole, and then what changes of it, whichever node it happens on", async () => {
  const [here, there] = await twoNodes();
  await push(there, "alice", "one", put("c", 1, "t1"));
  const bobs = await connect(here, "bob");
  bobs.say({ type: "spaces", app: "todo" });
  expect(await bobs.next("spaces")).toEqual({
    type: "spaces",
    app: "todo",
    whole: true,
    gone: [],
    spaces: [],
  });
  const member = (method: string, role?: string) =>
    there.call("alice", "/v1/todo/one/members/bob", {
      method,
      ...(role === undefined ? {} : { body: JSON.stringify({ role }) }),
    });
  await member("PUT", "reader");
  expect(await bobs.next("spaces")).toMatchObject({
    whole: false,
    gone: [],
    spaces: [{ name: "one", role: "reader", stamp: expect.any(Number) }],
  });
  await push(there, "alice", "one", put("c", 2, "t2"));
  const head = await here.store.head("todo/one");
  expect(await bobs.next("spaces")).toMatchObject({
    spaces: [{ name: "one", stamp: head?.stamp }],
  });
  await there.call("alice", "/v1/todo/one", { method: "PUT", body: '{"title":"First"}' });
  expect(await bobs.next("members")).toEqual({ type: "members", space: "todo/one" });
  expect(await bobs.next("spaces")).toMatchObject({ spaces: [{ name: "one", title: "First" }] });
  await member("DELETE");
  expect(await bobs.next("spaces")).toMatchObject({ whole: false, gone: ["one"], spaces: [] });
});

test("nobody is told of spaces of others", async () => {
  const [here] = await twoNodes();
  const eve = await connect(here, "eve");
  eve.say({ type: "spaces", app: "todo" });
  await eve.next("spaces");
  await push(here, "alice", "one", put("c", 1, "t1"));
  await here.call("alice", "/v1/todo/one/members/bob", {
    method: "PUT",
    body: '{"role":"reader"}',
  });
  // What she is told of her own comes after what she could have been told of that.
  await push(here, "eve", "hers", put("e", 1, "t1"));
  expect(await eve.next("spaces")).toMatchObject({ spaces: [{ name: "hers" }] });
  expect(eve.heard.filter(({ type }) => type === "members")).toEqual([]);
});

test("an app that is not served has no list, and lists are bounded", async () => {
  const server = await serve({ apps: [] });
  const socket = await connect(server, "alice");
  socket.say({ type: "spaces", app: "nothing" });
  expect(await socket.next("error")).toMatchObject({ error: { code: "not_found" } });
  const open = await connect(await serve(), "alice");
  for (let i = 0; i < 9; i++) open.say({ type: "spaces", app: `app${i}` });
  expect(await open.next("error")).toMatchObject({ error: { code: "rate_limited" } });
});
