// The logs of all habits: whatever happens to entries, here or elsewhere, they are what the entries add up to.

import { createWorld, type WorldOptions } from "@syncline/client/testing";
import {
  createEntry,
  createHabit,
  dayToText,
  type Entry,
  type HabitLog,
  logsOf,
} from "@syncline/kanso-domain";
import fc from "fast-check";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { collections } from "./collections.ts";
import type { LogCache } from "./log-cache.ts";
import { createLogStore, EMPTY_LOG, logStoreOf } from "./log-store.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

const TODAY = 20_000;
const NOON_MS = TODAY * 86_400_000 + 43_200_000;
const HERE = { nowMs: NOON_MS, zone: "UTC", dayStartHour: 0 };
const UTC = { zone: "UTC", dayStartHour: 0 };
const HABITS = ["h0", "h1", "h2"] as const;

type Draft = Partial<Omit<Entry, "id">>;

const entry = (id: string, draft: Draft = {}): Entry => ({
  ...createEntry(id, { habitId: "h0", day: dayToText(TODAY), value: 1 }, HERE),
  ...draft,
});

/** Keeps copies, as a database does. */
function createMemoryCache(): LogCache {
  let kept = new Map<string, HabitLog>();
  const changed = new Set<string>();
  return {
    read: async () => new Map([...kept].filter(([id]) => !changed.has(id))),
    outdate: (habitId) => void changed.add(habitId),
    async write(logs, habitIds) {
      for (const [id, log] of logs) {
        kept.set(id, new Map(log));
        changed.delete(id);
      }
      kept = new Map([...kept].filter(([id]) => habitIds.has(id)));
    },
  };
}

type Options = Partial<Pick<WorldOptions<typeof collections>, "wrapStore">>;

async function openWorld(seed: string, options: Options = {}) {
  const world = await createWorld({ seed, clients: 2, collections, ...options });
  onTestFinished(() => world.close());
  const [here, there] = world.clients.map(({ client }) => client);
  if (here === undefined || there === undefined) throw new Error("There are two devices.");
  const habits = HABITS.map((id, place) =>
    createHabit(id, { title: id, sortOrder: place }, { ...HERE, nowMs: 0 }),
  );
  here.transaction((tx) => {
    for (const habit of habits) tx.habits.insert(habit);
  });
  await world.converged();
  return { world, devices: [here, there] as const, here, there };
}

/** Until nothing is waited for any more, neither the network nor another turn. */
async function settle({ world }: Pick<Awaited<ReturnType<typeof openWorld>>, "world">) {
  await world.converged();
  await vi.advanceTimersByTimeAsync(5_000);
}

const sorted = (log: HabitLog) => [...log].sort(([a], [b]) => a - b);

/** Entries that are not read before they are let go. */
function slowEntries() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wrapStore: Options["wrapStore"] = (store, device) =>
    device > 0
      ? store
      : new Proxy(store, {
          get(target, name) {
            const held: unknown = Reflect.get(target, name, target);
            if (typeof held !== "function") return held;
            if (name !== "scan" && name !== "range") return held.bind(target);
            return async (...given: unknown[]) => {
              if (given[1] === "entries") await promise;
              return await held.apply(target, given);
            };
          },
        });
  return { wrapStore, release: resolve };
}

test("one store for each client, which says nothing before it knows something", async () => {
  const { here } = await openWorld("one");
  expect(logStoreOf(here)).toBe(logStoreOf(here));
  const store = createLogStore(here, createMemoryCache());
  expect(store.getSnapshot().ready).toBe(false);
  expect(store.getSnapshot().logOf("h0")).toBe(EMPTY_LOG);
  expect(store.getSnapshot().entriesOf("h0")).toBeUndefined();
});

test("tells of what changed, and leaves what did not as it is", async () => {
  const opened = await openWorld("same");
  const { here, there } = opened;
  here.collections.entries.insert(entry("e0"));
  here.collections.entries.insert(entry("e1", { habitId: "h1" }));
  const store = createLogStore(here, createMemoryCache());
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  await settle(opened);
  const before = store.getSnapshot();
  expect(before.ready).toBe(true);
  expect(sorted(before.logOf("h0"))).toEqual([[TODAY, { total: 1, logs: 1, skipped: false }]]);
  const held = { h0: before.logOf("h0"), h1: before.logOf("h1") };
  told = 0;
  there.collections.entries.insert(entry("e2", { value: 2 }));
  await settle(opened);
  expect(store.getSnapshot()).not.toBe(before);
  expect(sorted(store.getSnapshot().logOf("h0"))).toEqual([
    [TODAY, { total: 3, logs: 2, skipped: false }],
  ]);
  expect(store.getSnapshot().logOf("h0")).not.toBe(held.h0);
  expect(store.getSnapshot().logOf("h1")).toBe(held.h1);
  expect(told).toBe(1);
});

test("says of no habit what was done before it has read it, on the first day of a device, too", async () => {
  const slow = slowEntries();
  const opened = await openWorld("first", slow);
  const { here, there } = opened;
  const store = createLogStore(here, createMemoryCache());
  const known: string[] = [];
  store.subscribe(() => {
    const { ready, isKnown } = store.getSnapshot();
    known.push(`${ready} ${HABITS.filter(isKnown).join()}`);
  });
  there.collections.entries.insert(entry("e0"));
  await settle(opened);
  expect(store.getSnapshot()).toMatchObject({ begun: true, ready: false });
  expect(HABITS.some((id) => store.getSnapshot().isKnown(id))).toBe(false);
  slow.release();
  await settle(opened);
  expect([...new Set(known)]).toEqual(["false ", "false h0", "false h0,h1", "true h0,h1,h2"]);
});

test("a note changes the entries, and not what they add up to", async () => {
  const opened = await openWorld("note");
  const { here } = opened;
  here.collections.entries.insert(entry("e0"));
  const store = createLogStore(here, createMemoryCache());
  store.subscribe(() => undefined);
  await settle(opened);
  const log = store.getSnapshot().logOf("h0");
  await here.collections.entries.update("e0", { notes: "It rained." }).local;
  expect(store.getSnapshot().logOf("h0")).toBe(log);
  expect(store.getSnapshot().entriesOf("h0")).toMatchObject([{ notes: "It rained." }]);
});

test("shows what was kept until the entries are read, with what is tapped meanwhile", async () => {
  const slow = slowEntries();
  const opened = await openWorld("kept", slow);
  const { here } = opened;
  here.collections.entries.insert(entry("e0"));
  await settle(opened);
  const cache = createMemoryCache();
  const kept = new Map([[TODAY, { total: 1, logs: 1, skipped: false }]]);
  await cache.write(
    new Map([
      ["h0", kept],
      ["h1", EMPTY_LOG],
      ["gone", kept],
    ]),
    new Set(["h0", "h1", "gone"]),
  );
  const store = createLogStore(here, cache);
  store.subscribe(() => undefined);
  await settle(opened);
  // The third habit was not there the last time.
  expect(HABITS.map((id) => store.getSnapshot().isKnown(id))).toEqual([true, true, false]);
  expect(store.getSnapshot()).toMatchObject({ begun: true, ready: false });
  store.expect("h2", TODAY, () => ({ total: 1, logs: 1, skipped: false }));
  expect(store.getSnapshot().isKnown("h2")).toBe(false);
  expect(store.getSnapshot().entriesOf("h0")).toBeUndefined();
  store.expect("h0", TODAY, ({ total, logs }) => ({
    total: total + 2,
    logs: logs + 1,
    skipped: false,
  }));
  store.expect("h1", TODAY, () => ({ total: 0, logs: 0, skipped: true }));
  here.collections.entries.insert(entry("e1", { value: 2 }));
  here.collections.entries.insert(entry("e2", { habitId: "h1", kind: "skip", value: 0 }));
  const shown = () => HABITS.map((id) => store.getSnapshot().logOf(id).get(TODAY));
  const right = [
    { total: 3, logs: 2, skipped: false },
    { total: 0, logs: 0, skipped: true },
    undefined,
  ];
  expect(shown()).toEqual(right);
  slow.release();
  await settle(opened);
  expect(shown()).toEqual(right);
  expect(store.getSnapshot()).toMatchObject({ begun: true, ready: true });
  expect(store.getSnapshot().entriesOf("h0")).toHaveLength(2);
  // What is not there any more is not kept either.
  expect(store.getSnapshot().logOf("gone")).toBe(EMPTY_LOG);
  expect([...(await cache.read()).keys()].sort()).toEqual([...HABITS]);
  store.expect("h0", TODAY, () => undefined); // what is read needs nobody's word
  expect(shown()).toEqual(right);
});

test("what changed in the last moment of a page is never shown as it was before", async () => {
  const opened = await openWorld("last moment");
  const { here, there } = opened;
  here.collections.entries.insert(entry("e0"));
  here.collections.entries.insert(entry("e1", { habitId: "h1" }));
  await settle(opened);
  const cache = createMemoryCache();
  const before = createLogStore(here, cache);
  before.subscribe(() => undefined);
  await settle(opened);
  expect([...(await cache.read()).keys()].sort()).toEqual([...HABITS]);
  // A tap is not on the device yet, and what another device did is; the page ends before either is kept.
  before.expect("h1", TODAY, () => ({ total: 2, logs: 2, skipped: false }));
  there.collections.entries.insert(entry("e2"));
  await opened.world.converged();
  await vi.advanceTimersByTimeAsync(0);
  expect(before.getSnapshot().logOf("h0").get(TODAY)?.total).toBe(2);
  // Nor does what is kept in between hold, as long as there is a tap that it does not have.
  await vi.advanceTimersByTimeAsync(500);
  before.expect("h0", TODAY, () => ({ total: 3, logs: 3, skipped: false }));
  await vi.advanceTimersByTimeAsync(600);
  expect([...(await cache.read()).keys()]).toEqual(["h2"]);
  await here.collections.entries.insert(entry("e3", { habitId: "h1" })).local;
  await here.collections.entries.insert(entry("e4")).local;

  const after = createLogStore(here, cache);
  const shown: unknown[] = [];
  after.subscribe(() => {
    const { isKnown, logOf } = after.getSnapshot();
    shown.push(...HABITS.flatMap((id) => (isKnown(id) ? (logOf(id).get(TODAY)?.total ?? 0) : [])));
  });
  await settle(opened);
  expect(new Set(shown)).toEqual(new Set([3, 2, 0]));
  // Once it was read, it is kept again.
  expect([...(await cache.read()).keys()].sort()).toEqual([...HABITS]);
});

test("a habit that is deleted while its entries are read does not keep the others waiting", async () => {
  const slow = slowEntries();
  const opened = await openWorld("deleted", slow);
  const { here } = opened;
  here.collections.entries.insert(entry("e1", { habitId: "h1" }));
  const store = createLogStore(here, createMemoryCache());
  store.subscribe(() => undefined);
  await settle(opened);
  expect(store.getSnapshot().ready).toBe(false);
  await here.collections.habits.delete("h0").local;
  slow.release();
  await settle(opened);
  expect(store.getSnapshot().ready).toBe(true);
  expect(store.getSnapshot().logOf("h1").size).toBe(1);
  expect(store.getSnapshot().entriesOf("h0")).toBeUndefined();
});

const device = fc.constantFrom(0, 1);
const number = fc.nat({ max: 9 });
const step = fc.oneof(
  fc.record({
    what: fc.constant("add" as const),
    device,
    number,
    habit: fc.constantFrom(...HABITS),
    // Those that say no day count for the day that it was where they are read.
    day: fc.option(fc.integer({ min: TODAY - 2, max: TODAY }), { freq: 2 }),
    kind: fc.constantFrom("log" as const, "skip" as const),
    value: fc.integer({ min: 1, max: 5_000 }),
  }),
  fc.record({ what: fc.constant("remove" as const), device, number }),
  fc.record({
    what: fc.constant("move" as const),
    device,
    number,
    habit: fc.constantFrom(...HABITS),
  }),
  fc.record({
    what: fc.constantFrom("drop" as const, "restore" as const),
    device,
    habit: fc.constantFrom(...HABITS),
  }),
  fc.record({
    what: fc.constant("turn" as const),
    zone: fc.constantFrom("UTC", "Pacific/Honolulu", "Pacific/Kiritimati"),
    dayStartHour: fc.constantFrom(0, 4),
  }),
  fc.record({ what: fc.constantFrom("sync" as const, "wait" as const) }),
);

test("is what the entries add up to, and is kept as that, whatever was done where", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40, size: "max" }),
      fc.nat(),
      async (steps, seed) => {
        const world = await createWorld({ seed, clients: 2, collections });
        try {
          const [here, there] = world.clients.map(({ client }) => client);
          if (here === undefined || there === undefined) throw new Error("There are two devices.");
          for (const id of HABITS)
            here.collections.habits.insert(createHabit(id, { title: id }, HERE));
          await world.converged();
          const cache = createMemoryCache();
          const store = createLogStore(here, cache);
          store.subscribe(() => undefined);
          let where = UTC;
          for (const [place, one] of steps.entries()) {
            const { entries, habits } = ("device" in one && one.device === 1 ? there : here)
              .collections;
            const done: { local: Promise<void>; synced: Promise<unknown> }[] = [];
            if (one.what === "add") {
              const { habit: habitId, day, kind, value } = one;
              const at = new Date(NOON_MS + (one.number - 5) * 7_200_000).toISOString();
              const draft = { habitId, at, day: day === null ? null : dayToText(day), kind };
              const made = entry(`e${one.number}-${place}`, {
                ...draft,
                value: kind === "skip" ? 0 : value / 1_000,
              });
              done.push(entries.insert(made));
            } else if (one.what === "drop") done.push(habits.delete(one.habit));
            else if (one.what === "restore") done.push(habits.restore(one.habit));
            else if (one.what === "turn") {
              where = { zone: one.zone, dayStartHour: one.dayStartHour };
              store.turnTo(where);
            } else if (one.what === "sync") await world.converged();
            else if (one.what === "wait") await vi.advanceTimersByTimeAsync(0);
            else if (one.what === "remove" || one.what === "move") {
              const all = await entries.query();
              const chosen = all[one.number % Math.max(1, all.length)];
              if (chosen === undefined) continue;
              done.push(
                one.what === "remove"
                  ? entries.delete(chosen.id)
                  : entries.update(chosen.id, { habitId: one.habit }),
              );
            }
            // What is there already, or not any more, is refused.
            for (const write of done) await Promise.allSettled([write.local]);
            for (const { synced } of done) synced.catch(() => undefined);
          }
          await settle({ world });
          const plain = logsOf(await here.collections.entries.query(), where);
          const ids = (await here.collections.habits.query()).map(({ id }) => id);
          const right = ids.map((id) => sorted(plain.get(id) ?? EMPTY_LOG));
          const shown = store.getSnapshot();
          expect(shown.ready).toBe(true);
          expect(ids.map((id) => sorted(shown.logOf(id)))).toEqual(right);
          const kept = await cache.read();
          expect(ids.map((id) => sorted(kept.get(id) ?? EMPTY_LOG))).toEqual(right);
          expect([...kept.keys()].filter((id) => !ids.includes(id))).toEqual([]);
        } finally {
          await world.close();
        }
      },
    ),
    { numRuns: 60 },
  );
});
