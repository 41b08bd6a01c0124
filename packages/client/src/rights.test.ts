// What becomes of writes when a right is given or withdrawn: each is told, and reading goes on.

import { type AppDefinition, defineApp } from "@syncline/server";
import { describe, expect, it } from "vitest";
import { collection, type InboxEntry, SynclineError } from "./index.ts";
import { openMemoryStore } from "./store/memory.ts";
import { createWorld, type World } from "./testing/index.ts";

const COLLECTIONS = {
  todos: collection<{ title: string }>(),
  notes: collection<{ text: string }>({ policy: "versioned" }),
};

/** Alice owns the team's space; Bob has two devices in it. */
async function team(seed: string, live = true): Promise<World<typeof COLLECTIONS>> {
  return await createWorld({
    seed,
    clients: 3,
    userOf: (device) => (device === 0 ? "alice" : "bob"),
    space: "team",
    collections: COLLECTIONS,
    pollMs: 5_000,
    live,
  });
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => "kept",
    (error: SynclineError) => error.code,
  );
const codes = (entries: readonly InboxEntry[]) => entries.map(({ error }) => error.code);

describe.each([{ live: true }, { live: false }])("a right that changes, %j", ({ live }) => {
  it("[G9] who became a reader while offline is told of each write, and reads on", async () => {
    const world = await team("demoted", live);
    const [alice, bob] = world.clients;
    if (alice === undefined || bob === undefined) return;
    await world.advance(2_000);
    world.partition(1);
    const { todos, notes } = bob.client.collections;
    const { id, local, synced } = notes.insert({ text: "a" });
    await local;
    const writes = [
      synced,
      notes.update(id, { text: "b" }).synced,
      todos.insert({ title: "c" }).synced,
    ];
    await world.advance(1_000);
    await world.server.setRole("bob", "reader");
    await alice.client.collections.todos.insert({ id: "new", title: "from alice" }).local;
    await world.heal();
    await world.converged();
    expect(await Promise.all(writes.map(outcome))).toEqual(["forbidden", "forbidden", "forbidden"]);
    expect(codes(bob.client.inbox.getSnapshot())).toEqual(["forbidden", "forbidden", "forbidden"]);
    expect(await todos.query()).toMatchObject([{ id: "new" }]);
    expect(bob.client.status.getSnapshot()).toMatchObject({
      pending: 0,
      rejected: 3,
      reason: null,
    });
    // It may write again: what waits in the inbox can be sent.
    await world.server.setRole("bob", "writer");
    const [, , last] = bob.client.inbox.getSnapshot();
    const again = await bob.client.inbox.retry(last?.id ?? 0);
    await world.converged();
    expect(await outcome(again.synced)).toBe("kept");
  });

  it("[G9] who was removed is told of each write, and of the next ones", async () => {
    const world = await team("removed", live);
    const [alice, bob] = world.clients;
    if (alice === undefined || bob === undefined) return;
    await world.advance(2_000);
    world.partition(1);
    const before = bob.client.collections.todos.insert({ title: "a" });
    await before.local;
    await world.server.setRole("bob", null);
    await world.heal();
    await world.advance(20_000);
    expect(await outcome(before.synced)).toBe("forbidden");
    expect(bob.client.status.getSnapshot()).toMatchObject({
      phase: "blocked",
      pending: 0,
      rejected: 1,
      reason: { code: "forbidden" },
    });
    const after = bob.client.collections.todos.insert({ title: "b" });
    await world.advance(600_000);
    expect(await outcome(after.synced)).toBe("forbidden");
    await world.server.setRole("bob", "writer");
    await world.advance(600_000);
    await world.converged();
    expect(bob.client.status.getSnapshot()).toMatchObject({ pending: 0, rejected: 2 });
  });

  it("who was never let in keeps what was written, and sends it when invited", async () => {
    const world = await team("invited", live);
    const [, bob] = world.clients;
    if (bob === undefined) return;
    await world.server.setRole("bob", null);
    await bob.reopen(await openMemoryStore());
    const write = bob.client.collections.todos.insert({ title: "a" });
    await world.advance(20_000);
    expect(bob.client.status.getSnapshot()).toMatchObject({ pending: 1, rejected: 0 });
    await world.server.setRole("bob", "writer");
    await world.converged();
    expect(await outcome(write.synced)).toBe("kept");
  });
});

it.each([{ removed: false }, { removed: true }])(
  "[G9] who is refused is let in as soon as he is a member, %j",
  async ({ removed }) => {
    const world = await team("news");
    const [, bob] = world.clients;
    if (bob === undefined) return;
    await world.advance(2_000);
    await world.server.setRole("bob", null);
    if (!removed) await bob.reopen(await openMemoryStore());
    // Long enough that it asks by itself only every few minutes.
    await world.advance(1_800_000);
    expect(bob.client.status.getSnapshot()).toMatchObject({ phase: "blocked" });
    await world.server.setRole("bob", "reader");
    await world.advance(2_000);
    expect(bob.client.status.getSnapshot()).toMatchObject({ phase: "live", loaded: true });
    await world.server.setRole("bob", null);
    await world.advance(5_000);
    expect(bob.client.status.getSnapshot()).toMatchObject({ phase: "blocked" });
    await world.server.setRole("bob", "writer");
    await world.advance(2_000);
    expect(bob.client.status.getSnapshot()).toMatchObject({ phase: "live" });
  },
);

/** The same team, in an app that the server knows. */
async function knownTeam(seed: string, hooks: Partial<AppDefinition> = {}) {
  const app = (more: Partial<AppDefinition>) =>
    defineApp({
      name: "world",
      createSpaces: "anyone",
      collections: { todos: {}, notes: { policy: "versioned" } },
      ...more,
    });
  const world = await createWorld({
    seed,
    clients: 2,
    userOf: (device) => (device === 0 ? "alice" : "bob"),
    space: "team",
    collections: COLLECTIONS,
    pollMs: 5_000,
    schemaVersionOf: () => 1,
    server: { apps: [app(hooks)] },
  });
  const [alice, bob] = world.clients;
  if (alice === undefined || bob === undefined) throw new Error("Two devices are there.");
  return { world, alice, bob, app };
}

it.each(["quota_exceeded", "payment_required"] as const)(
  "[G9] a plan that is used up refuses writes one by one, and reading goes on: %s",
  async (code) => {
    let isUsedUp = false;
    const { world, alice, bob } = await knownTeam(code, {
      authorize: ({ userId }, _space, access) =>
        access === "read" ||
        userId === "alice" ||
        !isUsedUp ||
        new SynclineError(code, "The plan of this team is used up."),
    });
    await world.advance(2_000);
    world.partition(1);
    const refused = ["a", "b"].map((title) => bob.client.collections.todos.insert({ title }));
    await Promise.all(refused.map(({ local }) => local));
    isUsedUp = true;
    await alice.client.collections.todos.insert({ id: "new", title: "from alice" }).local;
    await world.heal();
    await world.converged();
    expect(await Promise.all(refused.map(({ synced }) => outcome(synced)))).toEqual([code, code]);
    expect(codes(bob.client.inbox.getSnapshot())).toEqual([code, code]);
    expect(await bob.client.collections.todos.query()).toMatchObject([{ id: "new" }]);
    expect(bob.client.status.getSnapshot()).toMatchObject({ pending: 0, reason: null });
    // It was paid for: what waits in the inbox can be sent, and so can new writes.
    isUsedUp = false;
    const [first] = bob.client.inbox.getSnapshot();
    const again = await bob.client.inbox.retry(first?.id ?? 0);
    const next = bob.client.collections.todos.insert({ title: "c" });
    await world.converged();
    expect(await Promise.all([again, next].map(({ synced }) => outcome(synced)))).toEqual([
      "kept",
      "kept",
    ]);
  },
);

it("[G9] a version that is too old sends what it wrote, each decided by itself, before it is asked to update", async () => {
  const { world, bob, app } = await knownTeam("version");
  await world.advance(2_000);
  world.partition(1);
  const { todos } = bob.client.collections;
  const writes = ["short", "a title that is too long", "last"].map((title) =>
    todos.insert({ title }),
  );
  await Promise.all(writes.map(({ local }) => local));
  await world.server.deploy([
    app({
      version: 2,
      minimumVersion: 2,
      validate: ({ fields }) =>
        String(fields["title"]).length < 10 ? undefined : "A title has less than ten characters.",
    }),
  ]);
  await world.heal();
  await world.advance(60_000);
  expect(await Promise.all(writes.map(({ synced }) => outcome(synced)))).toEqual([
    "kept",
    "schema",
    "kept",
  ]);
  expect(bob.client.status.getSnapshot()).toMatchObject({
    phase: "incompatible",
    pending: 0,
    rejected: 1,
  });
});
