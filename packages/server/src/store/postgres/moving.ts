// Marks a database into which a copy is under way, so that no server takes half of the data for all of it.

import { SynclineError } from "@syncline/core";
import type { Session } from "./database.ts";

const MOVING = "syncline_moving";

/** @throws {SynclineError} `unavailable` */
export async function refuseHalfMoved(session: Session): Promise<void> {
  if (!(await isMoving(session))) return;
  throw new SynclineError(
    "unavailable",
    "Data is being copied into this database: finish `syncline move` or `syncline restore` first.",
  );
}

export async function isMoving({ query }: Session): Promise<boolean> {
  const [row] = await query<{ moving: boolean }>(
    `SELECT to_regclass('${MOVING}') IS NOT NULL AS moving`,
  );
  return row?.moving === true;
}

export async function beginMoving({ query }: Session): Promise<void> {
  await query(`CREATE TABLE IF NOT EXISTS ${MOVING} (began_at timestamptz NOT NULL DEFAULT now())`);
}

export async function endMoving({ query }: Session): Promise<void> {
  await query(`DROP TABLE IF EXISTS ${MOVING}`);
}
