// Files of the original, files of others, and files that are none.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allOf, makeEvent } from "../../testing/events.ts";
import { openSqliteStore } from "./index.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-kit-"));
  path = join(folder, "events.db");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function prepare(sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

describe("a file of the original", () => {
  beforeEach(() =>
    prepare(`
      CREATE TABLE events (version INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        aggregate_id TEXT NOT NULL, event_type TEXT NOT NULL, data TEXT, metadata TEXT,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
      CREATE INDEX idx_aggregate_id ON events (aggregate_id);
      CREATE INDEX idx_version ON events (version);
      INSERT INTO events (id, aggregate_id, event_type, data, metadata)
        VALUES ('ord-7f3', 'order-42', 'OrderPlaced', '{"total": 1999, "big": 9007199254740993}', 'null'),
               ('ord-7f4', 'order-42', 'OrderNoted', NULL, NULL)`),
  );

  it("is read, and written on", async () => {
    await using store = await openSqliteStore({ path });
    const again = { id: "ord-7f3", type: "OrderPlaced", aggregateId: "order-42", metadata: null };
    const outcome = await store.store({ ...again, data: { total: 1999, big: 9007199254740992 } });
    expect(outcome).toMatchObject({ status: "duplicate" });
    const { version } = await store.store(makeEvent("new"));
    expect(Number(version)).toBeGreaterThan(2);
    expect((await allOf(store)).map(({ event }) => [event.id, event.data])).toMatchObject([
      ["ord-7f3", { total: 1999 }],
      ["ord-7f4", null],
      ["new", { id: "new" }],
    ]);
  });
});

describe("opening", () => {
  it("refuses another program's table, and what is no database", async () => {
    prepare("CREATE TABLE events (something TEXT)");
    await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: "database_corrupt" });
    const text = join(folder, "text.db");
    await writeFile(
      text,
      "this is no database, and it is long enough to be looked at as one".repeat(50),
    );
    await expect(openSqliteStore({ path: text })).rejects.toMatchObject({
      code: "database_corrupt",
    });
    const nowhere = join(folder, "no", "such", "folder.db");
    await expect(openSqliteStore({ path: nowhere })).rejects.toMatchObject({
      code: "storage_unavailable",
    });
  });

  it("keeps settings through checkpoints, and bounds events by the limits given", async () => {
    await using store = await openSqliteStore({ path, limits: { eventBytes: 50, nameLength: 5 } });
    await store.checkpoints.write("x", "y");
    await expect(store.store(makeEvent("a", { data: "x".repeat(60) }))).rejects.toMatchObject({
      code: "too_large",
    });
    await expect(store.store(makeEvent("too-long"))).rejects.toMatchObject({
      code: "invalid",
      path: "id",
    });
    expect((await store.store(makeEvent("a"))).status).toBe("stored");
  });
});
