// Backups in a folder: one now and then, verified after it was written, and the oldest ones removed.

import { existsSync } from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { SynclineError } from "@syncline/core";
import type { Verified } from "../store/sqlite/verify.ts";

export interface BackupOptions {
  readonly folder: string;
  /** So many are kept, the newest ones. */
  readonly keep: number;
  /** Copies the database to a file that is not there yet. */
  copy(path: string): Promise<void>;
  /** @throws {SynclineError} for a file that is not sound */
  verify(path: string): Promise<Verified>;
  /** Milliseconds since 1970. */
  now(): number;
}

export interface MadeBackup extends Verified {
  readonly file: string;
  /** What was removed, because there are enough newer ones. */
  readonly removed: readonly string[];
}

const NAME = /^syncline-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.db$/;
const LOCK = "syncline-backup.lock";
/** Whoever began so long ago has ended without a word. */
const STALE_MS = 6 * 3_600_000;

/**
 * Makes a backup. Of several servers with one folder one does it at a time.
 * @throws {SynclineError} `conflict` while another one is made there; what copying or verifying throws: then there is
 *   no new file, and none was removed
 */
export async function makeBackup(options: BackupOptions): Promise<MadeBackup> {
  const { folder, keep, now } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const release = await takeFolder(folder, now());
  try {
    const file = freeName(folder, now());
    let verified: Verified;
    try {
      await options.copy(file);
      verified = await options.verify(file);
    } catch (thrown) {
      await rm(file, { force: true });
      throw thrown;
    }
    const removed = (await list(folder)).slice(keep).map(({ name }) => name);
    for (const name of removed) await rm(join(folder, name), { force: true });
    return { ...verified, file, removed };
  } finally {
    await release();
  }
}

/** When the newest backup of a folder was begun, in milliseconds since 1970; undefined where there is none. */
export async function newestBackup(folder: string): Promise<number | undefined> {
  return (await list(folder))[0]?.atMs;
}

/** The backups of a folder with their sizes, the newest first. */
export async function listBackups(
  folder: string,
): Promise<{ readonly name: string; readonly atMs: number; readonly bytes: number }[]> {
  const sized = (await list(folder)).map(async (one) => {
    // It may be removed meanwhile, because there are enough newer ones.
    const found = await stat(join(folder, one.name)).catch(() => undefined);
    return found === undefined ? [] : [{ ...one, bytes: found.size }];
  });
  return (await Promise.all(sized)).flat();
}

/** The backups of a folder, the newest first. Files of other names are nobody's business. */
async function list(folder: string): Promise<{ readonly name: string; readonly atMs: number }[]> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names
    .flatMap((name) => {
      const [, day, hour, minute, second] = NAME.exec(name) ?? [];
      const atMs = Date.parse(`${day}T${hour}:${minute}:${second}Z`);
      return Number.isFinite(atMs) ? [{ name, atMs }] : [];
    })
    .sort((a, b) => b.atMs - a.atMs);
}

/** A name tells seconds: the second backup within one is given the next that is free, and stays the newer one. */
function freeName(folder: string, nowMs: number): string {
  for (let ms = nowMs; ; ms += 1_000) {
    const file = join(folder, nameAt(ms));
    if (!existsSync(file)) return file;
  }
}

function nameAt(ms: number): string {
  return `syncline-${new Date(ms).toISOString().slice(0, 19).replaceAll(":", "-")}Z.db`;
}

async function takeFolder(folder: string, nowMs: number): Promise<() => Promise<void>> {
  const path = join(folder, LOCK);
  const there = await stat(path).catch(() => undefined); // there is none, as a rule
  if (there !== undefined && nowMs - there.mtimeMs > STALE_MS) await rm(path, { force: true });
  try {
    await (await open(path, "wx")).close();
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")
      throw new SynclineError("conflict", `A backup is being made in ${folder} already.`);
    throw thrown;
  }
  return () => rm(path, { force: true });
}
