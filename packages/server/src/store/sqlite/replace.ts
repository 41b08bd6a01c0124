// Puts a backup in the place of a database: verified before anything is moved, alone on the database meanwhile.

import { existsSync } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { SynclineError } from "@syncline/core";
import type { DevicesAfterRestore } from "../port.ts";
import { takeDatabase } from "./lock.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { verifyBackup } from "./verify.ts";

export interface ReplaceOptions {
  /** The backup; a log beside it belongs to it. */
  readonly file: string;
  /** Where the database is, or is to be. */
  readonly path: string;
  /** Keeps a database that is there aside, instead of refusing. */
  readonly force: boolean;
  /** What devices do that have seen more than the backup. */
  readonly devices: DevicesAfterRestore;
  newEpoch(): string;
  /** For the name of what is kept aside. */
  now(): Date;
}

export interface Replaced {
  readonly spaces: number;
  /** Where the database from before is now. */
  readonly keptAside?: string;
}

/** What a database is made of: the file, and what SQLite keeps beside it. */
const SUFFIXES = ["", "-wal", "-shm"] as const;

/**
 * @throws {SynclineError} `conflict` while somebody has the database open, or where there is one and `force` is not
 *   given; `database_…` for a backup that is not sound. Nothing was changed then.
 */
export async function replaceDatabase(options: ReplaceOptions): Promise<Replaced> {
  const { file, path, force, now } = options;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const lock = takeDatabase(path);
  try {
    if (existsSync(path) && !force) {
      throw new SynclineError(
        "conflict",
        `There is a database at ${path}: --force restores over it and keeps it aside.`,
      );
    }
    const { spaces } = verifyBackup(file);
    const partial = `${path}.restoring`;
    await removeAll(partial);
    try {
      await prepare(options, partial);
    } catch (thrown) {
      await removeAll(partial);
      throw thrown;
    }
    const keptAside = existsSync(path)
      ? `${path}.before-${now().toISOString().replaceAll(":", "-")}`
      : undefined;
    for (const suffix of SUFFIXES) {
      if (keptAside !== undefined && existsSync(`${path}${suffix}`))
        await rename(`${path}${suffix}`, `${keptAside}${suffix}`);
    }
    await rename(partial, path);
    return { spaces, ...(keptAside === undefined ? {} : { keptAside }) };
  } finally {
    lock.release();
  }
}

/** A copy that is up to date, with another epoch for each space: what its clients have seen is another history. */
async function prepare(
  { file, newEpoch, devices }: ReplaceOptions,
  partial: string,
): Promise<void> {
  await copyFile(file, partial);
  if (existsSync(`${file}-wal`)) await copyFile(`${file}-wal`, `${partial}-wal`);
  const store = await openSqliteStore({ path: partial });
  try {
    for (let after = ""; ; ) {
      const page = await store.spaces({ after, limit: 100 });
      for (const { space } of page) await store.rotateEpoch(space, newEpoch(), devices);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.space;
    }
  } finally {
    // One file from here on: what is in its log goes into it.
    await store.close();
    await rm(`${partial}-lock`, { force: true });
  }
}

async function removeAll(path: string): Promise<void> {
  for (const suffix of SUFFIXES) await rm(`${path}${suffix}`, { force: true });
}
