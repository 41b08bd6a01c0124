// What happens when people are offline: in a world of devices, without a network and without waiting.

import { createWorld } from "@syncline/client/testing";
import { expect, test } from "vitest";
import { collections } from "../src/sync.ts";

test("two devices edit one item offline, and both edits stay", async () => {
  const world = await createWorld({ seed: 1, clients: 2, collections });
  const [phone, laptop] = world.clients.map(({ client }) => client.collections.todos);
  const milk = phone.insert({ title: "Milk", done: false, createdAt: 0 });
  await world.converged();

  world.partition(0, 1);
  phone.update(milk.id, { done: true });
  laptop.update(milk.id, { title: "Oat milk" });
  await world.advance(60_000);
  await world.heal();
  await world.converged();

  for (const todos of [phone, laptop])
    expect(await todos.get(milk.id)).toMatchObject({ title: "Oat milk", done: true });
  await world.close();
});
