// How an app tests what happens when its users are offline: in a world of devices, without a network and
// without waiting. The same seed gives the same run.

import { collection } from "@syncline/client";
import { createWorld } from "@syncline/client/testing";
import { expect, test } from "vitest";

test("two people shop from one list, offline, and buy nothing twice in the end", async () => {
  const world = await createWorld({
    seed: 42,
    clients: 3,
    collections: { items: collection<{ name: string; bought: boolean }>() },
  });
  const [anna, ben, watch] = world.clients;
  if (anna === undefined || ben === undefined || watch === undefined) return;

  const milk = anna.client.collections.items.insert({ name: "Milk", bought: false });
  await world.converged();

  // In the cellar of the supermarket: no network, and Ben's clock is an hour behind.
  world.partition(0, 1);
  ben.skew(-3_600_000);
  await anna.client.collections.items.update(milk.id, { bought: true }).local;
  await ben.client.collections.items.update(milk.id, { name: "Oat milk" }).local;
  await ben.client.collections.items.insert({ name: "Bread", bought: false }).local;
  // Anna's battery dies; what she wrote is on her phone.
  anna.crash();
  await world.advance(600_000);

  await world.heal();
  await world.converged();
  for (const { client } of [anna, ben, watch]) {
    const rows = await client.collections.items.query({ orderBy: "name" });
    expect(rows.map(({ name, bought }) => [name, bought])).toEqual([
      ["Bread", false],
      ["Oat milk", true],
    ]);
  }
});
