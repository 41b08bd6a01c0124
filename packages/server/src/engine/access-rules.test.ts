// Access rules of a space: who may write and read what, and what happens when that changes.

import {
  type AccessRule,
  formatCursor,
  parseCursor,
  SynclineError,
  signCursor,
} from "@syncline/core";
import { describe, expect, test } from "vitest";
import { createRawClient, type RawClient } from "../testing/raw-client.ts";
import { createTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { parseReading } from "./reading.ts";

const SPACE = { app: "todo", name: "home" };
const owner = { userId: "olga" };

function rule(user: string, item: string, action: string, type: AccessRule["type"] = "allow") {
  return { rule: { user, item, action, type } };
}

async function home(users: readonly string[] = ["ana", "bob"], options = {}) {
  const world = createTestEngine(options);
  const client = (userId: string, clientId = `c-${userId}`) =>
    createRawClient(world, { userId, clientId, space: "todo/home" });
  const olga = client("olga");
  await olga.sync();
  for (const userId of users)
    await world.engine.setMember(owner, SPACE, { userId, role: "writer" });
  const allow = async (...rules: ReturnType<typeof rule>[]) => {
    world.advance(1_000);
    return await world.engine.addRules(owner, SPACE, rules);
  };
  return { world, client, olga, ana: client("ana"), bob: client("bob"), allow };
}

function put(client: RawClient, id: string, collection = "todos", fields = { title: id }) {
  return client.push(client.change("put", collection, id, fields));
}

const stampOf = (cursor: string) => parseCursor(cursor).stamp.toString(36);
const before = (cursor: string) => parseCursor(cursor).stamp - 3_000_000;

/** The cursor with another note, as anybody can write it. */
function forged(cursor: string, note: string): string {
  const { epoch, scope } = parseCursor(cursor);
  return signCursor(`1.${epoch}.${stampOf(cursor)}${note}.${scope}`);
}

const idsOf = (client: RawClient) => [...client.records.keys()].sort();

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "ok",
    (thrown: unknown) => (thrown instanceof SynclineError ? thrown.code : String(thrown)),
  );
}

describe("writing", () => {
  test("[AC2] is free until a space has a rule, and then only what a rule allows", async () => {
    const { ana, olga, allow } = await home();
    expect((await put(ana, "t1")).status).toBe("applied");
    await allow(rule("ana", "todos.*", "put"));
    expect((await put(ana, "t2")).status).toBe("applied");
    expect(await ana.push(ana.change("patch", "todos", "t2", { done: true }))).toEqual({
      id: 3,
      status: "rejected",
      error: {
        code: "forbidden",
        message: "The rules of this space do not let you do this.",
        path: "mutations.0.changes.0",
      },
    });
    expect((await put(ana, "n1", "notes")).status).toBe("rejected");
    expect((await put(olga, "n1", "notes")).status).toBe("applied");
  });

  test("[AC2] a mutation is refused whole when one of its changes is", async () => {
    const { ana, olga, allow } = await home();
    await allow(rule("ana", "todos.*", "*"));
    const result = await ana.push(
      ana.change("put", "todos", "t1", { title: "Milk" }),
      ana.change("put", "notes", "n1", { text: "no" }),
    );
    expect(result).toMatchObject({ status: "rejected", error: { path: "mutations.0.changes.1" } });
    await olga.catchUp();
    expect(idsOf(olga).filter((key) => !key.startsWith(".acl"))).toEqual([]);
  });

  test("[AC2] holds from the next push on, also for one that was decided before on another node", async () => {
    const { world, ana, allow } = await home();
    const other = createTestEngine({ store: world.store, idPrefix: "other" });
    await allow(rule("*", "todos.*", "*"));
    expect((await put(ana, "t1")).status).toBe("applied");
    // The other node has never seen a rule, and this one has them in memory when they change.
    await other.engine.addRules(owner, SPACE, [rule("ana", "todos.*", "*", "deny")]);
    expect((await put(ana, "t2")).status).toBe("rejected");
  });

  test("the server's own collections are not written to by a push, whoever sends it", async () => {
    const { olga, ana, allow } = await home();
    await allow(rule("*", "*", "*"));
    for (const client of [olga, ana]) {
      const result = await put(client, "r1", ".acl", { title: "r1" });
      expect(result).toMatchObject({ status: "rejected", error: { code: "forbidden" } });
    }
  });

  test("a conflict tells nothing of a record that its author may not read", async () => {
    const { world, olga, ana, allow } = await home();
    const policies = { policies: { notes: "versioned" } };
    await olga.sync(
      [olga.mutation(olga.change("put", "notes", "n1", { text: "secret" }))],
      policies,
    );
    await allow(rule("ana", "notes.*", "put"));
    const change = ana.change("put", "notes", "n1", { text: "guess" });
    const answer = await ana.sync([ana.mutation(change)], policies);
    expect(answer.results).toEqual([
      { id: 1, status: "conflict", conflicts: [{ collection: "notes", id: "n1", current: null }] },
    ]);
    expect(answer.changes).toEqual([]);
    expect(world.failures).toEqual([]);
  });
});

describe("adding rules", () => {
  test("is for owners, and for whom the rules let do it", async () => {
    const { world, allow } = await home();
    const ana = { userId: "ana" };
    const more = [rule("ana", "*", "*")];
    expect(await codeOf(world.engine.addRules(ana, SPACE, more))).toBe("forbidden");
    await allow(rule("ana", "*", "*", "deny"));
    expect(await codeOf(world.engine.addRules(ana, SPACE, more))).toBe("forbidden");
    expect(await codeOf(world.engine.rules(ana, SPACE))).toBe("forbidden");
    await allow(rule("ana", ".acl", "*"));
    const [added] = await world.engine.addRules(ana, SPACE, more);
    expect(added).toMatchObject({ by: "ana", rule: more[0]?.rule });
    expect((await world.engine.rules(ana, SPACE)).map(({ by }) => by)).toEqual([
      "olga",
      "olga",
      "ana",
    ]);
    expect(await codeOf(world.engine.addRules({ userId: "eve" }, SPACE, more))).toBe("forbidden");
  });

  test("is all or none, names the part that is wrong, and is repeatable by id", async () => {
    const { world } = await home();
    const { engine } = world;
    const add = (...rules: ({ id?: string } & ReturnType<typeof rule>)[]) =>
      engine.addRules(owner, SPACE, rules);
    await expect(add(rule("ana", "*", "*"), rule("ana", "a*b", "*"))).rejects.toMatchObject({
      code: "invalid",
      path: "rules.1.item",
    });
    await expect(add({ id: "no id", ...rule("ana", "*", "*") })).rejects.toMatchObject({
      path: "rules.0.id",
    });
    await expect(add()).rejects.toMatchObject({ code: "invalid", path: "rules" });
    expect(await engine.rules(owner, SPACE)).toEqual([]);
    const first = { id: "r1", ...rule("ana", "todos.*", "read") };
    expect(await add(first, { id: "r2", ...rule("bob", "*", "*") })).toHaveLength(2);
    expect(await add(first, { id: "r3", ...rule("bob", "*", "*") })).toMatchObject([{ id: "r3" }]);
    expect((await engine.rules(owner, SPACE)).map(({ id }) => id)).toEqual(["r1", "r2", "r3"]);
    expect(await world.store.check()).toEqual([]);
  });
});

describe("reading", () => {
  test("[AC3] gives what a rule lets the reader see, and no sum over the rest", async () => {
    const { ana, olga, allow } = await home();
    await put(olga, "t1");
    await put(olga, "n1", "notes");
    await allow(rule("ana", "todos.*", "read"));
    const answer = await ana.catchUp();
    expect(idsOf(ana)).toEqual(["todos/t1"]);
    expect(answer.digest).toBeUndefined();
    expect((await olga.catchUp()).digest).toBeDefined();
    await put(olga, "t2");
    await put(olga, "n2", "notes");
    expect((await ana.sync()).changes.map(({ id }) => id)).toEqual(["t2"]);
  });

  test("[AC4] who loses a right is told what to drop, who gains one is sent it, without reading anew", async () => {
    const { ana, bob, olga, allow } = await home();
    await put(olga, "t1");
    await put(olga, "n1", "notes");
    await ana.catchUp();
    await bob.catchUp();
    await allow(rule("ana", "todos.*", "read"), rule("bob", "notes.*", "read"));
    expect(await ana.catchUp()).toMatchObject({
      gone: [{ collection: "notes", id: "n1", gone: "revoked" }],
      changes: [],
    });
    await bob.catchUp();
    expect([idsOf(ana), idsOf(bob)]).toEqual([["todos/t1"], ["notes/n1"]]);
    await allow(rule("ana", "todos.*", "read", "deny"), rule("ana", "notes.n1", "read"));
    const changed = await ana.catchUp();
    expect(changed.gone).toMatchObject([{ id: "t1" }]);
    expect(changed.changes).toMatchObject([{ id: "n1", fields: { title: "n1" } }]);
    expect(await bob.sync()).toMatchObject({ gone: [], changes: [] });
  });

  test("[AC4] of what was written after the right was lost nothing is told, not even that it is there", async () => {
    const { ana, olga, allow } = await home();
    await put(olga, "t1");
    await ana.catchUp();
    await allow(rule("ana", "notes.*", "read"));
    await put(olga, "t2");
    await put(olga, "t1", "todos", { title: "changed" });
    const { gone, changes } = await ana.catchUp();
    expect(gone).toMatchObject([{ id: "t1" }]);
    expect(changes).toEqual([]);
  });

  test("[AC4] page by page, while rules and records change in between", async () => {
    const { ana, olga, allow } = await home([...["ana", "bob"]], { limits: { pageRecords: 2 } });
    for (let i = 0; i < 9; i++) await put(olga, `t${i}`);
    await allow(rule("ana", "todos.*", "read"));
    await ana.sync();
    await allow(rule("ana", "todos.t1", "read", "deny"), rule("ana", "notes.*", "read"));
    await put(olga, "n1", "notes");
    await ana.sync();
    await allow(rule("ana", "todos.t8", "read", "deny"));
    await put(olga, "t3", "todos", { title: "again" });
    await ana.catchUp();
    expect(idsOf(ana)).toEqual(["notes/n1", ...[0, 2, 3, 4, 5, 6, 7].map((i) => `todos/t${i}`)]);
    expect(ana.records.get("todos/t3")?.fields).toEqual({ title: "again" });
  });

  test("one request looks through so many hidden pages and no more, and the next goes on from there", async () => {
    const { ana, olga, allow } = await home(["ana"], { limits: { pageRecords: 1 } });
    for (let i = 0; i < 50; i++) await put(olga, `secret${i}`, "notes");
    await put(olga, "t1");
    await allow(rule("ana", "todos.*", "read"));
    const sizes: number[] = [];
    for (let more = true; more; ) {
      const answer = await ana.sync();
      sizes.push(answer.changes.length);
      more = answer.more;
    }
    expect(sizes.filter((size) => size === 0).length).toBeGreaterThanOrEqual(3);
    expect(sizes.length).toBeLessThan(10);
    expect(idsOf(ana)).toEqual(["todos/t1"]);
  });

  test("who becomes an owner, or is one no more, reads the space anew", async () => {
    const { world, ana, olga, allow } = await home();
    await put(olga, "t1");
    await put(olga, "n1", "notes");
    await allow(rule("ana", "todos.*", "read"));
    await ana.catchUp();
    await world.engine.setMember(owner, SPACE, { userId: "ana", role: "owner" });
    expect(await codeOf(ana.sync())).toBe("reset");
    ana.cursor = null;
    await ana.catchUp();
    expect(ana.records.has("notes/n1")).toBe(true);
    await world.engine.setMember(owner, SPACE, { userId: "ana", role: "writer" });
    expect(await codeOf(ana.sync())).toBe("reset");
    ana.cursor = null;
    await ana.catchUp();
    expect(idsOf(ana)).toEqual(["todos/t1"]);
  });

  test("the whole space as lines, without a word of what is hidden", async () => {
    const { world, olga, allow } = await home(["ana"], { limits: { pageRecords: 2 } });
    for (let i = 0; i < 5; i++) {
      await put(olga, `t${i}`);
      await put(olga, `secret${i}`, "notes");
    }
    await allow(rule("ana", "todos.*", "read"));
    let text = "";
    const never = new AbortController().signal;
    for await (const piece of world.engine.stream(
      { userId: "ana" },
      SPACE,
      { cursor: null },
      never,
    ))
      text += piece;
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { id?: string });
    expect(lines.slice(1, -1).map(({ id }) => id)).toEqual(["t0", "t1", "t2", "t3", "t4"]);
    expect(lines[0]).toMatchObject({ total: 1 });
    expect(lines.at(-1)).toMatchObject({ digest: {} });
    expect(text).not.toContain("secret");
  });

  test("explain is silent about what the reader may not read", async () => {
    const { world, olga, allow } = await home();
    await put(olga, "t1");
    await allow(rule("ana", "todos.t2", "read"));
    const ask = (id: string) =>
      world.engine.explain({ userId: "ana" }, SPACE, { collection: "todos", id });
    expect(await codeOf(ask("t1"))).toBe("forbidden");
    expect(await codeOf(ask("t2"))).toBe("ok");
  });

  test.each<[string, (given: string, other: string) => string]>([
    ["that saw all", (given) => formatCursor({ ...parseCursor(given), stamp: before(given) })],
    ["with every rule of once", (given) => forged(given, "!0")],
    ["in the middle of a walk", (given) => forged(given, `!0!${stampOf(given)}!0`)],
    ["of a first reading", (given) => forged(given, "~0")],
    ["with a seal of somebody else", (_given, other) => other],
    ["with a seal that was tried", (given) => forged(given, "!0~0000000000~0000000000")],
  ])("[AC3] a made-up cursor %s lists nothing that is hidden", async (_what, forge) => {
    const { world, ana, bob, olga, allow } = await home();
    for (const id of ["t1", "t2"]) await put(olga, id);
    await bob.catchUp();
    await allow(rule("ana", "notes.*", "read"), rule("bob", "*", "read"));
    await put(olga, "t3");
    await bob.catchUp();
    await ana.catchUp();
    const cursor = forge(ana.cursor ?? "", bob.cursor ?? "");
    const pull = world.engine.pull({ userId: "ana" }, SPACE, { cursor });
    expect(await codeOf(pull)).toBe("reset");
    expect(await codeOf(world.engine.pull({ userId: "ana" }, SPACE, { cursor: ana.cursor }))).toBe(
      "ok",
    );
  });

  test("[AC3] a first reading that takes its time tells nothing of what was hidden meanwhile, and takes back what was shown", async () => {
    const { ana, olga, world, allow } = await home(["ana"]);
    for (const id of ["t1", "t2", "t3"]) await put(olga, id);
    await allow(rule("ana", "todos.*", "read"), rule("ana", "late.*", "read"));
    const step = () => ana.sync([], { pull: { limit: 1 } });
    await step();
    await put(olga, "shown", "late");
    await allow(rule("ana", "late.*", "read", "deny"));
    await put(olga, "secret", "late");
    const gone: string[] = [];
    for (let more = true; more; ) {
      const answer = await step();
      gone.push(...answer.gone.map(({ id }) => id));
      ({ more } = answer);
    }
    expect(gone).not.toContain("secret");
    expect(idsOf(ana)).toEqual(["todos/t1", "todos/t2", "todos/t3"]);
    expect(world.failures).toEqual([]);
  });

  test("a cursor of a reader held back tells no other stamp than those it has passed", async () => {
    const { ana, olga, allow } = await home();
    await put(olga, "t1");
    await allow(rule("ana", "todos.*", "read"));
    const { cursor } = await ana.catchUp();
    const { stamp, rules, walk, began } = parseReading(cursor);
    expect({ rules, walk, began }).toEqual({ rules: stamp, walk: undefined, began: undefined });
  });
});

describe("apps", () => {
  const about = () => ({ item: "shelf", action: "fill" });
  const app = (rules: object) => ({
    apps: [{ name: "todo", collections: { todos: {} }, createSpaces: "anyone" as const, rules }],
  });

  test("may be guarded before the first rule, leave reading free, and say what a change is about", async () => {
    const { ana, olga, allow } = await home(["ana"], app({ always: true, reads: false, about }));
    expect((await put(ana, "t1")).status).toBe("rejected");
    await put(olga, "t2");
    await ana.catchUp();
    expect(idsOf(ana)).toEqual(["todos/t2"]);
    await allow(rule("ana", "shelf", "fill"));
    expect((await put(ana, "t3")).status).toBe("applied");
  });

  test("may be guarded in reading before the first rule", async () => {
    const { ana, olga, allow } = await home(["ana"], app({ always: true }));
    await put(olga, "t1");
    await ana.catchUp();
    expect(idsOf(ana)).toEqual([]);
    await allow(rule("ana", "*", "read"));
    await ana.catchUp();
    expect(idsOf(ana).filter((key) => key.startsWith("todos"))).toEqual(["todos/t1"]);
  });

  test("may let everybody with a token into their shared spaces, and into nobody's own", async () => {
    const world: TestEngine = createTestEngine({
      apps: [
        { name: "todo", collections: { todos: {} }, createSpaces: "anyone", everyone: "writer" },
      ],
    });
    const { engine } = world;
    await engine.sync(
      { userId: "olga" },
      SPACE,
      createRawClient(world, { userId: "olga", clientId: "c1" }).request([]),
    );
    const roleOf = async (name: string) =>
      (await engine.admit({ userId: "eve" }, { app: "todo", name }, "read")).role;
    expect(await roleOf("home")).toBe("writer");
    expect(await codeOf(roleOf("~olga"))).toBe("forbidden");
  });
});
