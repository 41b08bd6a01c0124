// The module by which the conformance suite opens a LevelDB store in a process that it kills.

import type { EventStore } from "../ports.ts";
import { openLevelStore } from "../stores/level/index.ts";

export function openStore(path: string): Promise<EventStore> {
  return openLevelStore({ path });
}
