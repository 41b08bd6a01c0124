// The devices that a space knows, in SQL for both databases.

import type { SpaceDevices } from "./port.ts";
import { type ClientColumns, clientIdOf } from "./rows.ts";

/** @param query runs a statement whose parameters are written `$1`, `$2`… */
export function createSqlDevices(
  query: <Of extends object>(text: string, values: readonly unknown[]) => Promise<Of[]>,
): (space: string, limit: number) => Promise<SpaceDevices> {
  return async (space, limit) => {
    const [row] = await query<{ count: number }>(
      "SELECT count(*) AS count FROM clients WHERE space = $1",
      [space],
    );
    const rows = await query<Omit<ClientColumns, "recent">>(
      "SELECT client_id, user_id, last_mutation, seen_at_ms FROM clients WHERE space = $1 ORDER BY seen_at_ms DESC, client_id LIMIT $2",
      [space, limit],
    );
    return {
      count: row?.count ?? 0,
      last: rows.map(({ client_id, user_id, last_mutation, seen_at_ms }) => ({
        userId: user_id,
        clientId: clientIdOf(client_id),
        lastMutation: last_mutation,
        seenAtMs: seen_at_ms,
      })),
    };
  };
}
