// Every store against the promises of its port: one line an adapter.

import { join } from "node:path";
import { describeStore } from "./conformance.ts";
import { createMemoryStore, openSqliteStore } from "./index.ts";

const sqlite = (folder: string) => openSqliteStore({ path: join(folder, "syncline.db") });

describeStore("memory", {
  open: async () => createMemoryStore(),
  openBackup: async (path) => createMemoryStore({ backup: path }),
});
describeStore("sqlite", {
  open: sqlite,
  reopen: sqlite,
  openBackup: (path) => openSqliteStore({ path }),
});
