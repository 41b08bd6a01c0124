// The module by which the conformance suite opens a PostgreSQL store in a process that it kills.

import type { EventStore } from "../ports.ts";
import { openPostgresStore } from "../stores/postgres/index.ts";

export function openStore(url: string): Promise<EventStore> {
  return openPostgresStore({ url });
}
