import { parseSpace, SynclineError } from "@syncline/core";
import { describe, expect, test } from "vitest";
import { defineApp } from "../apps/define-app.ts";
import type { Role, Store } from "../store/port.ts";
import { createRawClient } from "../testing/raw-client.ts";
import { createTestEngine, type TestEngine } from "../testing/test-engine.ts";

const SPACE = "todo/team";
const app = defineApp({ name: "todo", collections: { todos: {} } });

async function teamOf(roles: { readonly [user: string]: Role }, world: TestEngine) {
  const admitted = await world.engine.admit(
    { userId: "root", operator: true },
    parseSpace(SPACE),
    "write",
  );
  for (const [user, role] of Object.entries(roles)) await world.store.setRole(SPACE, user, role);
  return admitted;
}

function deviceOf(world: TestEngine, userId: string, clientId = `${userId}-phone`) {
  return createRawClient(world, { userId, clientId, space: SPACE });
}

const forbidden = { status: "rejected", error: { code: "forbidden" } };

describe("reading needs the right to read, each mutation the right to write", () => {
  test("[G9] a member who became a reader is told of each mutation, and reads on", async () => {
    const world = createTestEngine({ apps: [app] });
    await teamOf({ alice: "owner", bob: "writer" }, world);
    const alice = deviceOf(world, "alice");
    const bob = deviceOf(world, "bob");
    expect(await bob.push(bob.change("put", "todos", "b1", {}))).toMatchObject({ id: 1 });
    await alice.push(alice.change("put", "todos", "a1", { n: 1 }));
    await world.store.setRole(SPACE, "bob", "reader");
    const answer = await bob.sync([
      bob.mutation(bob.change("put", "todos", "b2", {})),
      bob.mutation(bob.change("put", "todos", "b3", {})),
    ]);
    expect(answer.results).toMatchObject([
      { id: 2, ...forbidden },
      { id: 3, ...forbidden },
    ]);
    expect(answer.changes.map(({ id }) => id)).toEqual(["a1"]);
    // They were answered: the next one follows them, and a repetition gets the same answer.
    expect(answer.lastMutation).toBe(3);
    await world.store.setRole(SPACE, "bob", "writer");
    expect(await bob.push(bob.change("put", "todos", "b4", {}))).toMatchObject({
      id: 4,
      status: "applied",
    });
  });

  test("[G3] a refusal is repeated as it was, whatever the right is by now", async () => {
    const world = createTestEngine({ apps: [app] });
    await teamOf({ alice: "owner", bob: "reader" }, world);
    const bob = deviceOf(world, "bob");
    const mutation = bob.mutation(bob.change("put", "todos", "b1", {}));
    const cursor = bob.cursor;
    expect((await bob.sync([mutation])).results).toMatchObject([forbidden]);
    await world.store.setRole(SPACE, "bob", "writer");
    expect((await bob.sync([mutation], { cursor })).results).toMatchObject([
      { id: 1, status: "duplicate", result: forbidden },
    ]);
    expect(await world.store.record(SPACE, { collection: "todos", id: "b1" })).toBeUndefined();
  });

  test("a key for reading only reads, and its writes are refused one by one", async () => {
    const world = createTestEngine({ apps: [app] });
    await teamOf({ alice: "owner" }, world);
    const alice = deviceOf(world, "alice");
    await alice.push(alice.change("put", "todos", "a1", {}));
    const device = deviceOf(world, "alice", "reader-key");
    const principal = { userId: "alice", scopes: ["read:todo"] };
    const request = device.request([device.mutation(device.change("put", "todos", "a2", {}))]);
    const { results, delta } = await world.engine.sync(principal, device.address, request);
    expect(results).toMatchObject([{ id: 1, ...forbidden }]);
    expect(delta.count).toBe(1);
  });

  test.each(["quota_exceeded", "payment_required", "forbidden"] as const)(
    "the app's own reason %s refuses a mutation, not the reading",
    async (code) => {
      const refusing = defineApp({
        ...app,
        authorize: (_principal, _space, access) =>
          access === "read" || new SynclineError(code, "The plan of this team is used up."),
      });
      const world = createTestEngine({ apps: [refusing] });
      await teamOf({ bob: "writer" }, world);
      const bob = deviceOf(world, "bob");
      const answer = await bob.sync([bob.mutation(bob.change("put", "todos", "b1", {}))]);
      expect(answer.results).toMatchObject([
        {
          id: 1,
          status: "rejected",
          error: { code, message: "The plan of this team is used up." },
        },
      ]);
      await expect(world.engine.admit(bob.principal, bob.address, "write")).rejects.toMatchObject({
        code,
      });
    },
  );

  test("whoever may not read is refused as a whole, and nothing is noted of the client", async () => {
    const world = createTestEngine({ apps: [app] });
    await teamOf({ alice: "owner" }, world);
    const carol = deviceOf(world, "carol");
    await expect(carol.push(carol.change("put", "todos", "c1", {}))).rejects.toMatchObject({
      code: "forbidden",
      path: "space",
    });
    expect(
      await world.store.client(SPACE, { userId: "carol", clientId: carol.clientId }),
    ).toBeUndefined();
  });
});

describe("the right is asked for with the space locked", () => {
  /** A store in which a role changes after the caller was admitted and before its commit is decided. */
  function changing(store: Store, role: Role | null): Store {
    return {
      ...store,
      async commit(units) {
        if (units.some(({ client }) => client !== undefined))
          await store.setRole(SPACE, "bob", role);
        return await store.commit(units);
      },
    };
  }

  test("who became a reader in between writes nothing", async () => {
    const { store } = createTestEngine();
    const world = createTestEngine({ apps: [app], store: changing(store, "reader") });
    await teamOf({ alice: "owner", bob: "writer" }, world);
    const bob = deviceOf(world, "bob");
    expect(await bob.push(bob.change("put", "todos", "b1", {}))).toMatchObject(forbidden);
    expect(await store.record(SPACE, { collection: "todos", id: "b1" })).toBeUndefined();
  });

  test("who was removed in between is refused as a whole", async () => {
    const { store } = createTestEngine();
    const world = createTestEngine({ apps: [app], store: changing(store, null) });
    await teamOf({ alice: "owner", bob: "writer" }, world);
    const bob = deviceOf(world, "bob");
    await expect(bob.push(bob.change("put", "todos", "b1", {}))).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await store.client(SPACE, { userId: "bob", clientId: bob.clientId })).toBeUndefined();
  });

  test("a write without numbers is refused, too", async () => {
    const { store } = createTestEngine();
    const world = createTestEngine({ apps: [app], store: changing(store, "reader") });
    await teamOf({ alice: "owner", bob: "writer" }, world);
    const bob = deviceOf(world, "bob");
    const admitted = await world.engine.admit(bob.principal, bob.address, "write");
    const change = bob.change("put", "todos", "b1", {});
    await expect(
      world.engine.write(admitted, bob.principal, {
        clientId: "other",
        records: [change],
        changes: () => [change],
      }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });
});
