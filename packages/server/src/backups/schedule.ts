// Makes a backup whenever the newest one is old enough: whoever was down at the time does it as soon as it is up.

import { isSynclineError } from "@syncline/core";
import { type BackupOptions, type MadeBackup, makeBackup, newestBackup } from "./backups.ts";

export interface ScheduleOptions extends BackupOptions {
  /** How old the newest one may get. */
  readonly everyMs: number;
  /** How often to look; a minute where left out. */
  readonly lookMs?: number;
  made(backup: MadeBackup): void;
  failed(thrown: unknown): void;
  /** When the newest one was made, whoever made it. */
  newest(atMs: number): void;
}

const LOOK_MS = 60_000;

export interface BackupSchedule {
  start(): void;
  /** Waits for the one that is being made. */
  close(): Promise<void>;
}

export function createBackupSchedule(options: ScheduleOptions): BackupSchedule {
  const { folder, everyMs, now, lookMs = LOOK_MS } = options;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let closed = false;

  async function look(): Promise<void> {
    try {
      const atMs = await newestBackup(folder);
      if (atMs !== undefined) options.newest(atMs);
      if (atMs !== undefined && now() - atMs < everyMs) return;
      const made = await makeBackup(options);
      options.newest(now());
      options.made(made);
    } catch (thrown) {
      // Another server makes it.
      if (!(isSynclineError(thrown) && thrown.code === "conflict")) options.failed(thrown);
    }
  }

  function next(waitMs: number): void {
    if (closed) return;
    timer = setTimeout(() => {
      looking = look().finally(() => next(lookMs));
    }, waitMs);
    timer.unref();
  }

  return {
    start: () => next(0),
    async close() {
      closed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
