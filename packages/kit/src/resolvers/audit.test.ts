// The trail of resolutions: what is kept, what is found again, and that it never stands in the way.

import { expect, it } from "vitest";
import type { Conflict } from "../ports.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { openSqliteStore } from "../stores/sqlite/index.ts";
import { conflictOf } from "../sync/conflicts.ts";
import { createSyncManager } from "../sync/sync-manager.ts";
import { makeEvent } from "../testing/events.ts";
import { overHttp } from "../testing/over-http.ts";
import { IntegerVersion } from "../versions/integer.ts";
import { type AuditFilter, type AuditTrail, createAuditTrail, withAudit } from "./audit.ts";
import { rulesOfGroups } from "./groups.ts";
import { always, createRuleResolver, customResolver, eventTypeIs, lastWriteWins } from "./index.ts";

function conflict(aggregateId: string, type = "Noted"): Conflict {
  const side = (id: string, seq: bigint) => ({
    event: makeEvent(`${aggregateId}-${id}`, { aggregateId, type, data: { id } }),
    version: new IntegerVersion(seq),
  });
  return conflictOf(side("l", 3n), side("r", 7n), "concurrent");
}

async function found(trail: AuditTrail, filter?: AuditFilter) {
  const list = [];
  for await (const record of trail.records(filter)) list.push(record);
  return list;
}

function clock(start: string) {
  let ms = Date.parse(start);
  return { now: () => ms++, random: () => Math.random(), setTimer: () => () => undefined };
}

it("keeps who decided what, by which rule, how and why, and finds it again", async () => {
  const store = await openSqliteStore({ path: ":memory:" });
  const trail = createAuditTrail(store);
  const rules = rulesOfGroups([
    {
      name: "notes",
      rules: [{ name: "any", when: eventTypeIs("Noted"), resolver: lastWriteWins }],
    },
    {
      name: "rest",
      groups: [{ name: "all", rules: [{ name: "x", when: always, resolver: lastWriteWins }] }],
    },
  ]);
  let user = "anna";
  const audited = withAudit(createRuleResolver({ rules }), {
    trail,
    context: () => ({ user, session: "s1" }),
    environment: clock("2026-02-03T04:05:06.000Z"),
  });
  await audited.resolve(conflict("a"));
  user = "ben";
  await audited.resolve(conflict("b", "Sold"));
  expect(await found(trail)).toMatchObject([
    {
      time: "2026-02-03T04:05:06.000Z",
      eventType: "Noted",
      aggregateId: "a",
      relation: "concurrent",
      changedFields: ["id"],
      local: { id: "a-l", version: "3" },
      remote: { id: "a-r", version: "7" },
      resolver: "rules",
      rule: "notes.any",
      decision: "keep_remote",
      reasons: ["remote newer", "same time, ordered by id"],
      events: ["a-r"],
      user: "anna",
      session: "s1",
      durationMs: 1,
    },
    { aggregateId: "b", rule: "rest.all.x", user: "ben" },
  ]);
  const ids = async (filter: AuditFilter) =>
    (await found(trail, filter)).map(({ aggregateId }) => aggregateId);
  expect(await ids({ aggregateId: "b" })).toEqual(["b"]);
  expect(await ids({ user: "anna" })).toEqual(["a"]);
  expect(await ids({ group: "rest" })).toEqual(["b"]);
  expect(await ids({ group: "res" })).toEqual([]);
  expect(await ids({ rule: "notes.any", decision: "keep_remote" })).toEqual(["a"]);
  expect(await ids({ from: new Date("2026-02-03T04:05:06.001Z") })).toEqual(["b"]);
  expect(await ids({ to: new Date("2026-02-03T04:05:06.001Z") })).toEqual(["a"]);
  expect(await ids({ limit: 1 })).toEqual(["a"]);
  expect(await ids({ limit: 0 })).toEqual([]);
  await store.close();
});

it("keeps failures too, and what cannot be kept does not undo a resolution", async () => {
  const store = createMemoryStore();
  const trail = createAuditTrail(store);
  const failing = customResolver("mine", () => {
    throw new Error("not today");
  });
  await expect(withAudit(failing, { trail }).resolve(conflict("a"), {})).rejects.toThrow("today");
  expect(await found(trail)).toMatchObject([
    { resolver: "mine", events: [], error: { code: "internal", message: "not today" } },
  ]);
  await store.close();
  const failures: unknown[] = [];
  const failed = (error: unknown) => void failures.push(error);
  const audited = withAudit(lastWriteWins, { trail, failed });
  expect((await audited.resolve(conflict("a"))).decision).toBe("keep_remote");
  expect(failures).toMatchObject([{ code: "closed" }]);
});

it("has what a sync resolved, and nothing of it travels", async () => {
  const [local, remote, own] = [createMemoryStore(), createMemoryStore(), createMemoryStore()];
  const trail = createAuditTrail(own);
  await local.store(makeEvent("l"));
  await remote.store(makeEvent("r"));
  const manager = createSyncManager({
    store: local,
    transport: overHttp(remote),
    resolver: withAudit(lastWriteWins, { trail }),
  });
  expect(await manager.sync()).toMatchObject({ conflictsResolved: 1, errors: [] });
  expect(await found(trail)).toMatchObject([{ local: { id: "l" }, remote: { id: "r" } }]);
  expect((await remote.latestVersion()).toString()).toBe("2");
});
