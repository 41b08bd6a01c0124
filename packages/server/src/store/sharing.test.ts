// Sharing on the stores that need no server.

import { createMemoryStore, openSqliteStore } from "./index.ts";
import { describeSharing } from "./sharing-conformance.ts";

describeSharing("memory", {
  open: async () => createMemoryStore(),
  openBackup: async (path) => createMemoryStore({ backup: path }),
});
describeSharing("sqlite", {
  open: () => openSqliteStore({ path: ":memory:" }),
  openBackup: (path) => openSqliteStore({ path }),
});
