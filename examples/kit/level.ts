// Events in LevelDB: a folder of this program's own, in LEVEL_PATH, which outlives it.

import { openLevelStore } from "@syncline/kit/level";

const path = process.env["LEVEL_PATH"] ?? "events";
for (const run of [1, 2]) {
  await using store = await openLevelStore({ path });
  const id = `run-${run}`;
  await store.store({ id, type: "Started", aggregateId: "program", data: run, metadata: null });
  for await (const { event, version } of store.load(null)) console.log(`${version} ${event.id}`);
}
