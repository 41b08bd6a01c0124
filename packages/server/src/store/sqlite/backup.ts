// Backup: a whole, consistent copy while others write.

import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { backup, type DatabaseSync } from "node:sqlite";
import { SynclineError } from "@syncline/core";

/** @throws {SynclineError} `invalid` when there is a file already */
export async function backupDatabase(db: DatabaseSync, path: string): Promise<void> {
  if (existsSync(path))
    throw new SynclineError("invalid", `There is a file at ${path} already.`, { path: "file" });
  const partial = `${path}.partial`;
  try {
    await rm(partial, { force: true });
    await backup(db, partial, { rate: 1_000 });
    await sync(partial);
    await rename(partial, path);
    await sync(dirname(path));
  } finally {
    await rm(partial, { force: true });
  }
}

/** Waits until a file, or the names in a folder, are on disk. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
