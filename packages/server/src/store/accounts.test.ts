// What stores know of accounts, on those that need no server.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeAccounts } from "./account-conformance.ts";
import { createMemoryStore, openSqliteStore } from "./index.ts";

describeAccounts("memory", { open: async () => createMemoryStore() });
describeAccounts("sqlite", { open: () => openSqliteStore({ path: ":memory:" }) });

test("accounts are in a backup", async () => {
  const folder = await mkdtemp(join(tmpdir(), "syncline-accounts-"));
  const row = { userId: "a", email: "a@example.org", secret: "s", createdAtMs: 1, verifiedAtMs: 0 };
  try {
    await using sqlite = await openSqliteStore({ path: join(folder, "db") });
    const memory = createMemoryStore();
    for (const store of [sqlite, memory]) await store.accounts.create(row);
    await sqlite.backup(join(folder, "sqlite"));
    await memory.backup(join(folder, "memory"));
    await using copy = await openSqliteStore({ path: join(folder, "sqlite") });
    expect(await copy.accounts.byUser("a")).toEqual(row);
    const restored = createMemoryStore({ backup: join(folder, "memory") });
    expect(await restored.accounts.byEmail("a@example.org")).toEqual(row);
  } finally {
    await rm(folder, { recursive: true });
  }
});
