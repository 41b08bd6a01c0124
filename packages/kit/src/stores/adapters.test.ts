// Every store of ours keeps the port's promises.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "fake-indexeddb/auto";
import { describeEventStore } from "./conformance.ts";
import { openIndexedDbStore } from "./indexeddb/index.ts";
import { openLevelStore } from "./level/index.ts";
import { createMemoryStore } from "./memory.ts";
import { observeStore } from "./observed.ts";
import { openSqliteStore } from "./sqlite/index.ts";

describeEventStore("memory", { open: async () => createMemoryStore() });

describeEventStore("SQLite in memory", { open: () => openSqliteStore({ path: ":memory:" }) });

let folder = "";
describeEventStore("SQLite", {
  async open() {
    folder = await mkdtemp(join(tmpdir(), "syncline-kit-"));
    return await openSqliteStore({ path: join(folder, "events.db") });
  },
  again: () => openSqliteStore({ path: join(folder, "events.db") }),
  durable: {
    module: new URL("../testing/sqlite-fixture.ts", import.meta.url).href,
    location: async () => join(folder, "killed.db"),
  },
  cleanUp: () => rm(folder, { recursive: true, force: true }),
});

describeEventStore("memory, observed", { open: async () => observeStore(createMemoryStore()) });

describeEventStore("LevelDB", {
  async open() {
    folder = await mkdtemp(join(tmpdir(), "syncline-kit-"));
    return await openLevelStore({ path: join(folder, "events") });
  },
  durable: {
    module: new URL("../testing/level-fixture.ts", import.meta.url).href,
    location: async () => join(folder, "killed"),
  },
  cleanUp: () => rm(folder, { recursive: true, force: true }),
});

let databases = 0;
describeEventStore("IndexedDB", {
  open() {
    databases += 1;
    return openIndexedDbStore({ name: `kit ${databases}` });
  },
  again: () => openIndexedDbStore({ name: `kit ${databases}` }),
});
