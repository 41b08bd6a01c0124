// What rarely happens to a client: mutations nobody takes, databases that were copied, clocks and servers that are wrong.

import { isSynclineError, type Mutation, SynclineError } from "@syncline/core";
import { expect, it } from "vitest";
import { type ClientEvent, collection, openClient, openMemoryStore } from "./index.ts";
import { createWorld } from "./testing/index.ts";
import type { Transport } from "./transport/port.ts";

const COLLECTIONS = {
  todos: collection<{ title: string; done?: boolean }>(),
  stock: collection<{ count: number }>({ policy: "counter" }),
};

/** A transport that sees each push before the network does. */
function watching(onPush: (mutations: readonly Mutation[]) => void) {
  return (transport: Transport): Transport => ({
    ...transport,
    async sync(space, request, options) {
      // The same, as the protocol's schema has it.
      onPush(request.mutations as readonly Mutation[]);
      return await transport.sync(space, request, options);
    },
  });
}

async function worldOfOne(options: {
  readonly onPush?: (mutations: readonly Mutation[]) => void;
  readonly wrap?: (transport: Transport) => Transport;
  readonly events?: ClientEvent[];
}) {
  const world = await createWorld({
    seed: "edges",
    clients: 1,
    collections: COLLECTIONS,
    wrapTransport: options.wrap ?? watching(options.onPush ?? (() => undefined)),
    onEvent: (_, event) => void options.events?.push(event),
  });
  const [device] = world.clients;
  if (device === undefined) throw new Error("one device was asked for");
  return { ...world, device };
}

it("parks a mutation that is too large even alone, and sends what is behind it", async () => {
  const { device, partition, heal, converged } = await worldOfOne({
    onPush(mutations) {
      if (JSON.stringify(mutations).includes("poison")) throw new SynclineError("too_large");
    },
  });
  partition();
  const { todos } = device.client.collections;
  todos.insert({ id: "before", title: "before" });
  const poison = todos.insert({ id: "poison", title: "poison" });
  await todos.insert({ id: "behind", title: "behind" }).local;
  await heal();
  await converged();
  await expect(poison.synced).rejects.toMatchObject({ code: "too_large" });
  expect(device.client.inbox.getSnapshot()).toMatchObject([
    { reason: "rejected", error: { code: "too_large" }, mutation: { changes: [{ id: "poison" }] } },
  ]);
  expect((await todos.query()).map(({ id }) => id)).toEqual(["before", "behind"]);
});

it("[G3] sends the batch of a copied database one by one: what was taken already is not taken twice", async () => {
  const pushes: number[] = [];
  const { device, partition, heal, converged, server } = await worldOfOne({
    onPush: (mutations) => void pushes.push(mutations.length),
  });
  const stock = () => device.client.collections.stock;
  await stock().insert({ id: "s", count: 0 }).local;
  await converged();
  partition();
  await stock().update("s", { count: 1 }).local;
  // A backup that knows of this step, before it was sent.
  const copy = (device.store as Awaited<ReturnType<typeof openMemoryStore>>).copy();
  await heal();
  await converged();
  await stock().update("s", { count: 10 }).local;
  await converged();
  partition();
  await device.reopen(copy);
  await stock().update("s", { count: 100 }).local;
  pushes.length = 0;
  await heal();
  await converged();
  expect(pushes.slice(0, 3)).toEqual([2, 1, 1]);
  const key = { collection: "stock", id: "s" };
  expect((await server.store().record(server.space, key))?.fields).toEqual({ count: 111 });
  expect(await stock().get("s")).toEqual({ id: "s", count: 111 });
});

it("never shows an own write again that an own later one has replaced, whatever its time became", async () => {
  let pushed = 0;
  const { device, advance, converged, server } = await worldOfOne({
    onPush(mutations) {
      pushed += mutations.length;
    },
  });
  await converged();
  // The device's clock is a day behind all of a sudden: its first write is given a time of tomorrow.
  server.skew(86_400_000);
  const { todos } = device.client.collections;
  await todos.insert({ id: "t", title: "one" }).local;
  const live = todos.live();
  const shown: (string | undefined)[] = [];
  live.subscribe(() => shown.push(live.getSnapshot().rows[0]?.title));
  while (pushed === 0) await advance(1);
  await todos.update("t", { title: "two" }).local;
  await converged();
  expect(shown).toEqual(["one", "two"]);
});

it("lets a transaction read the client's collections while it is filled", async () => {
  const { device } = await worldOfOne({});
  const { todos } = device.client.collections;
  await todos.insert({ id: "a", title: "a" }).local;
  await device.client.transaction(async (tx) => {
    const rows = await todos.query();
    tx.todos.insert({ id: "b", title: `${rows.length} before` });
    expect(await todos.get("b")).toBeUndefined();
    expect(await tx.todos.get("b")).toMatchObject({ title: "1 before" });
    await todos.insert({ id: "c", title: "beside" }).local;
  }).local;
  expect((await todos.query()).map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

it.each(["push", "export"] as const)(
  "at sign-out, %s covers spaces that were not opened",
  async (unsynced) => {
    const { device, partition, heal, converged, advance, server } = await worldOfOne({});
    await converged();
    partition();
    const team = await device.client.space("team");
    await team.collections.todos.insert({ id: "t", title: "of the team" }).local;
    await device.reopen();
    if (unsynced === "push") await heal();
    const leaving = device.client.signOut({ unsynced });
    await advance(30_000);
    const { unsynced: left } = await leaving;
    const key = { collection: "todos", id: "t" };
    const stored = await server.store().record(server.space.replace(/\/.*/, "/team"), key);
    if (unsynced === "push") expect([left, stored?.fields]).toEqual([[], { title: "of the team" }]);
    else {
      expect(stored).toBeUndefined();
      expect(left).toMatchObject([
        { space: "team", entry: { mutation: { changes: [{ id: "t" }] } } },
      ]);
    }
  },
);

it("goes on when the server gives something for a time that is none, and says so", async () => {
  const events: ClientEvent[] = [];
  let wrong = true;
  const { device, converged } = await worldOfOne({
    events,
    wrap: (transport) => ({
      ...transport,
      async sync(space, request, options) {
        const answer = await transport.sync(space, request, options);
        return wrong ? { ...answer, now: "yesterday" } : answer;
      },
    }),
  });
  await converged();
  await device.client.collections.todos.insert({ id: "t", title: "x" }).local;
  await converged();
  expect(events).toContainEqual(expect.objectContaining({ what: "a time of the server" }));
  wrong = false;
  await device.client.collections.todos.update("t", { done: true }).local;
  await converged();
});

it("refuses to open with a merge policy that is none", async () => {
  const store = await openMemoryStore();
  const opening = openClient({
    app: "todo",
    store,
    url: "http://127.0.0.1:1",
    token: async () => "",
    autoSync: false,
    collections: { todos: { policy: "typo" as "lww" } },
  });
  await expect(opening).rejects.toSatisfy((error) => isSynclineError(error, "config"));
});
