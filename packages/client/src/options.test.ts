// What an app says when it opens a client: slips are refused by name.

import { afterEach, expect, it, vi } from "vitest";
import { collection, openClient, openMemoryStore, systemEnvironment } from "./index.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const base = async () => ({
  app: "todo",
  store: await openMemoryStore(),
  collections: { todos: collection<{ title: string }>() },
  url: "http://localhost:1",
  token: async () => "t",
  autoSync: false,
});

it.each([
  [{ pollMS: 1 }, { code: "invalid", path: "options.pollMS" }],
  [
    { collections: { todos: { polcy: "versioned" } } },
    { code: "invalid", path: "options.collections.todos.polcy" },
  ],
  [{ url: "localhost:4400" }, { code: "config", path: "url" }],
  [{ url: "ftp://localhost" }, { code: "config", path: "url" }],
])("refuses %j by name", async (slip, error) => {
  await expect(openClient({ ...(await base()), ...slip } as never)).rejects.toMatchObject(error);
});

it("refuses a store that another client has open, and takes it again after that was closed", async () => {
  const options = await base();
  const first = await openClient(options);
  await expect(openClient(options)).rejects.toMatchObject({
    code: "config",
    path: "options.store",
  });
  await first.close();
  await (await openClient(options)).close();
});

it("makes ids where the page is not in a secure context", () => {
  const { getRandomValues } = globalThis.crypto;
  vi.stubGlobal("crypto", { getRandomValues: getRandomValues.bind(globalThis.crypto) });
  const { randomId } = systemEnvironment();
  expect(randomId()).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(randomId()).not.toBe(randomId());
});

it("hears what the token function throws", async () => {
  const thrown = new Error("no session");
  const client = await openClient({ ...(await base()), token: () => Promise.reject(thrown) });
  await expect(client.sync()).rejects.toMatchObject({ code: "unauthenticated", cause: thrown });
  expect(client.status.getSnapshot()).toMatchObject({
    phase: "needs-auth",
    reason: { message: "The app gave no token: no session", cause: thrown },
  });
  await client.close();
});

it.each([
  ["Chromium", "Failed to fetch"],
  ["Firefox", "NetworkError when attempting to fetch resource."],
  ["WebKit", "Load failed"],
  ["Node", "fetch failed"],
])(
  "is offline, and not signed out, where %s does not reach who gives the token",
  async (_, words) => {
    const thrown = new TypeError(words);
    const client = await openClient({ ...(await base()), token: () => Promise.reject(thrown) });
    const enough = new AbortController(); // it waits for a network
    const asked = client.sync({ signal: enough.signal }).catch(() => undefined);
    await vi.waitUntil(() => client.status.getSnapshot().reason !== null);
    enough.abort();
    await asked;
    expect(client.status.getSnapshot()).toMatchObject({
      phase: "offline",
      reason: { message: `The app gave no token: ${words}`, cause: thrown },
    });
    await client.close();
  },
);

it("takes a mistake in the token function for no network that is away", async () => {
  const thrown = new TypeError("undefined is not a function");
  const client = await openClient({ ...(await base()), token: () => Promise.reject(thrown) });
  await expect(client.sync()).rejects.toMatchObject({ code: "unauthenticated", cause: thrown });
  await client.close();
});

it("tells the developer once what was refused and looked at by nobody", async () => {
  const told: string[] = [];
  const environment = { ...systemEnvironment(), warn: (text: string) => told.push(text) };
  const client = await openClient({ ...(await base()), environment });
  for (let i = 0; i < 2; i++)
    await client.collections.todos.update("nobody", { title: "x" }).local.catch(() => undefined);
  expect(told).toEqual([expect.stringContaining("todos/nobody")]);
  await client.close();
});

it("a transaction has the client's shape, and the old one beside it", async () => {
  const client = await openClient(await base());
  await client.transaction((tx) => {
    tx.collections.todos.insert({ id: "new", title: "x" });
    tx.todos.insert({ id: "old", title: "y" });
  }).local;
  expect(await client.collections.todos.count()).toBe(2);
  await client.close();
});
