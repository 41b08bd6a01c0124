// Random edits by two devices with undo and redo in between: they agree in the end, and nobody's undo has
// overwritten what another has written later.

import { createSeededRandom, type SeededRandom } from "@syncline/core/testing";
import { expect, it } from "vitest";
import { runs } from "../../../../tools/property-runs.ts";
import { collection } from "../index.ts";
import { createWorld, type World } from "../testing/index.ts";

const COLLECTIONS = {
  todos: collection<{ a?: string | null; b?: string | null }>(),
  stock: collection<{ count: number }>({ policy: "counter" }),
  notes: collection<{ text: string }>({ policy: "versioned" }),
};
const RUNS = 150;
const STEPS = 40;
const IDS = ["r0", "r1", "r2"];

/** The last ordinary write to something, and whether its author has undone or redone anything since. */
interface Last {
  readonly device: number;
  readonly wrote: unknown;
  revised: boolean;
}

interface Run {
  readonly world: World<typeof COLLECTIONS>;
  readonly random: SeededRandom;
  /** By record and field; `visible` for what an insert, a delete and a restore say. */
  readonly last: Map<string, Last>;
}

it.each(Array.from({ length: runs(RUNS) }, (_, seed) => seed))("seed %i", async (seed) => {
  const world = await createWorld({ seed, clients: 2, collections: COLLECTIONS, pollMs: 2_000 });
  const run: Run = { world, random: createSeededRandom(`undo ${seed}`), last: new Map() };
  await world.clients[0]?.client.transaction((tx) => {
    for (const id of IDS) tx.todos.insert({ id, a: "first", b: "first" });
    tx.stock.insert({ id: "s", count: 0 });
    tx.notes.insert({ id: "n", text: "first" });
  }).local;
  await world.converged();
  for (let step = 0; step < STEPS; step++) await randomStep(run, `${step}`);
  await world.heal();
  await world.converged();
  const shown = await Promise.all(
    world.clients.map(({ client }) => client.collections.todos.query()),
  );
  expect(shown[0]).toEqual(shown[1]);
  const rows = new Map(shown[0]?.map((row) => [row.id, row]));
  for (const [key, { wrote, revised }] of run.last) {
    const [id = "", name = ""] = key.split("/");
    const row = rows.get(id);
    if (revised) continue;
    if (name === "visible") expect({ [key]: row !== undefined }).toEqual({ [key]: wrote });
    else if (row !== undefined) expect({ [key]: Reflect.get(row, name) }).toEqual({ [key]: wrote });
  }
  await world.close();
});

async function randomStep({ world, random, last }: Run, text: string): Promise<void> {
  // Each step has a millisecond of its own, so that later on one device is later on all.
  await world.advance(1 + random.below(random.chance(0.2) ? 4_000 : 20));
  const device = random.below(world.clients.length);
  const client = world.clients[device]?.client;
  if (client === undefined) return;
  const { todos, stock, notes } = client.collections;
  const id = IDS[random.below(IDS.length)] ?? "";
  const wrote = (name: string, value: unknown) =>
    void last.set(`${id}/${name}`, { device, wrote: value, revised: false });
  const row = await todos.get(id);
  const roll = random.below(100);
  if (roll < 8) world.partition(random.below(2));
  else if (roll < 14) await world.heal();
  else if (roll < 45) {
    if (row === undefined) return;
    const name = random.chance(0.5) ? "a" : "b";
    const value = random.chance(0.8) ? text : "same";
    await todos.update(id, { [name]: value }).local;
    wrote(name, value);
  } else if (roll < 55) {
    if (row === undefined) await todos.restore(id).local;
    else await todos.delete(id).local;
    wrote("visible", row === undefined);
  } else if (roll < 60 && (await stock.get("s")))
    await stock.update("s", { count: 1 + random.below(9) }).local;
  else if (roll < 65 && (await notes.get("n"))) await notes.update("n", { text }).local;
  else {
    await (roll < 87 ? client.undo() : client.redo())?.local;
    for (const one of last.values()) if (one.device === device) one.revised = true;
  }
}
