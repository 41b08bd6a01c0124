// The kit's clients, the original's wire and native clients on one space.

import { collection, openClient, openMemoryStore } from "@syncline/client";
import {
  createHttpTransport,
  createMemoryStore,
  createSyncManager,
  type Event,
} from "@syncline/kit";
import { kitDialect } from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({
    apps: [],
    server: { dialects: [kitDialect({ anonymous: "till" })] },
  });
});
afterEach(() => server.close());

function event(id: string, more: Partial<Event> = {}): Event {
  return { id, type: "Sold", aggregateId: "apples", data: { count: 1 }, metadata: null, ...more };
}

async function ask(path: string, init: RequestInit & { user?: string } = {}) {
  const { user, ...request } = init;
  const headers = new Headers(request.headers);
  if (user !== undefined) headers.set("authorization", `Bearer ${await server.token(user)}`);
  const answer = await fetch(`${server.url}/kit/shop${path}`, { ...request, headers });
  return { status: answer.status, text: await answer.text() };
}

const post = (body: unknown, type = "application/json") => ({
  method: "POST",
  body: typeof body === "string" ? body : JSON.stringify(body),
  headers: { "content-type": type },
});

describe("the kit on a server", () => {
  test("what is nested deep comes back as it was, what is too deep is refused alone, and the rest by name", async () => {
    const nested = (levels: number) => `${"[".repeat(levels)}7${"]".repeat(levels)}`;
    const record = (id: string, data: string) =>
      `{"event":{"id":"${id}","type":"T","aggregate_id":"a","data":${data},"metadata":null},"version":"0"}`;
    const push = (...records: string[]) => ask("/push", post(`[${records.join(",")}]`));
    expect(await push(record("deep", nested(100)), record("flat", "1"))).toMatchObject({
      status: 200,
    });
    expect(await push(record("deeper", nested(300)), record("also", "1"))).toMatchObject({
      status: 422,
      text: expect.stringContaining("1 of 2 events cannot be stored"),
    });
    const bottomless = await push(record("x", nested(100_000)));
    expect(bottomless).toMatchObject({
      status: 413,
      text: expect.stringContaining("deeper than 1000 levels"),
    });
    const { text } = await ask("/pull");
    expect(text).toContain(nested(100));
    expect((JSON.parse(text) as { event: Event }[]).map((one) => one.event.id)).toEqual([
      "deep",
      "flat",
      "also",
    ]);
  });

  test("two nodes that were offline converge, and a native client sees their events", async () => {
    const nodes = ["a", "b"].map((name) => {
      const store = createMemoryStore();
      const transport = createHttpTransport({ url: `${server.url}/kit/shop` });
      return { name, store, manager: createSyncManager({ store, transport }) };
    });
    for (const { name, store } of nodes)
      for (let i = 0; i < 5; i++)
        await store.store(event(`${name}${i}`, { data: { by: name, i } }));
    for (const round of [1, 2])
      for (const { manager } of nodes)
        expect([round, (await manager.sync()).errors]).toEqual([round, []]);
    const contents = await Promise.all(
      nodes.map(async ({ store }) => {
        const ids: string[] = [];
        for await (const { event } of store.load(null)) ids.push(event.id);
        return ids.sort();
      }),
    );
    expect(contents[0]).toEqual(contents[1]);
    expect(contents[0]).toHaveLength(10);
    const native = await openClient({
      url: server.url,
      app: "kit",
      space: "shop",
      token: () => server.token("till"),
      store: await openMemoryStore(),
      collections: { events: collection<{ type: string; data: unknown }>({ policy: "log" }) },
    });
    await native.sync();
    expect(await native.collections.events.query()).toHaveLength(10);
    expect((await native.collections.events.get("a3"))?.data).toEqual({ by: "a", i: 3 });
    // And the other way round.
    await native.collections.events.insert({
      id: "n1",
      type: "Returned",
      aggregateId: "apples",
      data: [1],
      metadata: null,
    } as never).synced;
    await native.close();
    await nodes[0]?.manager.sync();
    expect(await nodes[0]?.store.loadByIds(["n1"])).toMatchObject([
      { event: { type: "Returned" } },
    ]);
    for (const { manager } of nodes) await manager.close();
  });

  test("what programs of the original send and read, in their words", async () => {
    const record = (id: string, data: unknown) => ({
      event: { id, type: "Sold", aggregate_id: "apples", data, metadata: null },
      version: "0",
    });
    const pushed = await ask("/push", post([record("e1", { n: 1 }), record("e2", null)]));
    expect([pushed.status, JSON.parse(pushed.text)]).toEqual([200, { status: "ok" }]);
    const pulled = JSON.parse((await ask("/pull?since=0")).text) as {
      event: { id: string };
      version: string;
    }[];
    expect(pulled.map(({ event: { id } }) => id)).toEqual(["e1", "e2"]);
    const [first, last] = pulled;
    expect(JSON.parse((await ask(`/pull?since=${first?.version}`)).text)).toMatchObject([
      { event: { id: "e2" } },
    ]);
    expect((await ask(`/sync/pull?since=${last?.version}`)).text).toBe("[]");
    expect((await ask("/latest-version")).text).toContain(String(last?.version));
    const cursor = { since: { kind: "integer", data: Number(first?.version) }, limit: 1 };
    expect(JSON.parse((await ask("/pull-cursor", post(cursor))).text)).toMatchObject({
      events: [{ event: { id: "e2" } }],
    });
    // The same again is there already; another event under the id is named, and changes nothing.
    expect((await ask("/push", post([record("e1", { n: 1 })]))).status).toBe(200);
    expect((await ask("/push", post([record("e1", { n: 2 })]))).text).toContain("duplicate_event");
    for (const [path, init, status] of [
      ["/pull?since=banana", {}, 400],
      ["/push", post("no json"), 400],
      ["/push", post("[]", "text/csv"), 415],
      ["/push", {}, 405],
      ["/nothing", {}, 404],
      ["/push", post("x".repeat(11 * 1024 * 1024)), 413],
    ] as const)
      expect([path, (await ask(path, init)).status]).toEqual([path, status]);
  });

  test("native clients read the data of every event that a value can hold, whatever Go's escapes", async () => {
    const data = { html: "<a href='x'>&amp;</a>\u2028", "10": 1, "2": [1.5, -0.25], z: null };
    const record = {
      id: "e1",
      type: "Sold",
      aggregate_id: "apples",
      data,
      metadata: { b: "&", a: 1 },
    };
    await ask("/push", post([{ event: record, version: "0" }]));
    const exact = `[{"event":{"id":"e2","type":"Sold","aggregate_id":"","data":9007199254740993,"metadata":null},"version":"0"}]`;
    await ask("/push", post(exact));
    const native = await openClient({
      url: server.url,
      app: "kit",
      space: "shop",
      token: () => server.token("till"),
      store: await openMemoryStore(),
      collections: {
        events: collection<{ data?: unknown; metadata?: unknown }>({ policy: "log" }),
      },
    });
    await native.sync();
    const read = await native.collections.events.get("e1");
    expect([read?.data, read?.metadata]).toEqual([data, { b: "&", a: 1 }]);
    expect(Object.keys((await native.collections.events.get("e2")) ?? {})).toContain("exact");
    await native.close();
    // To the kit they are as they were: keys in the order of their bytes, and Go's escapes.
    expect((await ask("/pull")).text).toContain(
      String.raw`"data":{"10":1,"2":[1.5,-0.25],"html":"\u003ca href='x'\u003e\u0026amp;\u003c/a\u003e\u2028","z":null},"metadata":{"a":1,"b":"\u0026"}`,
    );
    expect((await ask("/pull")).text).toContain('"data":9007199254740993');
  });

  test("what cannot be stored is said by the status, and holds nothing else up", async () => {
    const record = (id: string, type: string) => ({
      event: { id, type, aggregate_id: "a", data: 1, metadata: null },
      version: "0",
    });
    const body = [
      record("", "T"),
      record("no-type", ""),
      record("x".repeat(2_000), "T"),
      record("b", "T"),
    ];
    const answer = await ask("/push", post(body));
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining("1 of 4 events")]);
    expect(await ask("/latest-version")).toEqual({ status: 200, text: '"3"' });
    const pulled = JSON.parse((await ask("/pull")).text) as { event: { id: string } }[];
    expect(pulled.map(({ event: { id } }) => id)).toEqual(["", "no-type", "b"]);
  });

  test("a stream is told at once of what anybody stores", async () => {
    const over = new AbortController();
    const answer = await fetch(`${server.url}/kit/shop/sse`, { signal: over.signal });
    const reader = answer.body?.getReader();
    let text = "";
    const until = async (wanted: string) => {
      while (!text.includes(wanted)) {
        const piece = await reader?.read();
        if (piece?.value === undefined) throw new Error(`the stream ended before ${wanted}`);
        text += new TextDecoder().decode(piece.value);
      }
    };
    await until(":");
    // It looks by itself every half minute: whatever comes before the end of this test was told.
    for (const id of ["s1", "s2", "s3"]) {
      const event = { id, type: "T", aggregate_id: "", data: 1, metadata: null };
      await ask("/push", post([{ event, version: "0" }]));
      await until(`"${id}"`);
    }
    over.abort();
  }, 20_000);

  test("who may not use the space may not by this way either", async () => {
    await ask(
      "/push",
      post([
        {
          event: { id: "e1", type: "T", aggregate_id: "", data: "xyzzy", metadata: null },
          version: "",
        },
      ]),
    );
    for (const path of ["/pull", "/latest-version", "/push", "/pull-cursor", "/sse", "/nothing"]) {
      const answer = await ask(path, { user: "mallory" });
      expect([path, answer.status, answer.text.includes("xyzzy")]).toEqual([path, 403, false]);
      const garbage = await ask(path, { headers: { authorization: "Bearer garbage" } });
      expect([path, garbage.status]).toEqual([path, 401]);
    }
  });

  test("without a name for those who send no token, nobody is let in without one", async () => {
    await using closed = await startTestServer({ apps: [], server: { dialects: [kitDialect()] } });
    expect((await fetch(`${closed.url}/kit/shop/pull`)).status).toBe(401);
    const headers = { authorization: `Bearer ${await closed.token("ana")}` };
    expect(await (await fetch(`${closed.url}/kit/shop/pull`, { headers })).text()).toBe("[]");
  });

  test("pages of the origins that are named may ask", async () => {
    const origin = "https://shop.example";
    await using open = await startTestServer({
      apps: [],
      server: { dialects: [kitDialect({ anonymous: "till" })], corsOrigins: [origin] },
    });
    const allowed = async (from: string) => {
      const answer = await fetch(`${open.url}/kit/shop/pull`, { headers: { origin: from } });
      expect([answer.status, await answer.text()]).toEqual([200, "[]"]);
      return answer.headers.get("access-control-allow-origin");
    };
    expect(await allowed(origin)).toBe(origin);
    expect(await allowed("https://else.example")).toBeNull();
  });
});
