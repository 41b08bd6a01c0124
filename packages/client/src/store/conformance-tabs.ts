// What every local store must do where several have the same data open: part of the suite in conformance.ts.

import { CLOCK_START } from "@syncline/core";
import { expect, it } from "vitest";
import type { LocalStoreHarness } from "./conformance.ts";
import { append, draft, page, record, SPACE } from "./conformance-samples.ts";
import type { LocalStore } from "./port.ts";

/** @param open the store of the test that runs */
export function describeTabs(open: () => LocalStore, harness: LocalStoreHarness): void {
  it("[LS12] takes no draft that was made from what another tab has changed", async () => {
    const store = open();
    const other = await harness.again?.();
    if (other === undefined) return;
    await append(store, SPACE, draft("a"), { ms: 9, counter: 0 });
    expect(await other.isCurrent(SPACE)).toBe(false);
    expect(await other.append(SPACE, [draft("b")], CLOCK_START)).toBeNull();
    expect(await other.outbox(SPACE)).toHaveLength(1);
    expect([await other.isCurrent(SPACE), await store.isCurrent(SPACE)]).toEqual([true, true]);
    expect((await other.append(SPACE, [draft("b")], CLOCK_START))?.[0]?.mutation.id).toBe(2);
    expect((await store.device())?.clock).toEqual({ ms: 9, counter: 0 });
    expect(await store.append(SPACE, [draft("c")], CLOCK_START)).toBeNull();
    await store.outbox(SPACE);
    await other.apply(page([record("a", 1)]));
    expect(await store.append(SPACE, [draft("c")], CLOCK_START)).toBeNull();
    await store.outbox(SPACE);
    await other.markOutbox(SPACE, [1], "sent");
    expect((await store.append(SPACE, [draft("c")], CLOCK_START))?.[0]?.mutation.id).toBe(3);
    await other.close();
  });

  it("[LS19] lets who was refused append next, however busy the others are", async () => {
    const store = open();
    const other = await harness.again?.();
    if (other === undefined) return;
    const at = (createdAtMs: number) => [{ ...draft("a"), createdAtMs }];
    await store.append(SPACE, at(0), CLOCK_START);
    expect(await other.append(SPACE, at(1), CLOCK_START)).toBeNull();
    for (const ms of [2, 500, 2_900]) {
      await store.outbox(SPACE);
      expect(await store.append(SPACE, at(ms), CLOCK_START)).toBeNull();
    }
    await other.outbox(SPACE);
    expect(await other.append(SPACE, at(2_950), CLOCK_START)).toHaveLength(1);
    await store.outbox(SPACE);
    expect(await store.append(SPACE, at(2_960), CLOCK_START)).toHaveLength(1);
    // Who does not come back is waited for no longer.
    expect(await other.append(SPACE, at(3_000), CLOCK_START)).toBeNull();
    await store.outbox(SPACE);
    expect(await store.append(SPACE, at(6_000), CLOCK_START)).toHaveLength(1);
    await other.close();
  });

  it("[LS13] refuses what a tab that lost the lead has still under way", async () => {
    const store = open();
    const other = await harness.again?.();
    if (other === undefined) return;
    await store.lead();
    await append(store, SPACE, draft("a"), CLOCK_START);
    await store.apply(page([record("a", 1)], { final: false, cursor: "half" }));
    await other.lead();
    const [entry] = await store.outbox(SPACE);
    const parked = {
      mutation: entry?.mutation ?? { id: 1, seen: null, changes: [] },
      reason: "rejected" as const,
      error: { code: "invalid" as const, message: "No." },
      current: [],
      parkedAtMs: 1,
    };
    const refused = { code: "superseded" };
    await expect(store.apply(page([record("b", 2)]))).rejects.toMatchObject(refused);
    await expect(store.markOutbox(SPACE, [1], "sent")).rejects.toMatchObject(refused);
    await expect(store.park(SPACE, [parked])).rejects.toMatchObject(refused);
    await expect(store.renumber("c2")).rejects.toMatchObject(refused);
    await expect(store.closeGaps(SPACE, 1)).rejects.toMatchObject(refused);
    await expect(store.restart(SPACE)).rejects.toMatchObject(refused);
    expect(await other.state(SPACE)).toMatchObject({ cursor: null, staged: { cursor: "half" } });
    expect(await other.outbox(SPACE)).toMatchObject([{ state: "queued" }]);
    // Writing is everybody's.
    expect((await append(store, SPACE, draft("b"), CLOCK_START)).mutation.id).toBe(2);
    await store.lead();
    await store.markOutbox(SPACE, [1], "sent");
    await expect(other.markOutbox(SPACE, [1], "queued")).rejects.toMatchObject(refused);
    await other.close();
  });
}
