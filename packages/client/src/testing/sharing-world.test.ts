// A world with several users: roles, spaces, revocation, restores and schema versions, as an app would test its own.

import { expect, it } from "vitest";
import { collection } from "../collections/definition.ts";
import { openSpaces } from "../spaces/index.ts";
import { createWorld } from "./index.ts";

const collections = { cards: collection<{ title: string }>() };
const USERS = ["alice", "bob", "carol"];

function team(seed: string, live = true) {
  return createWorld({
    seed,
    clients: 3,
    collections,
    live,
    space: "plans",
    userOf: (device) => USERS[device] ?? "nobody",
    roles: { alice: "owner", bob: "writer" },
    spaces: { garden: { bob: "owner", carol: "reader" } },
  });
}

it.each([{ live: true }, { live: false }])(
  "has users of different rights in several spaces, and takes rights away, %j",
  async ({ live }) => {
    const world = await team("rights", live);
    const [alice, bob, carol] = world.clients.map(({ client }) => client);
    if (alice === undefined || bob === undefined || carol === undefined) throw new Error("three");
    const spaces = await openSpaces(carol);
    await bob.collections.cards.insert({ title: "Bread" }).local;
    await world.advance(60_000);
    expect(await alice.collections.cards.count()).toBe(1);
    expect(carol.status.getSnapshot()).toMatchObject({ phase: "blocked" });
    expect(spaces.list.getSnapshot()).toMatchObject([{ name: "garden", role: "reader" }]);
    await world.server.setRole("carol", "writer", "garden");
    await world.server.setRole("carol", "reader");
    await world.advance(60_000);
    expect(spaces.list.getSnapshot()).toMatchObject([
      { name: "garden", role: "writer" },
      { name: "plans", role: "reader", unread: true },
    ]);
    expect(await carol.collections.cards.count()).toBe(1);
    await world.server.setRole("carol", null);
    await world.advance(60_000);
    expect(await carol.collections.cards.count()).toBe(0);
    await world.close();
  },
);

it("has devices of several schema versions, and a server that asks for a newer one", async () => {
  let version = 1;
  const app = { name: "world", collections: { cards: {} } };
  const world = await createWorld({
    seed: "versions",
    live: false,
    clients: 1,
    collections,
    server: { apps: [app] },
    schemaVersionOf: () => version,
  });
  const [device] = world.clients;
  if (device === undefined) throw new Error("one");
  await world.advance(5_000);
  await world.server.deploy([{ ...app, version: 2, minimumVersion: 2 }]);
  await world.advance(60_000);
  expect(device.client.status.getSnapshot()).toMatchObject({ phase: "incompatible" });
  version = 2;
  device.crash();
  await device.reopen();
  await world.advance(60_000);
  expect(device.client.status.getSnapshot()).toMatchObject({ phase: "polling" });
  await world.close();
});
