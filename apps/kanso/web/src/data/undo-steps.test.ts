// What undo says between two devices: what was taken back, and what stays because the other has changed it since.

import { createWorld } from "@syncline/client/testing";
import { createHabit } from "@syncline/kanso-domain";
import { expect, onTestFinished, test } from "vitest";
import { collections } from "./collections.ts";
import { tellLeftAsIs } from "./left-as-is.ts";
import { redoStep, stepLabel, undoStep } from "./undo-steps.ts";

// The first world takes its time on a busy machine.
const NOW = { nowMs: Date.UTC(2026, 10, 21), zone: "UTC", dayStartHour: 0 };

/** Two devices that have the same two habits; the phone has just renamed them. */
async function renamed(group = "") {
  const world = await createWorld({
    seed: "turned",
    clients: 2,
    collections,
    onEvent(device, event) {
      const client = world.clients[device]?.client;
      if (event.type === "not_undone" && client !== undefined) tellLeftAsIs(client, event);
    },
  });
  onTestFinished(() => world.close());
  const [phone, laptop] = world.clients.map(({ client }) => client);
  if (phone === undefined || laptop === undefined) throw new Error("Two devices were asked for.");
  for (const id of ["h1", "h2"])
    phone.collections.habits.insert(createHabit(id, { title: id }, NOW));
  await world.converged();
  const label = stepLabel("edit", "Run", group);
  const edits = [["h1"], ["h2"]];
  for (const ids of group === "" ? [edits.flat()] : edits)
    await phone.transaction(
      (tx) => {
        for (const id of ids) tx.habits.update(id, { title: "Run" });
      },
      { label },
    ).local;
  await world.converged();
  const swim = async (...ids: string[]) => {
    for (const id of ids) await laptop.collections.habits.update(id, { title: "Swim" }).local;
    await world.converged();
  };
  return { phone, swim };
}

const RUN = { kind: "edit", title: "Run" };

test.each(["", "group"])(
  "what nobody has changed since is undone and redone (%j)",
  async (group) => {
    const { phone } = await renamed(group);
    expect(await undoStep(phone)).toEqual({ ...RUN, left: "nothing" });
    expect(await phone.collections.habits.get("h1")).toMatchObject({ title: "h1" });
    expect(await redoStep(phone)).toEqual({ ...RUN, left: "nothing" });
    expect(await phone.collections.habits.get("h2")).toMatchObject({ title: "Run" });
  },
);

test.each(["", "group"])(
  "what another device has changed since stays, and is told (%j)",
  async (group) => {
    const { phone, swim } = await renamed(group);
    await swim("h2");
    expect(await undoStep(phone)).toEqual({ ...RUN, left: "some" });
    expect(await phone.collections.habits.get("h1")).toMatchObject({ title: "h1" });
    expect(await phone.collections.habits.get("h2")).toMatchObject({ title: "Swim" });
  },
);

test.each(["", "group"])(
  "where all of it was changed, nothing was undone, and that is told (%j)",
  async (group) => {
    const { phone, swim } = await renamed(group);
    await swim("h1", "h2");
    expect(await undoStep(phone)).toEqual({ ...RUN, left: "all" });
    expect(await phone.collections.habits.get("h1")).toMatchObject({ title: "Swim" });
    expect(phone.history.state.getSnapshot().canRedo).toBe(false);
  },
);

test("an earlier undo is not taken for the one of which nothing was undone", async () => {
  const { phone, swim } = await renamed();
  const label = stepLabel("edit", "Later");
  await phone.transaction((tx) => tx.habits.update("h1", { icon: "book" }), { label }).local;
  expect(await undoStep(phone)).toMatchObject({ title: "Later", left: "nothing" });
  await swim("h1", "h2");
  expect(await undoStep(phone)).toEqual({ ...RUN, left: "all" });
});
