// Decisions carried out between two devices in virtual time: what is asked, what settles itself, and what both have in the end.

import { createWorld } from "@syncline/client/testing";
import { createEntry, createHabit } from "@syncline/kanso-domain";
import { expect, test } from "vitest";
import { collections } from "../data/collections.ts";
import { decide } from "./decide.ts";
import { decisionsOf } from "./decision.ts";
import { keepInbox } from "./keep-inbox.ts";
import { lookUp } from "./look-up.ts";

// The first world takes its time on a busy machine.
const NOW = { nowMs: Date.UTC(2026, 10, 21), zone: "UTC", dayStartHour: 0 };

/** Two devices that have the same habit, and then no network. */
async function apart(seed: string) {
  const world = await createWorld({ seed, clients: 2, collections });
  const [phone, laptop] = world.clients.map(({ client }) => client);
  if (phone === undefined || laptop === undefined) throw new Error("Two devices were asked for.");
  phone.collections.habits.insert(createHabit("h1", { title: "Walk" }, NOW));
  await world.converged();
  world.partition();
  return { world, phone, laptop };
}

async function open(client: Awaited<ReturnType<typeof apart>>["phone"]) {
  const inbox = client.inbox.getSnapshot();
  const look = await lookUp(client, inbox);
  return { look, decisions: decisionsOf(inbox, look) };
}

test("of each version what was chosen stays, on both devices", async () => {
  const { world, phone, laptop } = await apart("chosen");
  await phone.collections.habits.update("h1", { title: "Run", description: "Far" }).local;
  await laptop.collections.habits.update("h1", { title: "Swim", description: "Deep" }).local;
  await world.heal();
  await world.converged();
  const asker = [phone, laptop].find((client) => client.inbox.getSnapshot().length > 0);
  if (asker === undefined) throw new Error("Nobody is asked.");
  const { look, decisions } = await open(asker);
  const [decision] = decisions;
  if (decision === undefined) throw new Error("There is nothing to decide.");
  const theirs = await asker.collections.habits.get("h1");
  await decide(asker, decision, { choice: { mine: new Set(["description"]) }, look });
  await world.converged();
  for (const client of [phone, laptop]) {
    const kept = await client.collections.habits.get("h1");
    expect(kept?.title).toBe(theirs?.title);
    expect(kept?.description).toBe(asker === phone ? "Far" : "Deep");
    expect(client.inbox.getSnapshot()).toEqual([]);
  }
});

test("what both have come to, and the order of habits, settle themselves; a real difference waits", async () => {
  const { world, phone, laptop } = await apart("settled");
  const stops = [phone, laptop].map((client) => keepInbox(client));
  await phone.collections.habits.update("h1", { title: "Run", sortOrder: 3 }).local;
  await laptop.collections.habits.update("h1", { title: "Run" }).local;
  await laptop.collections.habits.update("h1", { sortOrder: 7 }).local;
  await world.heal();
  await world.converged();
  for (const client of [phone, laptop]) {
    expect(client.inbox.getSnapshot()).toEqual([]);
    expect((await client.collections.habits.get("h1"))?.title).toBe("Run");
  }
  world.partition();
  await phone.collections.habits.update("h1", { title: "Jump" }).local;
  await laptop.collections.habits.update("h1", { title: "Sit" }).local;
  await world.heal();
  await world.converged();
  expect([phone, laptop].flatMap((client) => client.inbox.getSnapshot())).toHaveLength(1);
  for (const stop of stops) stop();
});

test("a habit that was deleted elsewhere comes back when mine is kept", async () => {
  const { world, phone, laptop } = await apart("deleted");
  await laptop.collections.habits.update("h1", { title: "Swim" }).local;
  await phone.collections.habits.delete("h1").local;
  await world.heal();
  world.partition(1);
  await world.advance(60_000);
  await world.heal();
  await world.converged();
  const { look, decisions } = await open(laptop);
  expect(decisions[0]?.differences).toMatchObject([{ theirs: undefined }]);
  for (const decision of decisions) await decide(laptop, decision, { choice: "mine", look });
  await world.converged();
  for (const client of [phone, laptop]) {
    expect((await client.collections.habits.get("h1"))?.title).toBe("Swim");
    expect(client.inbox.getSnapshot()).toEqual([]);
  }
});

test("what the other device deleted with the habit stays deleted, what this one has entered since is there; and its undo brings the rest", async () => {
  const { world, phone, laptop } = await apart("entries");
  await world.heal();
  const entry = (id: string, day: string) => createEntry(id, { habitId: "h1", day, value: 1 }, NOW);
  await phone.collections.entries.insert(entry("e1", "2026-11-19")).local;
  await world.converged();
  world.partition();
  await laptop.collections.entries.insert(entry("e2", "2026-11-20")).local;
  await laptop.collections.habits.update("h1", { title: "Swim" }).local;
  await phone.transaction((tx) => {
    tx.habits.delete("h1");
    tx.entries.delete("e1");
  }).local;
  await world.heal();
  world.partition(1);
  await world.advance(60_000);
  await world.heal();
  await world.converged();
  const { look, decisions } = await open(laptop);
  for (const decision of decisions) await decide(laptop, decision, { choice: "mine", look });
  await world.converged();
  for (const { collections } of [phone, laptop])
    expect((await collections.entries.query({})).map(({ id }) => id)).toEqual(["e2"]);
  await phone.undo()?.local;
  await world.converged();
  for (const { collections } of [phone, laptop]) {
    expect((await collections.entries.query({})).map(({ id }) => id).sort()).toEqual(["e1", "e2"]);
    expect((await collections.habits.get("h1"))?.title).toBe("Swim");
  }
});
