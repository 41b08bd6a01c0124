// The wire suite: every example of the original's wire format, byte for byte, in both directions.

import { describe, expect, it } from "vitest";
import type { Event } from "../../ports.ts";
import { createMemoryStore } from "../../stores/memory.ts";
import { makeEvent } from "../../testing/events.ts";
import { IntegerVersion } from "../../versions/index.ts";
import { createHttpTransport } from "./client.ts";
import { createSyncHandler } from "./handler.ts";

const PLACED: Event = {
  id: "ord-7f3",
  type: "OrderPlaced",
  aggregateId: "order-42",
  data: { currency: "EUR", total: 1999 },
  metadata: { origin: "till-3" },
};
const NOTED: Event = {
  id: "ord-7f4",
  type: "OrderNoted",
  aggregateId: "order-42",
  data: "gift wrap",
  metadata: null,
};
const PLACED_RECORD =
  '{"event":{"id":"ord-7f3","type":"OrderPlaced","aggregate_id":"order-42","data":{"currency":"EUR","total":1999},"metadata":{"origin":"till-3"}},"version":"12"}';
const NOTED_RECORD =
  '{"event":{"id":"ord-7f4","type":"OrderNoted","aggregate_id":"order-42","data":"gift wrap","metadata":null},"version":"13"}';
const PUSH = `[${PLACED_RECORD},${NOTED_RECORD}]`;

interface Example {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  readonly status: number;
  readonly answer: string;
}

const EXAMPLES: readonly Example[] = [
  {
    method: "POST",
    path: "/push",
    body: PUSH,
    type: "application/json",
    status: 200,
    answer: '{"status":"ok"}',
  },
  { method: "GET", path: "/pull?since=12", status: 200, answer: `[${NOTED_RECORD}]` },
  {
    method: "GET",
    path: "/pull?since=banana",
    status: 400,
    answer: `{"error":"invalid 'since' version: invalid integer version string 'banana': strconv.ParseInt: parsing \\"banana\\": invalid syntax"}`,
  },
  { method: "GET", path: "/latest-version", status: 200, answer: '"13"' },
  {
    method: "POST",
    path: "/pull-cursor",
    body: '{"since":{"kind":"integer","data":12},"limit":1}',
    status: 200,
    answer: `{"events":[${NOTED_RECORD}],"next":{"kind":"integer","data":13}}`,
  },
  {
    method: "POST",
    path: "/pull-cursor",
    body: '{"since":{"kind":"integer","data":14}}',
    status: 200,
    answer: '{"events":[]}',
  },
  {
    method: "POST",
    path: "/pull-cursor",
    body: '{"since":{"kind":"merkle","data":"x"}}',
    status: 400,
    answer: '{"error":"bad cursor: unknown cursor kind: merkle"}',
  },
  {
    method: "POST",
    path: "/push",
    body: "a,b",
    type: "text/csv",
    status: 415,
    answer: '{"error":"unsupported media type"}',
  },
];

/** A peer whose next position is 12. */
async function peer() {
  const store = createMemoryStore();
  await store.storeBatch(Array.from({ length: 11 }, (_, i) => makeEvent(`before-${i}`)));
  return { store, handler: createSyncHandler({ store }) };
}

function toRequest({ method, path, body, type }: Example): Request {
  return new Request(`http://peer${path}`, {
    method,
    headers: type === undefined ? {} : { "content-type": type },
    // As bytes, so that no type is added.
    ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
  });
}

describe("recorded requests against our handler", () => {
  it.each(
    EXAMPLES.map((example, i) => [`${i}: ${example.method} ${example.path}`, example] as const),
  )("%s", async (_, example) => {
    const { store, handler } = await peer();
    if (example !== EXAMPLES[0]) await store.storeBatch([PLACED, NOTED]);
    const response = await handler(toRequest(example));
    expect([response.status, await response.text()]).toEqual([example.status, example.answer]);
    expect(response.headers.get("content-type")).toBe("application/json");
  });

  it("POST /push stores what it was sent", async () => {
    const { store, handler } = await peer();
    const [example] = EXAMPLES;
    if (example !== undefined) await handler(toRequest(example));
    expect((await store.loadByIds(["ord-7f3", "ord-7f4"])).map(({ event }) => event)).toEqual([
      PLACED,
      NOTED,
    ]);
  });

  it.each<[string, string, number, string]>([
    ["/sync/latest-version", "GET", 200, '"11"'],
    ["/syncpush", "POST", 404, '{"error":"not found"}'],
    ["/elsewhere", "GET", 404, '{"error":"not found"}'],
    ["/push", "GET", 405, '{"error":"method not allowed"}'],
    ["/pull", "POST", 405, '{"error":"method not allowed"}'],
    ["/pull", "HEAD", 405, ""],
    ["/latest-version", "DELETE", 405, '{"error":"method not allowed"}'],
    ['/pull?since={"a":1}', "GET", 400, "invalid 'since' version"],
    ["/pull?since=-1", "GET", 200, "before-0"],
    ["/pull", "GET", 200, "before-0"],
    ["/pull?since=", "GET", 200, "before-0"],
  ])("%s %s answers %i", async (path, method, status, text) => {
    const { handler } = await peer();
    const response = await handler(new Request(`http://peer${path}`, { method }));
    expect(response.status).toBe(status);
    if (method !== "HEAD") expect(await response.text()).toContain(text);
  });

  it("an empty store answers with an empty list and the version 0", async () => {
    const handler = createSyncHandler({ store: createMemoryStore() });
    const get = async (path: string) =>
      await (await handler(new Request(`http://p${path}`))).text();
    expect([await get("/pull"), await get("/latest-version")]).toEqual(["[]", '"0"']);
  });

  it.each<[string, number, string]>([
    ["null", 200, '{"status":"ok"}'],
    ["[]", 200, '{"status":"ok"}'],
    ["[] trailing", 200, '{"status":"ok"}'],
    ["", 400, '{"error":"empty request body"}'],
    ["invalid json", 400, '{"error":"the body is not valid JSON"}'],
    ['{"event":1}', 400, '{"error":"events must be a list of events"}'],
    ['[{"event":{"id":7}}]', 400, '{"error":"events.0.event.id must be a text"}'],
    ['[{"event":{"metadata":"x"}}]', 400, '{"error":"events.0.event.metadata must be an object"}'],
  ])("POST /push %s answers %i", async (body, status, answer) => {
    const { handler, store } = await peer();
    const response = await handler(
      new Request("http://peer/push", { method: "POST", body: new TextEncoder().encode(body) }),
    );
    expect([response.status, await response.text()]).toEqual([status, answer]);
    expect((await store.latestVersion()).toString()).toBe("11");
  });

  it("takes names in any case and leaves unknown members alone", async () => {
    const { handler, store } = await peer();
    const body = PUSH.replaceAll('"event":{', '"Event":{"more":[1],').replaceAll(
      '"aggregate_id"',
      '"AGGREGATE_ID"',
    );
    const bytes = new TextEncoder().encode(body);
    const response = await handler(
      new Request("http://peer/push", { method: "POST", body: bytes }),
    );
    expect(await response.text()).toBe('{"status":"ok"}');
    expect(await store.loadByIds(["ord-7f3"])).toMatchObject([{ event: PLACED }]);
  });

  it("writes back with sorted names, escapes, and the digits that came", async () => {
    const { handler } = await peer();
    const body = `[{"event":{"id":"n","type":"t","aggregate_id":"","data":{"z":1.0,"b":1e21,"a":"<&>","big":9007199254740993}},"version":""}]`;
    await handler(
      new Request("http://peer/push", { method: "POST", body: new TextEncoder().encode(body) }),
    );
    const pulled = await (await handler(new Request("http://peer/pull?since=11"))).text();
    expect(pulled).toBe(
      String.raw`[{"event":{"id":"n","type":"t","aggregate_id":"","data":{"a":"\u003c\u0026\u003e","b":1e+21,"big":9007199254740993,"z":1},"metadata":null},"version":"12"}]`,
    );
  });

  it.each<[number | string, number]>([
    [0, 200],
    [-5, 200],
    [5, 5],
    [1000, 1000],
    [1001, 200],
    ["9007199254740993", 200],
  ])("a limit of %s gives %i", async (limit, count) => {
    const store = createMemoryStore();
    await store.storeBatch(Array.from({ length: 1_200 }, (_, i) => makeEvent(`e${i}`)));
    const handler = createSyncHandler({ store });
    const body = `{"limit":${limit}}`;
    const response = await handler(
      new Request("http://p/pull-cursor", { method: "POST", body: new TextEncoder().encode(body) }),
    );
    const answer = (await response.json()) as { events: unknown[] };
    expect(answer.events).toHaveLength(count);
  });

  it.each<[string, string]>([
    ['{"since":{"kind":"vector","data":{"a":1}}}', "cursor kind not supported by this store"],
    ['{"since":{"kind":"integer","data":-1}}', "bad cursor: "],
    ['{"since":7}', "bad cursor: nil wire cursor"],
    ['{"limit":"many"}', "limit must be a whole number"],
    ["[", "the body is not valid JSON"],
    ["7", "the body must be an object"],
  ])("POST /pull-cursor %s is refused", async (body, text) => {
    const { handler } = await peer();
    const response = await handler(
      new Request("http://p/pull-cursor", { method: "POST", body: new TextEncoder().encode(body) }),
    );
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(text);
  });

  it("takes cursors beyond 2^63 for what they are: the end", async () => {
    const { handler } = await peer();
    const body = '{"since":{"kind":"integer","data":18446744073709551615}}';
    const response = await handler(
      new Request("http://p/pull-cursor", { method: "POST", body: new TextEncoder().encode(body) }),
    );
    expect(await response.text()).toBe('{"events":[]}');
  });
});

describe("our client against recorded answers", () => {
  /** A client whose requests are recorded, and answered in turn. */
  function client(...answers: readonly (readonly [number, string])[]) {
    const requests: string[] = [];
    const left = [...answers];
    const transport = createHttpTransport({
      url: "http://peer",
      compressAboveBytes: Number.POSITIVE_INFINITY,
      async fetch(input, init) {
        const request = new Request(input, init);
        const body = await request.text();
        const url = new URL(request.url);
        requests.push(
          `${request.method} ${url.pathname}${url.search}${body === "" ? "" : ` ${body}`}`,
        );
        const [status, text] = left.shift() ?? [500, ""];
        return new Response(text, { status });
      },
    });
    return { transport, requests };
  }
  const at = (event: Event, seq: bigint) => ({ event, version: new IntegerVersion(seq) });

  it("pushes the example's bytes", async () => {
    const { transport, requests } = client([200, '{"status":"ok"}']);
    expect(await transport.push([at(PLACED, 12n), at(NOTED, 13n)])).toEqual({ rejected: [] });
    expect(requests).toEqual([`POST /push ${PUSH}`]);
  });

  it("pulls by cursor with the example's bytes, and reads its answer", async () => {
    const { transport, requests } = client(
      [200, `{"events":[${NOTED_RECORD}],"next":{"kind":"integer","data":13}}`],
      [200, '{"events":[]}'],
    );
    const page = await transport.pull(new IntegerVersion(12n), { limit: 1 });
    expect(page).toEqual({ events: [at(NOTED, 13n)], next: new IntegerVersion(13n), more: true });
    expect(await transport.pull(page.next)).toEqual({ events: [], next: null, more: false });
    expect(requests[0]).toBe('POST /pull-cursor {"since":{"kind":"integer","data":12},"limit":1}');
  });

  it("asks a peer of the first generation in its own words", async () => {
    const { transport, requests } = client(
      [404, "404 page not found\n"],
      [200, `[${NOTED_RECORD}]`],
      [200, "[]"],
    );
    const page = await transport.pull(new IntegerVersion(12n));
    expect(page.events).toEqual([at(NOTED, 13n)]);
    expect((await transport.pull(page.next)).more).toBe(false);
    expect(requests.slice(1)).toEqual(["GET /pull?since=12", "GET /pull?since=13"]);
  });

  it("reads the latest version, 0 as well", async () => {
    const { transport } = client([200, '"14"'], [200, '"0"']);
    expect((await transport.latestVersion()).toString()).toBe("14");
    expect((await transport.latestVersion()).isZero()).toBe(true);
  });

  it.each<[number, string, string]>([
    [400, '{"error":"invalid \'since\' version: x"}', "invalid"],
    [401, "", "unauthenticated"],
    [415, '{"error":"unsupported media type"}', "unsupported_media_type"],
    [413, '{"error":"http: request body too large"}', "too_large"],
    [429, "", "rate_limited"],
    [500, '{"error":"could not load events"}', "unavailable"],
    [502, "<html>", "unavailable"],
  ])("names an answer of %i", async (status, body, code) => {
    const { transport } = client([status, body]);
    await expect(transport.latestVersion()).rejects.toMatchObject({
      code,
      message: expect.stringContaining(String(status)),
    });
  });

  it.each(["", "<html>", "7", '{"events":7}', '{"events":[{"event":{"id":1}}]}'])(
    "refuses %j as an answer",
    async (body) => {
      const { transport } = client([200, body], [200, body]);
      await expect(transport.pull(null)).rejects.toMatchObject({ name: "SynclineError" });
      await expect(transport.push([at(NOTED, 1n)])).rejects.toMatchObject({ code: "unavailable" });
    },
  );
});
