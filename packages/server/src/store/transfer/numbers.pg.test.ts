// A move from SQLite to PostgreSQL keeps the numbers of records, and counting goes on behind them.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sharedDatabases } from "../../../../../tests/shared-postgres.ts";
import { openDatabase as openPostgres } from "../postgres/database.ts";
import { openPostgresStore } from "../postgres/postgres-store.ts";
import { NUMBERED, numberedUnit, SPACE } from "../sample-commits.ts";
import { openDatabase as openSqlite } from "../sqlite/open.ts";
import { openSqliteStore } from "../sqlite/sqlite-store.ts";
import { moveToPostgres } from "./move.ts";

test("numbers are the same after a move", async () => {
  const postgres = sharedDatabases();
  const folder = await mkdtemp(join(tmpdir(), "syncline-move-"));
  try {
    const path = join(folder, "syncline.db");
    const url = await postgres.database();
    {
      await using store = await openSqliteStore({ path });
      for (const id of ["a", "b", "c"]) await store.commit([numberedUnit(id)]);
    }
    {
      const source = openSqlite(path);
      const target = await openPostgres({ url });
      try {
        const { signal } = new AbortController();
        await moveToPostgres({ source, target, signal, progress: () => undefined });
      } finally {
        source.close();
        await target.close();
      }
    }
    await using store = await openPostgresStore({ url });
    await store.commit([numberedUnit("d")]);
    for (const [index, id] of ["a", "b", "c", "d"].entries()) {
      const record = await store.record(SPACE, { collection: NUMBERED, id });
      expect([id, record?.version]).toEqual([id, index + 1]);
      expect(await store.stampOfNumber(SPACE, NUMBERED, index + 1)).toBe(record?.stamp);
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
