// The streak worker: nothing that was written is forgotten, whatever happens to the server.

import { SynclineError } from "@syncline/core";
import type { Store } from "@syncline/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import type { Kanso } from "./fixture.ts";
import {
  type Clock,
  CONSUMER,
  DAY_MS,
  done,
  entriesOf,
  makeHabit,
  NOON,
  push,
  settled,
  spaceOf,
  startWithoutWorker,
  startWithWorker,
  storedStreak,
} from "./streak-fixture.ts";

onBothStores("The streak worker", (openStore) => {
  let store: Store;
  let clock: Clock;
  let kanso: Kanso;
  const closing: Kanso[] = [];
  /** Another server on the same store must not close it. */
  const shared = (): Store => ({ ...store, close: async () => undefined });
  const start = async (on: Store = shared()) => {
    kanso = await startWithWorker(on, clock);
    closing.push(kanso);
    return kanso;
  };

  beforeEach(async () => {
    store = await openStore();
    clock = { ms: NOON };
    await start();
  });
  afterEach(async () => {
    for (const one of closing.splice(0)) await one.server.close();
    await store.close();
  });

  test("stores what the answers say, and no version of the habit guards it", async () => {
    const ada = await kanso.person();
    const habit = await makeHabit(ada);
    for (const ago of [0, 1, 2, 4]) await done(ada, habit, clock, ago);
    await expect.poll(() => storedStreak(store, ada.id, habit)).toEqual([3, 3]);
    const read = await ada.call("GET", `/habits/${habit}`);
    expect(read.body).toMatchObject({ current_streak: 3, longest_streak: 3, version: 1 });
    const metrics = await kanso.call("GET", "/metrics");
    expect(metrics.text).toMatch(/^kanso_people_at_hand 1$/m);
    expect(metrics.text).toMatch(/^kanso_people_bytes [1-9]\d+$/m);
    const edited = await ada.call("PUT", `/habits/${habit}`, { title: "Write", version: 1 });
    expect(edited).toMatchObject({ status: 200, body: { version: 2, current_streak: 3 } });
  });

  test("goes with its habit, and does not come back with what is written later", async () => {
    const ada = await kanso.person();
    const [gone, stays] = [await makeHabit(ada), await makeHabit(ada)];
    for (const habit of [gone, stays]) await done(ada, habit, clock, 0);
    await settled(store);
    await ada.call("DELETE", `/habits/${gone}`);
    await expect.poll(() => storedStreak(store, ada.id, gone)).toBeUndefined();
    await push(kanso, ada, { clientId: "phone", mutation: 1 }, entriesOf(gone, 3, clock.ms));
    await settled(store);
    expect(await storedStreak(store, ada.id, gone)).toBeUndefined();
    expect(await storedStreak(store, ada.id, stays)).toEqual([1, 1]);
  });

  test("is written by nobody else", async () => {
    const ada = await kanso.person();
    const habit = await makeHabit(ada);
    await done(ada, habit, clock, 0);
    await settled(store);
    const forged = { current: 999, longest: 999, unit: "days" };
    const results = await push(kanso, ada, { clientId: "phone", mutation: 1 }, [
      { collection: "streaks", id: habit, fields: forged },
    ]);
    expect(results).toMatchObject([{ status: "rejected" }]);
    expect(JSON.stringify(results)).toContain("written by the server");
    expect(await storedStreak(store, ada.id, habit)).toEqual([1, 1]);
  });

  test("loses none of 2,000 entries of ten people at once, and a replay writes nothing", async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => kanso.person()));
    const habits = new Map<string, string[]>();
    for (const person of people)
      habits.set(person.id, [await makeHabit(person), await makeHabit(person)]);
    await Promise.all(
      people.map(async (person) => {
        for (const [index, habit] of (habits.get(person.id) ?? []).entries())
          for (let part = 0; part < 5; part += 1) {
            const entries = entriesOf(habit, 100, clock.ms).slice(part * 20, part * 20 + 20);
            const device = { clientId: `d${index}:${person.id}`, mutation: part + 1 };
            const results = await push(kanso, person, device, entries);
            expect(results).toMatchObject([{ status: "applied" }]);
          }
      }),
    );
    await settled(store);
    const stored = async () => {
      const all: unknown[] = [];
      for (const person of people)
        for (const habit of habits.get(person.id) ?? [])
          all.push(await storedStreak(store, person.id, habit));
      return all;
    };
    expect(await stored()).toEqual(Array.from({ length: 20 }, () => [100, 100]));
    const stamps = async () =>
      await Promise.all(people.map(async ({ id }) => (await store.head(spaceOf(id)))?.stamp));
    const before = await stamps();
    await kanso.server.close();
    await store.consumers.forget(CONSUMER);
    await start();
    await settled(store);
    expect(await stamps()).toEqual(before);
  });

  test("catches up with what was written while no worker ran", async () => {
    const ada = await kanso.person();
    const habit = await makeHabit(ada);
    await done(ada, habit, clock, 1);
    await settled(store);
    await kanso.server.close();
    const without = await startWithoutWorker(shared());
    closing.push(without);
    await push(without, ada, { clientId: "phone", mutation: 1 }, entriesOf(habit, 40, clock.ms));
    expect(await storedStreak(store, ada.id, habit)).toEqual([1, 1]);
    await start();
    await expect.poll(() => storedStreak(store, ada.id, habit)).toEqual([40, 40]);
  });

  test("looks again at a person's midnight, also when no server ran then; feeds tell of it", async () => {
    const ada = await kanso.person();
    const habit = await makeHabit(ada);
    const settings = { zone: "Pacific/Auckland", dayStartHour: 3, weekStart: 1 };
    await push(kanso, ada, { clientId: "phone", mutation: 1 }, [
      { collection: "settings", id: "settings", fields: settings },
    ]);
    // Noon in UTC is one in the morning in Auckland: there it is still the 10th, until three.
    await push(kanso, ada, { clientId: "phone", mutation: 2 }, entriesOf(habit, 3, clock.ms));
    await settled(store);
    expect(await storedStreak(store, ada.id, habit)).toEqual([3, 3]);
    const { timestamp } = (await ada.call("GET", "/habits/sync")).body;
    clock.ms = Date.parse("2026-03-10T14:01:00Z"); // the 11th begins: not done yet, nothing ends
    await settled(store);
    expect(await storedStreak(store, ada.id, habit)).toEqual([3, 3]);
    await kanso.server.close();
    clock.ms = Date.parse("2026-03-11T14:01:00Z");
    await start();
    await expect.poll(() => storedStreak(store, ada.id, habit)).toEqual([0, 3]);
    const news = await kanso.call("GET", `/api/v1/habits/sync?last_sync=${timestamp}`, undefined, {
      authorization: `Bearer ${ada.token}`,
    });
    expect(news.body.changes).toMatchObject([{ id: habit, current_streak: 0, version: 1 }]);
    // And while it runs: done on the 12th, and missed on the 13th.
    await push(
      kanso,
      ada,
      { clientId: "pad", mutation: 1 },
      entriesOf(habit, 1, Date.parse("2026-03-12T12:00:00Z")),
    );
    await expect.poll(() => storedStreak(store, ada.id, habit)).toEqual([1, 3]);
    clock.ms += 3 * DAY_MS;
    await expect.poll(() => storedStreak(store, ada.id, habit)).toEqual([0, 3]);
    // Nothing is left to lose: no midnight looks at this person again.
    await settled(store);
    const asked = { consumer: CONSUMER, startAt: 0, limit: 10, atMs: Number.MAX_SAFE_INTEGER };
    expect(await store.consumers.waiting(asked)).toEqual([]);
  });

  test("tries again what failed", async () => {
    const ada = await kanso.person();
    const habit = await makeHabit(ada);
    await settled(store);
    await kanso.server.close();
    let failures = 0;
    const failing: Store = {
      ...shared(),
      async commit(units) {
        const isStreak = units.some(({ records }) =>
          records.some(({ collection }) => collection === "streaks"),
        );
        if (!isStreak || failures === 2) return await store.commit(units);
        failures += 1;
        throw new SynclineError("unavailable", "The disk is full.");
      },
    };
    await start(failing);
    await push(kanso, ada, { clientId: "phone", mutation: 1 }, entriesOf(habit, 2, clock.ms));
    await expect.poll(() => storedStreak(store, ada.id, habit)).toEqual([2, 2]);
    expect(failures).toBe(2);
  });

  test("ends with the account: nothing is made anew, and no alarm is left", async () => {
    const ada = await kanso.person();
    const habit = await makeHabit(ada);
    await done(ada, habit, clock, 0);
    const deleting = ada.call("DELETE", "/auth/user");
    expect((await deleting).status).toBe(200);
    await settled(store);
    expect(await store.head(spaceOf(ada.id))).toBeUndefined();
    const atMs = Number.MAX_SAFE_INTEGER;
    expect(
      await store.consumers.waiting({ consumer: CONSUMER, startAt: 0, limit: 10, atMs }),
    ).toEqual([]);
  });

  test("two nodes share the work and agree", async () => {
    await start();
    const people = await Promise.all(Array.from({ length: 4 }, () => kanso.person()));
    const habits = await Promise.all(people.map((person) => makeHabit(person)));
    await Promise.all(
      people.map(async (person, index) => {
        for (let day = 0; day < 10; day += 1)
          await push(
            closing[day % 2] ?? kanso,
            person,
            { clientId: `d${day % 2}:${person.id}`, mutation: Math.floor(day / 2) + 1 },
            entriesOf(habits[index] ?? "", 10, clock.ms).slice(day, day + 1),
          );
      }),
    );
    await settled(store);
    for (const [index, person] of people.entries())
      expect(await storedStreak(store, person.id, habits[index] ?? "")).toEqual([10, 10]);
  });
});
