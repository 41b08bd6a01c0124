// Events that were stored before they had numbers get theirs, in the order in which they were committed.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NUMBER_EVENTS } from "./migrations/007-numbers.ts";
import { change, commit, recordsOf, SPACE, unitOf } from "./sample-commits.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-numbers-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const EVENT = {
  type: "Sold",
  aggregateId: "apples",
  data: { 'version":1': '"stamp":7' },
  metadata: null,
};

test("old events are numbered, whatever their ids; what is written twice elsewhere is left alone", async () => {
  const path = join(folder, "syncline.db");
  const ids = Array.from({ length: 12 }, (_, i) => `e${"x".repeat(i)}.${i}`);
  {
    await using store = await openSqliteStore({ path });
    for (const id of ids) await commit(store, [change("put", id, EVENT, "events")]);
    const others = [change("put", "a", EVENT, "events"), change("put", "b", EVENT, "events")];
    await store.commit([unitOf("app/other", others)]);
    await store.commit([unitOf("app/other", [change("patch", "b", { data: 1 }, "events")])]);
  }
  const db = new DatabaseSync(path);
  db.exec(NUMBER_EVENTS);
  db.close();
  await using store = await openSqliteStore({ path });
  const page = (space: string) =>
    store.page({
      space,
      after: 0,
      tombstonesAfter: 0,
      limit: 100,
      maxBytes: 1_000_000,
      separator: ",",
    });
  const read = await page(SPACE);
  expect(read && recordsOf(read).map(({ id, version, fields }) => [id, version, fields])).toEqual(
    ids.map((id, i) => [id, i + 1, EVENT]),
  );
  expect((await store.record(SPACE, { collection: "events", id: ids[11] ?? "" }))?.version).toBe(
    12,
  );
  expect(await store.stampOfNumber(SPACE, "events", 12)).toBe(read?.stamp);
  const other = await page("app/other");
  expect(other && recordsOf(other).map(({ version }) => version)).toEqual([1, 2]);
  expect(await store.check()).toEqual([]);
});
