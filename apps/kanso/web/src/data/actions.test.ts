// What the screen says is done is being written: a page that ends before that has not said so.

import { createWorld } from "@syncline/client/testing";
import { createEntry, createHabit, DEFAULT_SETTINGS, dayToText } from "@syncline/kanso-domain";
import { expect, onTestFinished, test, vi } from "vitest";
import { createActions } from "./actions.ts";
import { collections } from "./collections.ts";
import { logStoreOf } from "./log-store.ts";

// What stands beside the actions listens to its page.
vi.hoisted(() => vi.stubGlobal("addEventListener", () => undefined));

const DAY = 20_000;
const HERE = { nowMs: DAY * 86_400_000 + 43_200_000, zone: "UTC", dayStartHour: 0 };
const SETTINGS = { ...DEFAULT_SETTINGS, zone: "UTC" };

/** A device with a habit that is done on a day, and whose database can be made to wait. */
async function openDevice(seed: string) {
  let held: Promise<void> | undefined;
  const world = await createWorld({
    seed,
    clients: 1,
    collections,
    wrapStore: (store) =>
      new Proxy(store, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== "function") return member;
          return async (...given: unknown[]) => {
            if (name === "range" || name === "scan") await held;
            return await member.apply(target, given);
          };
        },
      }),
  });
  onTestFinished(() => world.close());
  const [device] = world.clients;
  if (device === undefined) throw new Error("There is a device.");
  const { client } = device;
  const habit = createHabit("h", { title: "Read" }, HERE);
  const day = { habitId: "h", day: dayToText(DAY), value: 1 };
  await client.collections.habits.insert(habit).local;
  await client.collections.entries.insert(createEntry("e", day, HERE)).local;
  await world.converged();
  return {
    habit,
    actions: createActions(client, SETTINGS),
    logs: logStoreOf(client),
    pending: () => client.status.getSnapshot().pending,
    hold(until: Promise<void>) {
      held = until;
    },
  };
}

test.each(["clearEntry", "reopenDay"] as const)(
  "%s is shown once it is being written, and not while it still reads",
  async (name) => {
    const { habit, actions, logs, pending, hold } = await openDevice(name);
    const shown: number[] = [];
    const stop = logs.subscribe(() => undefined);
    onTestFinished(stop);
    await expect.poll(() => logs.getSnapshot().logOf("h").get(DAY)?.logs).toBe(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    hold(promise);
    const expected = logs.expect;
    Object.assign(logs, {
      expect: (...given: Parameters<typeof expected>) => {
        shown.push(pending());
        expected(...given);
      },
    });
    const done = actions[name](habit, DAY);
    await new Promise((turn) => setTimeout(turn));
    expect(shown).toEqual([]);
    resolve();
    await done;
    expect(shown).toHaveLength(1);
    await expect.poll(() => logs.getSnapshot().logOf("h").get(DAY)?.logs ?? 0).toBe(0);
  },
);
