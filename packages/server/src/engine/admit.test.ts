import { isSynclineError, parseSpace, personalSpace } from "@syncline/core";
import { describe, expect, test } from "vitest";
import type { Access } from "../apps/app.ts";
import { defineApp } from "../apps/define-app.ts";
import type { Principal } from "../auth/principal.ts";
import { createMemoryStore } from "../store/memory.ts";
import { createRawClient } from "../testing/raw-client.ts";
import { createTestEngine, type TestEngine } from "../testing/test-engine.ts";

const closed = defineApp({ name: "todo", collections: { todos: {} } });
const open = defineApp({ name: "todo", collections: { todos: {} }, createSpaces: "anyone" });
const alice: Principal = { userId: "alice" };
const bob: Principal = { userId: "bob" };
const operator: Principal = { userId: "root", operator: true };

/** What every way into a space answers: the same refusal, or nothing. */
async function refusals(
  world: TestEngine,
  principal: Principal,
  space: string,
): Promise<unknown[]> {
  const { engine } = world;
  const address = parseSpace(space);
  const client = createRawClient(world, { userId: principal.userId, clientId: "c1", space });
  const change = client.change("put", "todos", "t1", { n: 1 });
  const request = client.request([client.mutation(change)]);
  const read = async () => {
    for await (const _ of engine.stream(principal, address, { cursor: null }, AbortSignal.any([])));
  };
  const ways: (() => Promise<unknown>)[] = [
    () => engine.sync(principal, address, request),
    () => engine.sync(principal, address, { ...request, mutations: [] }),
    () => engine.pull(principal, address, { cursor: null }),
    read,
    () => engine.explain(principal, address, { collection: "todos", id: "t1" }),
    () => engine.members(principal, address),
    () => engine.setMember(principal, address, { userId: "bob", role: "owner" }),
    () => engine.admit(principal, address, "read"),
    () => engine.admit(principal, address, "write"),
    () => engine.admit(principal, address, "manage"),
  ];
  const answers: unknown[] = [];
  for (const way of ways) {
    try {
      await way();
    } catch (thrown) {
      answers.push(
        isSynclineError(thrown) ? { status: thrown.status, ...thrown.toBody() } : thrown,
      );
    }
  }
  return answers;
}

describe("shared spaces", () => {
  test("are made by one user up to a number, and by others still", async () => {
    const { engine, store } = createTestEngine({ apps: [open], spacesPerUser: 2 });
    const make = (who: Principal, name: string) =>
      engine.admit(who, { app: "todo", name }, "write");
    await make(alice, "one");
    await make(alice, "two");
    await expect(make(alice, "three")).rejects.toMatchObject({
      code: "quota_exceeded",
      status: 403,
    });
    expect(await store.head("todo/three")).toBeUndefined();
    // Those that there are, and one's own, are not concerned.
    await make(alice, "one");
    await make(alice, "~");
    await make(bob, "three");
    await engine.setMember(alice, { app: "todo", name: "one" }, { userId: "bob", role: "owner" });
    await engine.setMember(bob, { app: "todo", name: "one" }, { userId: "alice", role: null });
    await make(alice, "four");
  });
});

describe("who may do what in which space", () => {
  test("who makes a space with two requests at once is let in by both", async () => {
    const store = createMemoryStore();
    const create = { epoch: "other", createdAtMs: 1, owner: "alice" };
    // The other request's commit lies between the two readings of this one.
    const between: typeof store = {
      ...store,
      async head(space) {
        await store.commit([{ space, create, records: [], decide: () => ({ result: null }) }]);
        return await store.head(space);
      },
    };
    const { engine } = createTestEngine({ apps: [open], store: between });
    const team = parseSpace("todo/team");
    expect(await engine.admit(alice, team, "write")).toMatchObject({ role: "owner" });
    await expect(engine.admit(bob, team, "read")).rejects.toMatchObject({ code: "forbidden" });
  });

  test("[G10] a foreign space and one that is not there are refused alike, whatever is asked", async () => {
    const world = createTestEngine({ apps: [closed] });
    const owner = createRawClient(world, { userId: "alice", clientId: "phone" });
    await owner.push(owner.change("put", "todos", "t1", { n: 1 }));
    await world.store.setRole("todo/team", "alice", "owner");
    await world.engine.admit(operator, parseSpace("todo/team"), "write");
    const answers = await Promise.all(
      ["todo/~alice", "todo/~carol", "todo/team", "todo/nowhere"].map((space) =>
        refusals(world, bob, space),
      ),
    );
    const forbidden = expect.objectContaining({ status: 403, code: "forbidden" });
    expect(answers[0]).toEqual(Array.from({ length: 10 }, () => forbidden));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await world.store.spaces({ after: "", limit: 10 })).map(({ space }) => space)).toEqual([
      "todo/~alice",
    ]);
  });

  test("[G10] ~ is the caller's own space, and nobody else's user id reaches it", async () => {
    const world = createTestEngine();
    const names = ["alice", "ali", "Alice", "~alice", "alice/x", "a=6Cice", "álice"];
    const spaces = await Promise.all(
      names.map(async (userId) => {
        const { space } = await world.engine.admit({ userId }, { app: "todo", name: "~" }, "write");
        return space;
      }),
    );
    expect(new Set(spaces).size).toBe(names.length);
    expect(spaces).toEqual(names.map((userId) => `todo/${personalSpace(userId)}`));
    const own = await world.engine.admit(alice, parseSpace("todo/~alice"), "manage");
    expect(own.role).toBe("owner");
  });

  test.each<[role: "reader" | "writer" | "owner", may: Access[]]>([
    ["reader", ["read"]],
    ["writer", ["read", "write"]],
    ["owner", ["read", "write", "manage"]],
  ])("[G10] a %s may %j", async (role, may) => {
    const world = createTestEngine({ apps: [closed] });
    await world.store.setRole("todo/team", "bob", role);
    const granted: Access[] = [];
    for (const access of ["read", "write", "manage"] as const) {
      await world.engine.admit(bob, parseSpace("todo/team"), access).then(
        () => granted.push(access),
        (error: unknown) => expect(error).toMatchObject({ code: "forbidden" }),
      );
    }
    expect(granted).toEqual(may);
  });

  test("[G10] a right that was withdrawn holds no longer, neither for the next call nor within a stream", async () => {
    const world = createTestEngine({ apps: [closed], limits: { pageRecords: 1 } });
    const owner = createRawClient(world, { userId: "alice", clientId: "phone" });
    for (const id of ["t1", "t2", "t3"]) await owner.push(owner.change("put", "todos", id, {}));
    const { engine } = world;
    await engine.setMember(alice, owner.address, { userId: "bob", role: "reader" });
    const address = parseSpace("todo/~alice");
    const lines: string[] = [];
    const reading = (async () => {
      const stream = engine.stream(bob, address, { cursor: null }, AbortSignal.any([]));
      for await (const piece of stream) {
        lines.push(piece);
        if (lines.length === 2)
          await engine.setMember(alice, owner.address, { userId: "bob", role: null });
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "forbidden" });
    expect(lines).toHaveLength(2);
    await expect(engine.pull(bob, address, { cursor: null })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  test("[G10] a stream ends when its reader's token does", async () => {
    const world = createTestEngine({ limits: { pageRecords: 1 } });
    const owner = createRawClient(world, { userId: "alice", clientId: "phone" });
    for (const id of ["t1", "t2"]) await owner.push(owner.change("put", "todos", id, {}));
    const principal = { userId: "alice", expiresAtMs: world.now() + 1_000 };
    const stream = world.engine.stream(
      principal,
      owner.address,
      { cursor: null },
      AbortSignal.any([]),
    );
    const reading = (async () => {
      for await (const _ of stream) world.advance(600);
    })();
    await expect(reading).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("where anyone may make spaces, the first to use one owns it and the others stay outside", async () => {
    const world = createTestEngine({ apps: [open] });
    const answers = await Promise.allSettled(
      [alice, bob].map((one) => world.engine.admit(one, parseSpace("todo/team"), "write")),
    );
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await world.engine.members(alice, parseSpace("todo/team"))).toEqual([
      { userId: "alice", role: "owner" },
    ]);
    await expect(world.engine.admit(bob, parseSpace("todo/~carol"), "read")).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  test("an app that is not served is not found; where apps are open every app is", async () => {
    const address = parseSpace("notes/~");
    await expect(
      createTestEngine({ apps: [closed] }).engine.admit(alice, address, "read"),
    ).rejects.toMatchObject({ code: "not_found", path: "app" });
    await createTestEngine().engine.admit(alice, address, "read");
  });

  test("the operator's tools may use every space, whatever the app says", async () => {
    const app = defineApp({ ...closed, authorize: () => false });
    const { engine } = createTestEngine({ apps: [app] });
    const { role } = await engine.admit(operator, parseSpace("todo/~alice"), "manage");
    expect(role).toBe("owner");
  });

  test.each([
    ["todo", "a/b", "space"],
    ["todo", "~al ice", "space"],
    ["todo", "__proto__", "space"],
    ["__proto__", "~", "space"],
    ["to do", "~", "space"],
    ["todo", "x".repeat(129), "space"],
    ["todo", "", "space"],
  ])("%s/%s is no address", async (app, name, path) => {
    const { engine } = createTestEngine();
    await expect(engine.pull(alice, { app, name }, { cursor: null })).rejects.toMatchObject({
      code: "invalid",
      path,
    });
  });
});

describe("the authorize hook", () => {
  test("[G10] takes rights away, and is told who wants what", async () => {
    const asked: unknown[] = [];
    const app = defineApp({
      ...open,
      authorize: (...question) => {
        asked.push(question);
        return question[2] === "read";
      },
    });
    const { engine } = createTestEngine({ apps: [app] });
    const address = parseSpace("todo/~");
    await engine.admit(alice, address, "read");
    await expect(engine.admit(alice, address, "write")).rejects.toMatchObject({
      code: "forbidden",
    });
    const resolved = { app: "todo", name: "~alice" };
    expect(asked).toEqual([
      [alice, resolved, "read", "owner"],
      [alice, resolved, "write", "owner"],
    ]);
  });

  test("[G10] cannot give a right, and a space that it refuses is not made", async () => {
    const yes = createTestEngine({ apps: [defineApp({ ...closed, authorize: () => true })] });
    await expect(yes.engine.admit(bob, parseSpace("todo/team"), "read")).rejects.toMatchObject({
      code: "forbidden",
    });
    const no = createTestEngine({ apps: [defineApp({ ...open, authorize: () => false })] });
    await expect(no.engine.admit(bob, parseSpace("todo/team"), "write")).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await no.store.head("todo/team")).toBeUndefined();
    expect(await no.store.members("todo/team")).toEqual([]);
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("database of the app is away");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("database of the app is away");
      },
    ],
    ["answers something else than true", () => "yes"],
    ["answers nothing", () => undefined],
  ])("[G10] means no when it %s", async (_what, authorize) => {
    const app = defineApp({ ...closed, authorize: authorize as () => boolean }); // it lies about its type
    const { engine } = createTestEngine({ apps: [app] });
    await expect(engine.admit(alice, parseSpace("todo/~"), "read")).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});

describe("members", () => {
  test("a shared space keeps an owner, even when two owners remove each other at once", async () => {
    const world = createTestEngine();
    const address = parseSpace("todo/team");
    await world.engine.admit(alice, address, "write");
    await expect(
      world.engine.setMember(alice, address, { userId: "alice", role: null }),
    ).rejects.toMatchObject({ code: "conflict" });
    await world.engine.setMember(alice, address, { userId: "bob", role: "owner" });
    const answers = await Promise.allSettled([
      world.engine.setMember(alice, address, { userId: "bob", role: null }),
      world.engine.setMember(bob, address, { userId: "alice", role: null }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(
      (await world.store.members("todo/team")).filter(({ role }) => role === "owner"),
    ).toHaveLength(1);
  });

  test.each(["", "x".repeat(129), "\ud800"])("%j is no user id", async (userId) => {
    const { engine } = createTestEngine();
    await expect(
      engine.setMember(alice, parseSpace("todo/~"), { userId, role: "reader" }),
    ).rejects.toMatchObject({ code: "invalid", path: "userId" });
  });
});
