// What servers and what stands before them may answer, and what becomes of the events that were made here.

import { expect, it } from "vitest";
import {
  type AnyEvents,
  createMemorySimpleStore,
  openSimpleClient,
  type SimpleClient,
} from "./index.ts";

type Reply = () => Response;

/** A client whose calls are answered one after the other; whoever asks for more is a mistake. */
async function client(replies: readonly Reply[], calls: RequestInit[] = []) {
  const left = [...replies];
  return await openSimpleClient({
    url: "http://127.0.0.1:9/",
    apiKey: "sk_key",
    user: "ana",
    store: createMemorySimpleStore(),
    async fetch(_input, init) {
      calls.push(init ?? {});
      const reply = left.shift();
      if (reply === undefined) throw new Error("nobody expected this call");
      return reply();
    },
  });
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify(body), { status, headers });
const page = (body: unknown, place = "e.1", more = "false") =>
  json(200, body, { "syncline-place": place, "syncline-more": more });

async function filled(replies: readonly Reply[], count = 1): Promise<SimpleClient<AnyEvents>> {
  const own = await client(replies);
  for (let at = 0; at < count; at += 1)
    await own.append({ item: `list.${at}`, action: "add", payload: { at } });
  return own;
}

it.each<[string, Reply, object]>([
  ["no JSON", () => new Response("<h1>Hello</h1>"), { code: "unavailable" }],
  ["half an answer", () => new Response('[{"uuid":'), { code: "unavailable" }],
  ["an object", page({}), { code: "unavailable" }],
  ["events that are none", page([{ uuid: 1 }]), { code: "unavailable" }],
  ["null events", page([null]), { code: "unavailable" }],
  ["no place", json(200, []), { code: "incompatible" }],
  ["a redirect", () => new Response(null, { status: 302 }), { code: "unavailable" }],
  ["a proxy's page", () => new Response("Bad gateway", { status: 502 }), { code: "unavailable" }],
  [
    "no such route",
    () => new Response("404 page not found", { status: 404 }),
    { code: "not_found" },
  ],
  ["a refused caller", json(403, { error: "Insufficient permissions" }), { code: "forbidden" }],
  ["a body of another kind", json(400, [1]), { code: "unavailable" }],
  [
    "later",
    json(429, { error: "Too many" }, { "retry-after": "7" }),
    { code: "rate_limited", retryAfter: 7 },
  ],
  ["a full server", json(503, { error: "x" }, { "retry-after": "soon" }), { code: "unavailable" }],
])("%s: nothing is lost, and the reason has a name", async (_what, reply, error) => {
  const own = await filled([reply]);
  await expect(own.sync()).rejects.toMatchObject(error);
  expect(own.diff.getSnapshot()).toHaveLength(1);
  expect(own.refused.getSnapshot()).toEqual([]);
  expect(own.history.getSnapshot()).toEqual([]);
});

it("a server that takes events and does not give them back, or promises more for ever, ends the sync", async () => {
  const takes = await filled([page([])]);
  await expect(takes.sync()).rejects.toMatchObject({ code: "unavailable" });
  expect(takes.diff.getSnapshot()).toHaveLength(1);
  const promises = await client([page([], "e.1", "true"), page([], "e.1", "true")]);
  await expect(promises.sync()).rejects.toMatchObject({ code: "unavailable" });
});

it("a refusal that names no event is narrowed down to the one that is the reason", async () => {
  const sizes: number[] = [];
  const own = await openSimpleClient({
    url: "http://127.0.0.1:9",
    apiKey: "sk_key",
    user: "ana",
    store: createMemorySimpleStore(),
    async fetch(_input, init) {
      const events = JSON.parse(typeof init?.body === "string" ? init.body : "[]") as {
        item: string;
      }[];
      sizes.push(events.length);
      return events.some(({ item }) => item === "list.5")
        ? json(413, { error: "Request body too large" })()
        : page(events, `e.${sizes.length}`)();
    },
  });
  for (let at = 0; at < 8; at += 1)
    await own.append({ item: `list.${at}`, action: "add", payload: {} });
  await own.sync();
  expect(own.refused.getSnapshot().map(({ event: { item } }) => item)).toEqual(["list.5"]);
  expect(own.refused.getSnapshot()[0]).toMatchObject({ status: 413 });
  expect(own.history.getSnapshot()).toHaveLength(7);
  expect(own.diff.getSnapshot()).toEqual([]);
});

it("an event of somebody else under the same UUID is not taken for ours; retrying makes a new one", async () => {
  const calls: RequestInit[] = [];
  const own = await client(
    [
      () => page([{ ...made, user: "eve" }], "e.1")(),
      () => json(409, { error: "Another event has this UUID", eventUuid: made.uuid })(),
      () => page([], "e.2")(),
    ],
    calls,
  );
  const made = await own.append({ item: "list.1", action: "add", payload: {} });
  await expect(own.sync()).rejects.toMatchObject({ code: "unavailable" });
  await own.sync();
  expect(own.diff.getSnapshot()).toEqual([]);
  expect(own.refused.getSnapshot()).toMatchObject([{ event: made, status: 409 }]);
  expect(await own.refused.retry(made.uuid)).toBe(true);
  const [again] = own.diff.getSnapshot();
  expect(again?.uuid).not.toBe(made.uuid);
  expect(again).toMatchObject({ item: "list.1", action: "add", payload: "{}" });
});

it("the key goes to the server and follows no redirect", async () => {
  const calls: RequestInit[] = [];
  const own = await client([page([])], calls);
  await own.sync();
  expect(calls[0]).toMatchObject({ redirect: "manual", headers: { "x-api-key": "sk_key" } });
});

it("others' payloads that no schema accepts are in the history, and not among the events", async () => {
  const event = { timestamp: 1, user: "eve", item: "list.1", action: "add" };
  const own = await client([
    page([
      { ...event, uuid: "1", payload: "{" },
      { ...event, uuid: "2", payload: '{"__proto__":{"polluted":1}}' },
      { ...event, uuid: "3", payload: "", action: ".user.create" },
      { ...event, uuid: "3", payload: "twice" },
    ]),
  ]);
  await own.sync();
  expect(own.history.getSnapshot().map(({ uuid }) => uuid)).toEqual(["1", "2", "3"]);
  expect(own.events.getSnapshot().map(({ uuid }) => uuid)).toEqual(["2"]);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

it("of another history, what is on a later page is not taken for lost", async () => {
  const mine = { user: "ana", item: "list.1", action: "add", payload: "{}", timestamp: 1 };
  const [a, b, c] = ["a", "b", "c"].map((uuid) => ({ ...mine, uuid }));
  const noted = { ...mine, uuid: "d", action: ".user.exchangeToken" };
  const own = await client([
    page([a, b, c, noted], "old.4"),
    page([a], "new.1", "true"),
    page([b], "new.2"),
  ]);
  await own.sync();
  await own.sync();
  expect(own.history.getSnapshot()).toEqual([a, b]);
  expect(own.refused.getSnapshot()).toMatchObject([{ event: c, status: 0 }]);
});

it("closing and giving up do not wait for whoever gives the key", async () => {
  const own = await openSimpleClient({
    url: "http://127.0.0.1:9",
    apiKey: () => new Promise(() => {}),
    user: "ana",
    store: createMemorySimpleStore(),
  });
  const giveUp = new AbortController();
  const first = own.sync({ signal: giveUp.signal });
  const second = own.sync();
  giveUp.abort();
  await expect(first).rejects.toMatchObject({ code: "aborted" });
  expect(own.status.getSnapshot().phase).toBe("syncing");
  const closed = own.close();
  await expect(second).rejects.toMatchObject({ code: "aborted" });
  await closed;
});
