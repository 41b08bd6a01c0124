// What every local store must do when a space is read anew: part of the suite in conformance.ts.

import { CLOCK_START } from "@syncline/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { LocalStoreHarness } from "./conformance.ts";
import type { InboxEntry, LocalStore, MutationDraft, PageToApply } from "./port.ts";

const SPACE = "~";
const TIME = "2026-11-20T10:00:00.000Z-0000-c1";

const change = (id: string) =>
  ({ collection: "things", id, op: "put", time: TIME, fields: { n: 1 } }) as const;
const draft = (id: string): MutationDraft => ({
  seen: null,
  changes: [change(id)],
  createdAtMs: 7,
  recovered: true,
});
const parked = (id: string): Omit<InboxEntry, "id"> => ({
  mutation: { id: 0, seen: null, changes: [change(id)] },
  reason: "restored",
  error: { code: "reset", message: "gone" },
  current: [],
  parkedAtMs: 8,
});
const page = (ids: readonly [id: string, stamp: number, deleted?: true][]): PageToApply => ({
  space: SPACE,
  changes: ids.map(([id, stamp, deleted]) => ({
    collection: "things",
    id,
    version: 1,
    stamp,
    time: TIME,
    ...(deleted === true ? { deleted } : { fields: { n: stamp } }),
  })),
  cursor: "c",
  scope: "all",
  lastMutation: 0,
  final: true,
  replace: false,
});

export function describeRestart(harness: LocalStoreHarness): void {
  let store: LocalStore;
  beforeEach(async () => {
    store = await harness.open();
    await store.initialise({ clientId: "c1", clock: CLOCK_START, userId: null });
    await store.lead();
  });
  afterEach(async () => {
    await store.close();
    await harness.cleanUp?.();
  });

  it("[LS15] keeps what is given back, numbered after what waits, in the step that sets the space back", async () => {
    await store.apply(page([["a", 1]]));
    await store.outbox(SPACE);
    await store.append(
      SPACE,
      { seen: null, changes: [change("own")], createdAtMs: 1 },
      CLOCK_START,
    );
    await store.restart(SPACE, { drafts: [draft("b"), draft("c")], inbox: [parked("d")] });
    const other = (await harness.again?.()) ?? store;
    expect((await other.state(SPACE)).cursor).toBeNull();
    expect((await other.outbox(SPACE)).map(({ mutation, state }) => [mutation, state])).toEqual([
      [{ id: 1, seen: null, changes: [change("own")] }, "queued"],
      [{ id: 2, seen: null, changes: [change("b")], recovered: true }, "queued"],
      [{ id: 3, seen: null, changes: [change("c")], recovered: true }, "queued"],
    ]);
    expect(await other.inbox(SPACE)).toMatchObject([parked("d")]);
    expect((await other.state(SPACE)).nextMutation).toBe(4);
    if (other !== store) await other.close();
  });

  it("[LS15] gives the server's records behind a stamp, deleted ones too", async () => {
    await store.apply(
      page([
        ["a", 1],
        ["b", 5],
        ["c", 6],
      ]),
    );
    await store.apply(page([["a", 7, true]]));
    const found = await store.newerThan(SPACE, 5);
    expect(found.map(({ id, deleted = false }) => [id, deleted]).sort()).toEqual([
      ["a", true],
      ["c", false],
    ]);
    expect(await store.newerThan("elsewhere", 0)).toEqual([]);
  });
}
