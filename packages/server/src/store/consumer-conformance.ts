// What every store must remember of background work: the port's promises as tests.

import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Claim, ClaimRequest } from "./consumer-port.ts";
import type { HistoryEntry, Store } from "./port.ts";
import { change, unitOf } from "./sample-commits.ts";

export interface ConsumerHarness {
  open(): Promise<Store>;
}

/** Runs the suite on an adapter. */
export function describeConsumers(name: string, harness: ConsumerHarness): void {
  describe(`background work: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await harness.open();
    });
    afterEach(() => store.close());

    const write = async (space: string, id: string) => {
      await store.commit([unitOf(space, [change("put", id)])]);
      const entries = await store.history({ space, after: 0, limit: 100 });
      return entries.at(-1) as HistoryEntry; // one was just written
    };
    const request = (more: Partial<ClaimRequest> = {}): ClaimRequest => ({
      consumer: "mail",
      startAt: 0,
      leaseMs: 60_000,
      limit: 10,
      atMs: 0,
      ...more,
    });
    const claim = async (more: Partial<ClaimRequest> = {}): Promise<Claim> => {
      const [one] = await store.consumers.claim(request(more));
      if (one === undefined) throw new Error("There was nothing to claim.");
      return one;
    };
    const names = (claims: readonly Claim[]) => claims.map(({ space }) => space).sort();

    it("[CN1] gives a space to one at a time, until the lease ends or is given back", async () => {
      await write("app/a", "1");
      await write("app/b", "1");
      const claims = await Promise.all([
        store.consumers.claim(request()),
        store.consumers.claim(request()),
        store.consumers.claim(request({ consumer: "other" })),
      ]);
      expect(names([...(claims[0] ?? []), ...(claims[1] ?? [])])).toEqual(["app/a", "app/b"]);
      expect(names(claims[2] ?? [])).toEqual(["app/a", "app/b"]);
      expect(await store.consumers.claim(request())).toEqual([]);
      const [held] = [...(claims[0] ?? []), ...(claims[1] ?? [])];
      if (held === undefined) throw new Error("Nothing was claimed.");
      await store.consumers.release(held);
      expect(names(await store.consumers.claim(request()))).toEqual([held.space]);
    });

    it("[CN1] [CN3] takes over a lease that ran out; who had it moves nothing any more", async () => {
      const entry = await write("app/a", "1");
      const slow = await claim({ leaseMs: 20 });
      await expect.poll(() => store.consumers.claim(request()), { interval: 10 }).toHaveLength(1);
      const taken = await store.consumers.renew(slow, 1_000);
      const letter = { entry, attempts: 1, error: "x" };
      expect([
        taken,
        await store.consumers.advance(slow, entry.stamp),
        await store.consumers.fail(slow, 0),
        await store.consumers.bury(slow, letter),
        await store.consumers.settle(slow, entry.stamp, null),
      ]).toEqual([false, false, false, false, false]);
      await store.consumers.release(slow);
      expect(await store.consumers.claim(request())).toEqual([]);
      expect(await store.consumers.letters({ limit: 10 })).toEqual([]);
    });

    it("[CN1] a renewed lease is not taken over", async () => {
      await write("app/a", "1");
      const mine = await claim({ leaseMs: 30 });
      expect(await store.consumers.renew(mine, 60_000)).toBe(true);
      await wait(50);
      expect(await store.consumers.claim(request())).toEqual([]);
    });

    it("[CN2] gives spaces with work only, of the apps and with the names asked for", async () => {
      const entry = await write("app/a", "1");
      await write("app/b", "1");
      await write("other/c", "1");
      const mine = await claim({ spaces: ["app/a"] });
      expect(mine).toMatchObject({ space: "app/a", checkpoint: 0, attempts: 0 });
      expect(await store.consumers.advance(mine, entry.stamp)).toBe(true);
      await store.consumers.release(mine);
      expect(await store.consumers.claim(request({ spaces: ["app/a", "app/none"] }))).toEqual([]);
      expect(names(await store.consumers.claim(request({ apps: ["other", "none"] })))).toEqual([
        "other/c",
      ]);
      expect(names(await store.consumers.claim(request({ limit: 1 })))).toEqual(["app/b"]);
      const next = await write("app/a", "2");
      expect(await claim()).toMatchObject({ space: "app/a", checkpoint: entry.stamp });
      expect(
        await store.consumers.claim(request({ consumer: "late", startAt: next.stamp })),
      ).toEqual([]);
    });

    it("[CN2] waits as long as a failure has said, and counts failures until something succeeds", async () => {
      const entry = await write("app/a", "1");
      expect(await store.consumers.fail(await claim(), 0)).toBe(true);
      expect(await claim()).toMatchObject({ attempts: 1 });
      const [again] = [await store.consumers.claim(request())];
      expect(again).toEqual([]);
      await store.consumers.forget("mail");
      const mine = await claim();
      expect(await store.consumers.fail(mine, 60_000)).toBe(true);
      expect(await store.consumers.claim(request())).toEqual([]);
      await store.consumers.forget("mail");
      const last = await claim();
      await store.consumers.advance(last, entry.stamp);
      expect(last.attempts).toBe(0);
    });

    it("[CN4] does not move back", async () => {
      await write("app/a", "1");
      const entry = await write("app/a", "2");
      const mine = await claim();
      await store.consumers.advance(mine, entry.stamp);
      await store.consumers.advance(mine, entry.stamp - 1);
      await store.consumers.release(mine);
      expect(await store.consumers.claim(request())).toEqual([]);
    });

    it("[CN5] [CN6] keeps what could not be handled, goes on behind it, and gives it out again when asked", async () => {
      const first = await write("app/a", "1");
      const second = await write("app/a", "2");
      await store.consumers.register("mail", 0);
      const mine = await claim();
      for (const [i, entry] of [first, second].entries())
        expect(await store.consumers.bury(mine, { entry, attempts: 3, error: `no ${i}` })).toBe(
          true,
        );
      await store.consumers.release(mine);
      const letters = await store.consumers.letters({ consumer: "mail", limit: 10 });
      expect(letters).toMatchObject([
        {
          consumer: "mail",
          space: "app/a",
          entry: first,
          attempts: 3,
          error: "no 0",
          again: false,
        },
        { entry: second, error: "no 1" },
      ]);
      expect(await store.consumers.progress()).toEqual([
        { consumer: "mail", behind: 0, deadLetters: 2 },
      ]);
      expect(await store.consumers.claim(request())).toEqual([]);
      expect(
        await store.consumers.revive({ consumer: "mail", space: "app/a", stamp: first.stamp }),
      ).toBe(1);
      expect(await store.consumers.revive({ consumer: "none" })).toBe(0);
      const again = await claim();
      const waiting = await store.consumers.letters({ space: "app/a", again: true, limit: 10 });
      expect(waiting.map(({ entry }) => entry.stamp)).toEqual([first.stamp]);
      expect(await store.consumers.settle(again, first.stamp, "still")).toBe(true);
      expect(await store.consumers.letters({ again: true, limit: 10 })).toEqual([]);
      await store.consumers.release(again);
      expect(await store.consumers.revive({ consumer: "mail" })).toBe(2);
      const last = await claim();
      for (const { stamp } of [first, second]) await store.consumers.settle(last, stamp, null);
      expect(await store.consumers.letters({ limit: 10 })).toEqual([]);
    });

    it("[CN2] [CN8] gives a space out again at its alarm, until another is set", async () => {
      const entry = await write("app/a", "1");
      const mine = await claim();
      expect(mine.dueMs).toBe(null);
      await store.consumers.advance(mine, entry.stamp, 5_000);
      await store.consumers.release(mine);
      const at = async (atMs: number) => names(await store.consumers.claim(request({ atMs })));
      const waiting = (atMs: number) => store.consumers.waiting(request({ atMs }));
      expect(await waiting(4_999)).toEqual([]);
      expect(await at(4_999)).toEqual([]);
      expect(await waiting(5_000)).toEqual(["app/a"]);
      const woken = await claim({ atMs: 5_000, spaces: ["app/a"] });
      expect(woken).toMatchObject({ dueMs: 5_000, checkpoint: entry.stamp });
      expect(await waiting(5_000)).toEqual([]);
      // Who had it does not set another: it is there for the next.
      await store.consumers.release(woken);
      const again = await claim({ atMs: 9_000 });
      expect(again.dueMs).toBe(5_000);
      await store.consumers.advance(again, 0, null);
      await store.consumers.release(again);
      expect(await at(Number.MAX_SAFE_INTEGER)).toEqual([]);
      const next = await write("app/a", "2");
      const last = await claim();
      expect(last.dueMs).toBe(null);
      await store.consumers.advance(last, next.stamp, 7_000);
      await store.consumers.advance(last, next.stamp);
      await store.consumers.release(last);
      expect(await at(7_000)).toEqual(["app/a"]);
    });

    it("[CN2] names spaces with work that nobody has", async () => {
      for (const name of ["a", "b", "c"]) await write(`app/${name}`, "1");
      await write("other/d", "1");
      await claim({ spaces: ["app/b"] });
      const asked = request({ apps: ["app"] });
      expect((await store.consumers.waiting(asked)).sort()).toEqual(["app/a", "app/c"]);
      expect(await store.consumers.waiting({ ...asked, limit: 1 })).toHaveLength(1);
    });

    it("[CN7] remembers where a consumer began", async () => {
      expect(await store.consumers.register("mail", 7)).toBe(7);
      expect(await store.consumers.register("mail", 9)).toBe(7);
      await store.consumers.forget("mail");
      expect(await store.consumers.register("mail", 9)).toBe(9);
    });
  });
}
