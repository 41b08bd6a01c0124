import {
  formatCursor,
  parseCursor,
  parseSpace,
  type StreamEnd,
  type StreamStart,
  scopeOf,
  type WireRecord,
} from "@syncline/core";
import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryStore, openSqliteStore } from "../store/index.ts";
import { createRawClient, type RawClient } from "../testing/raw-client.ts";
import { createTestEngine, type TestEngine } from "../testing/test-engine.ts";

const STORES = [
  ["memory", async () => createMemoryStore()],
  ["sqlite", () => openSqliteStore({ path: ":memory:" })],
] as const;

const SPACE = "todo/~alice";

/** The lines of a stream, parsed; ends where the stream ends or breaks. */
async function readStream(
  world: TestEngine,
  request: Parameters<TestEngine["engine"]["stream"]>[2],
  onPiece: (lines: number) => Promise<void> = async () => {},
) {
  const pieces: string[] = [];
  const never = new AbortController().signal;
  const stream = world.engine.stream({ userId: "alice" }, parseSpace("todo/~"), request, never);
  for await (const piece of stream) {
    expect(piece.endsWith("\n")).toBe(true);
    pieces.push(piece);
    await onPiece(pieces.length);
  }
  const lines = pieces
    .join("")
    .split("\n")
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
  return {
    start: lines[0] as StreamStart, // what our own engine wrote
    records: lines.slice(1, -1) as WireRecord[],
    end: lines.at(-1) as StreamEnd,
  };
}

describe.each(STORES)("deltas, on the %s store", (_name, openStore) => {
  let world: TestEngine;
  let phone: RawClient;
  let reader: RawClient;
  const put = (id: string, n: number) => phone.change("put", "todos", id, { n });

  beforeEach(async () => {
    world = createTestEngine({ store: await openStore(), limits: { pageRecords: 3 } });
    phone = createRawClient(world, { userId: "alice", clientId: "phone" });
    reader = createRawClient(world, { userId: "alice", clientId: "reader" });
    await phone.push(...["a", "b", "c", "d", "e", "f", "g"].map((id, n) => put(id, n)));
    return () => world.store.close();
  });

  test("[G2] pages follow each other in the order of stamps, each record once; the last has the digest", async () => {
    const pages = [await reader.sync(), await reader.sync(), await reader.sync()];
    expect(pages.map(({ changes }) => changes.map(({ id }) => id).join(""))).toEqual([
      "abc",
      "def",
      "g",
    ]);
    expect(pages.map(({ more, count }) => [more, count])).toEqual([
      [true, 3],
      [true, 3],
      [false, 1],
    ]);
    expect(pages.map(({ digest }) => digest !== undefined)).toEqual([false, false, true]);
    const head = await world.store.head(SPACE);
    expect(parseCursor(reader.cursor ?? "").stamp).toBe(head?.stamp);
  });

  test("a page is no longer than was asked for, and never longer than the server allows", async () => {
    expect((await reader.sync([], { pull: { limit: 2 } })).count).toBe(2);
    expect((await reader.sync([], { pull: { limit: 5_000 } })).count).toBe(3);
  });

  test("[G2] a record that changes while it is read arrives in its latest state, on a later page", async () => {
    await reader.sync();
    await phone.push(phone.change("patch", "todos", "a", { n: 100 }), put("h", 7));
    await phone.push(phone.change("delete", "todos", "b"));
    await reader.catchUp();
    await phone.catchUp();
    expect(reader.records).toEqual(phone.records);
    expect(reader.records.get("todos/a")?.fields).toEqual({ n: 100 });
    expect(reader.records.has("todos/b")).toBe(false);
  });

  test("[G8] a first reading leaves deleted records out, and is told of those deleted while it reads", async () => {
    await phone.push(phone.change("delete", "todos", "a"));
    const first = await reader.sync();
    expect(first.changes.map(({ id }) => id)).toEqual(["b", "c", "d"]);
    await phone.push(phone.change("delete", "todos", "c"));
    const rest = [...(await reader.sync()).changes, ...(await reader.sync()).changes];
    expect(rest.map(({ id, deleted }) => [id, deleted === true])).toEqual([
      ["e", false],
      ["f", false],
      ["g", false],
      ["c", true],
    ]);
  });

  test("[G8] a space whose history was compacted can be read from its beginning, page by page", async () => {
    await phone.push(phone.change("delete", "todos", "b"));
    await world.store.compact(SPACE, Number.MAX_SAFE_INTEGER);
    const { records } = await readStream(world, { cursor: null });
    expect(records.map(({ id }) => id)).toEqual(["a", "c", "d", "e", "f", "g"]);
    await reader.catchUp();
    expect(reader.records.size).toBe(6);
  });

  test("[G8] a reading in whose midst deletions were compacted begins anew", async () => {
    await reader.sync();
    await phone.push(phone.change("delete", "todos", "a"));
    await world.store.compact(SPACE, Number.MAX_SAFE_INTEGER);
    await expect(reader.sync()).rejects.toMatchObject({ code: "reset", path: "cursor" });
    reader.cursor = null;
    await reader.catchUp();
    expect([...reader.records.keys()]).not.toContain("todos/a");
  });

  test.each<[string, (cursor: string) => string | Promise<string>]>([
    ["of another epoch", (cursor) => formatCursor({ ...parseCursor(cursor), epoch: "another" })],
    [
      "below the horizon",
      async (cursor) => {
        await phone.push(put("h", 8));
        await world.store.compact(SPACE, Number.MAX_SAFE_INTEGER);
        return cursor;
      },
    ],
    [
      "ahead of the space",
      (cursor) => {
        const { stamp, ...rest } = parseCursor(cursor);
        return formatCursor({ ...rest, stamp: stamp + 1 });
      },
    ],
    [
      "of a reading that began ahead of the space",
      (cursor) => {
        const { stamp, ...rest } = parseCursor(cursor);
        return formatCursor({ ...rest, stamp: stamp - 1 }, stamp + 1);
      },
    ],
    [
      "of other collections",
      (cursor) => formatCursor({ ...parseCursor(cursor), scope: scopeOf(["todos"]) }),
    ],
    [
      "of another space",
      async () => {
        const other = createRawClient(world, { userId: "bob", clientId: "bob" });
        await other.catchUp();
        return other.cursor ?? "";
      },
    ],
  ])("[G8] a cursor %s is refused, before anything of the push is done", async (_what, spoil) => {
    await reader.catchUp();
    reader.cursor = await spoil(reader.cursor ?? "");
    const mutation = reader.mutation(reader.change("put", "todos", "x", { n: 1 }));
    await expect(reader.sync([mutation])).rejects.toMatchObject({ code: "reset", path: "cursor" });
    await expect(reader.sync()).rejects.toMatchObject({ code: "reset" });
    const request = { cursor: reader.cursor };
    await expect(
      world.engine.pull(reader.principal, reader.address, request),
    ).rejects.toMatchObject({ code: "reset" });
    await expect(readStream(world, request)).rejects.toMatchObject({ code: "reset" });
    reader.cursor = null;
    expect((await reader.sync([mutation])).results).toEqual([{ id: 1, status: "applied" }]);
    await reader.catchUp();
    expect(reader.records.get("todos/x")?.fields).toEqual({ n: 1 });
  });

  test("only the collections asked for arrive, each record once, with their digests", async () => {
    await phone.push(
      phone.change("put", "lists", "l1", {}),
      phone.change("put", "notes", "n1", {}),
    );
    const pull = { collections: ["lists", "notes", "lists"], limit: 10 };
    const { changes, digest } = await reader.sync([], { pull });
    expect(changes.map(({ id }) => id)).toEqual(["l1", "n1"]);
    expect(Object.keys(digest ?? {})).toEqual(["lists", "notes"]);
    await phone.push(put("h", 8));
    expect((await reader.sync([], { pull })).changes).toEqual([]);
  });

  test("[G6] the page of a push holds what the push did, and its number", async () => {
    await reader.catchUp();
    const { changes, lastMutation } = await reader.sync([
      reader.mutation(reader.change("put", "todos", "x", { n: 1 })),
      reader.mutation(reader.change("patch", "todos", "x", { n: 2 })),
    ]);
    expect(changes).toMatchObject([{ id: "x", fields: { n: 2 } }]);
    expect(lastMutation).toBe(2);
  });

  test("a space that nobody has written to is empty, and its cursor holds", async () => {
    const bob = createRawClient(world, { userId: "bob", clientId: "bob" });
    expect(await bob.sync()).toMatchObject({ count: 0, more: false, digest: {}, lastMutation: 0 });
    await bob.push(bob.change("put", "todos", "t1", {}));
    expect(bob.records.size).toBe(1);
  });

  test("[G10] a client id of another user shows nothing of that client", async () => {
    await world.engine.setMember(phone.principal, phone.address, { userId: "bob", role: "reader" });
    const bob = createRawClient(world, { userId: "bob", clientId: "phone", space: SPACE });
    expect(await bob.sync()).toMatchObject({ lastMutation: 0 });
  });

  test("a stream says how much there is, then every record, then where the reader has got to", async () => {
    const { start, records, end } = await readStream(world, { cursor: null, clientId: "phone" });
    const { epoch } = parseCursor(end.cursor);
    expect(start).toMatchObject({
      epoch: expect.stringMatching(`^${epoch}_[0-9a-z]{20}$`),
      scope: "all",
      total: 7,
    });
    expect(records.map(({ id }) => id)).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
    expect(end).toMatchObject({ lastMutation: 1, digest: { todos: expect.any(String) } });
    reader.cursor = end.cursor;
    expect((await reader.sync()).count).toBe(0);
  });

  test("[G2] a stream holds what was committed before its last line, and misses nothing after it", async () => {
    const { records, end } = await readStream(world, { cursor: null }, async (pieces) => {
      if (pieces === 2) await phone.push(phone.change("patch", "todos", "a", { n: 100 }));
    });
    expect(records.map(({ id }) => id).join("")).toBe("abcdefga");
    expect(end.digest).toEqual((await reader.catchUp()).digest);
  });

  test("[G8] a stream that broke is taken up behind its last line", async () => {
    const whole = await readStream(world, { cursor: null });
    await phone.push(phone.change("delete", "todos", "a"));
    const { epoch, scope, began } = whole.start;
    const stamp = whole.records[3]?.stamp ?? 0;
    const cursor = formatCursor({ epoch, scope, stamp }, began);
    const { records } = await readStream(world, { cursor });
    expect(records.map(({ id, deleted }) => [id, deleted === true])).toEqual([
      ["e", false],
      ["f", false],
      ["g", false],
      ["a", true],
    ]);
  });

  test("[G11] a stream reads a page when the last was taken, and nothing after its reader has left", async () => {
    let pages = 0;
    const page: typeof world.store.page = (request) => {
      pages += 1;
      return world.store.page(request);
    };
    const watching = createTestEngine({
      store: { ...world.store, page },
      limits: { pageRecords: 3 },
    });
    const gone = new AbortController();
    const stream = watching.engine.stream(
      phone.principal,
      phone.address,
      { cursor: null },
      gone.signal,
    );
    const lines = stream[Symbol.asyncIterator]();
    await lines.next();
    await lines.next();
    expect(pages).toBe(1);
    gone.abort();
    expect((await lines.next()).done).toBe(true);
    expect(pages).toBe(1);
  });
});

describe.each(STORES)("explanations, on the %s store", (_name, openStore) => {
  test("say why a record is here, was deleted, was never put, or is not there", async () => {
    await using store = await openStore();
    const world = createTestEngine({ store });
    const phone = createRawClient(world, { userId: "alice", clientId: "phone" });
    await phone.push(
      phone.change("put", "todos", "here", { n: 1 }),
      phone.change("put", "todos", "deleted", {}),
    );
    await phone.push(phone.change("delete", "todos", "deleted"));
    await phone.push(phone.change("patch", "todos", "patched", { n: 1 }));
    const explain = (id: string) =>
      world.engine.explain(phone.principal, phone.address, { collection: "todos", id });
    expect(await explain("here")).toMatchObject({
      space: SPACE,
      policy: "lww",
      record: { version: 1, fields: { n: 1 } },
      history: [{ op: "put", clientId: "phone", userId: "alice", mutationId: 1 }],
      because: expect.stringContaining("It is here"),
    });
    const deleted = await explain("deleted");
    expect(deleted.because).toContain("deleted");
    expect(deleted.history.map(({ op }) => op)).toEqual(["put", "delete"]);
    expect((await explain("patched")).because).toContain("only ever patched");
    expect(await explain("nowhere")).toMatchObject({
      record: null,
      history: [],
      because: expect.stringContaining("no such record"),
    });
  });
});
