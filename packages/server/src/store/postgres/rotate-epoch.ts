// Another epoch for a space that was restored.

import type { DevicesAfterRestore } from "../port.ts";
import { grownLineage, type SpaceRow, toHead } from "../rows.ts";
import type { Database } from "./database.ts";

export async function rotateEpoch(
  database: Database,
  {
    space,
    epoch,
    devices,
  }: { readonly space: string; readonly epoch: string; readonly devices: DevicesAfterRestore },
): Promise<void> {
  await database.transaction("write", async ({ query }) => {
    const [row] = await query<SpaceRow>("SELECT * FROM spaces WHERE space = $1 FOR UPDATE", [
      space,
    ]);
    if (row === undefined) return;
    const lineage = JSON.stringify(grownLineage(toHead(row), devices));
    await query("UPDATE spaces SET epoch = $2, lineage = $3 WHERE space = $1", [
      space,
      epoch,
      lineage,
    ]);
  });
}
