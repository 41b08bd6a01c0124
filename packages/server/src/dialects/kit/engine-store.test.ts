// The kit's event store on a space of the engine passes the kit's own suite.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "@syncline/core";
import { describeEventStore } from "@syncline/kit/testing";
import { defineApp } from "../../apps/define-app.ts";
import { createMemoryBus } from "../../bus/memory.ts";
import { systemEngineEnvironment } from "../../create-server.ts";
import { createEngine } from "../../engine/create-engine.ts";
import { createMemoryStore } from "../../store/memory.ts";
import type { Store } from "../../store/port.ts";
import { openSqliteStore } from "../../store/sqlite/sqlite-store.ts";
import { createEngineStore } from "./engine-store.ts";
import { EVENTS } from "./events.ts";

const APP = defineApp({
  name: "kit",
  collections: { [EVENTS]: { policy: "log", numbered: true } },
  createSpaces: "anyone",
});

function onEngine(store: Store) {
  const engine = createEngine({
    store,
    bus: createMemoryBus(),
    apps: [APP],
    openApps: false,
    limits: { recordBytes: 4 * 1024 * 1024 },
    environment: systemEngineEnvironment(),
  });
  return createEngineStore({
    engine,
    principal: { userId: "ana" },
    address: { app: "kit", name: "main" },
    limits: DEFAULT_LIMITS,
    now: () => Date.now(),
  });
}

// Clients keep how far they have come, servers need not: there is no second handle with the same checkpoints.
describeEventStore("the engine, in memory", { open: async () => onEngine(createMemoryStore()) });

let folder = "";
const stores: Store[] = [];
async function openFile() {
  const store = await openSqliteStore({ path: join(folder, "kit.db") });
  stores.push(store);
  return onEngine(store);
}
describeEventStore("the engine, on SQLite", {
  async open() {
    folder = await mkdtemp(join(tmpdir(), "syncline-kit-dialect-"));
    return await openFile();
  },
  async cleanUp() {
    for (const store of stores.splice(0)) await store.close();
    await rm(folder, { recursive: true, force: true });
  },
});
