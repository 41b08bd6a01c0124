// Access rules as an app's users meet them: two devices on a real server, live.

import { collection, openClient, openMemoryStore } from "@syncline/client";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const COLLECTIONS = {
  chores: collection<{ title: string; done: boolean }>(),
  gifts: collection<{ title: string }>(),
};

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.close());

async function device(userId: string) {
  const client = await openClient({
    url: server.url,
    app: "house",
    space: "home",
    token: () => server.token(userId),
    store: await openMemoryStore(),
    collections: COLLECTIONS,
  });
  return { client, ...client.collections };
}

async function rule(user: string, item: string, action: string, type: "allow" | "deny" = "allow") {
  const body = JSON.stringify({ rules: [{ user, item, action, type }] });
  const answer = await server.call("kim", "/v1/house/home/rules", { method: "POST", body });
  expect(answer.status).toBe(200);
}

const titles = async (rows: Promise<readonly { title: string }[]>) =>
  (await rows).map(({ title }) => title).sort();

test("a device loses and gains records live, keeps the rest, and a refused write comes back", async () => {
  await using parent = (await device("kim")).client;
  await parent.sync();
  await parent.collections.chores.insert({ id: "bins", title: "Bins", done: false }).synced;
  await parent.collections.chores.insert({ id: "dog", title: "Dog", done: false }).synced;
  await parent.collections.gifts.insert({ id: "bike", title: "Bike" }).synced;
  const member = JSON.stringify({ role: "writer" });
  await server.call("kim", "/v1/house/home/members/tom", { method: "PUT", body: member });
  await using tom = (await device("tom")).client;
  await tom.sync();
  const { chores, gifts } = tom.collections;
  expect(await titles(gifts.query())).toEqual(["Bike"]);

  await rule("tom", "chores.*", "*");
  await vi.waitFor(async () => expect(await titles(gifts.query())).toEqual([]));
  expect(await titles(chores.query())).toEqual(["Bins", "Dog"]);

  // What may be written is written; what may not is taken back, and said.
  await chores.update("bins", { done: true }).synced;
  await rule("tom", "chores.dog", "patch", "deny");
  const refused = chores.update("dog", { done: true });
  await expect(refused.synced).rejects.toMatchObject({ code: "forbidden" });
  expect((await chores.get("dog"))?.done).toBe(false);
  expect(tom.inbox.getSnapshot()).toHaveLength(1);

  await rule("tom", "gifts.bike", "read");
  await vi.waitFor(async () => expect(await titles(gifts.query())).toEqual(["Bike"]));
  await rule("tom", "chores.bins", "read", "deny");
  await vi.waitFor(async () => expect(await titles(chores.query())).toEqual(["Dog"]));
  expect(await titles(parent.collections.chores.query())).toEqual(["Bins", "Dog"]);
});
