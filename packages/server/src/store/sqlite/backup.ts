// Backup: a whole, consistent copy while others write, with nothing in it but what there is: what was deleted lies in
// pages that are free, and those are not copied.

import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { SynclineError } from "@syncline/core";

/** Copying takes as long as the database is large: in a thread of its own nobody waits for it. */
const COPY = `
const { DatabaseSync } = require("node:sqlite");
const { parentPort, workerData } = require("node:worker_threads");
try {
  const db = new DatabaseSync(workerData.from, { readOnly: true });
  try { db.prepare("VACUUM INTO ?").run(workerData.to); } finally { db.close(); }
  parentPort.postMessage({});
} catch (thrown) {
  parentPort.postMessage({ message: thrown.message, errcode: thrown.errcode });
}`;

/** @throws {SynclineError} `invalid` when there is a file already */
export async function backupDatabase(db: DatabaseSync, path: string): Promise<void> {
  if (existsSync(path))
    throw new SynclineError("invalid", `There is a file at ${path} already.`, { path: "file" });
  const partial = `${path}.partial`;
  try {
    await rm(partial, { force: true });
    // An empty file is filled, and stays its owner's alone.
    await (await open(partial, "wx", 0o600)).close();
    const from = db.location();
    if (from === null) db.prepare("VACUUM INTO ?").run(partial);
    else await copyAside(from, partial);
    await sync(partial);
    await rename(partial, path);
    await sync(dirname(path));
  } finally {
    await rm(partial, { force: true });
  }
}

async function copyAside(from: string, to: string): Promise<void> {
  const worker = new Worker(COPY, { eval: true, workerData: { from, to } });
  try {
    const failure = await new Promise<{ readonly message?: string }>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", () => reject(new Error("The copying ended before it was done.")));
    });
    if (failure.message !== undefined) throw Object.assign(new Error(failure.message), failure);
  } finally {
    await worker.terminate();
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
