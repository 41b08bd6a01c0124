// The module by which the conformance suite opens a SQLite store in a process that it kills.

import type { EventStore } from "../ports.ts";
import { openSqliteStore } from "../stores/sqlite/index.ts";

export function openStore(path: string): Promise<EventStore> {
  return openSqliteStore({ path });
}
